"""How long PostgreSQL works on one statement, and waits inside a transaction for the next, before it gives up.

Pages and sockets share few threads and connections among all tenants, so one slow statement is everybody's. A worker has its
own time by its kind of work; commands, which migrate and load, have all they need.
"""

from django.conf import settings


def statements() -> list[str]:
    """What a fresh connection is told; empty without limits."""
    statement, idle = settings.DB_SECONDS
    return [
        f"SET {name} = '{seconds}s'"
        for name, seconds in (("statement_timeout", statement), ("idle_in_transaction_session_timeout", idle))
        if seconds
    ]
