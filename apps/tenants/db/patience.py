"""Limits how long PostgreSQL works on one statement, and how long it waits in a transaction for the next.

Pages and sockets share few threads and connections among all tenants, so one slow statement is everybody's. A worker has its
own time by its kind of work; commands, which migrate and load, have all they need.
"""

from django.conf import settings


def statements() -> list[str]:
    """The SET statements for a fresh connection; empty without limits."""
    statement, idle = settings.DB_SECONDS
    return [
        f"SET {name} = '{seconds}s'"
        for name, seconds in (("statement_timeout", statement), ("idle_in_transaction_session_timeout", idle))
        if seconds
    ]
