"""A database that was restarted or is away: dead connections are not handed out, and a host that was known stays known."""

import psycopg
import pytest
from django.db import OperationalError, connection

from apps.tenants import context
from apps.tenants.db import address
from apps.tenants.web import hosts
from tests.cast import ACME_HOST, Cast


def test_a_connection_whose_server_end_is_gone_is_not_handed_out_again(committed: Cast) -> None:
    with context.inside(committed.acme):
        dead = ask_pid()  # and back into the pool, where it dies
        with psycopg.connect(address.conninfo(), autocommit=True) as killer:
            killer.execute("SELECT pg_terminate_backend(%s, 5000)", [dead])
        assert all(ask_pid() != dead for _ in range(3))


def ask_pid() -> int:
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_backend_pid()")
        pid = int(cursor.fetchone()[0])
    connection.close()
    return pid


def test_a_host_that_was_known_stays_known_while_the_database_is_away(committed: Cast, monkeypatch: pytest.MonkeyPatch) -> None:
    hosts.forget()
    known = hosts.find(ACME_HOST)
    assert known is not None

    def away(names: set[str]) -> None:
        raise OperationalError("gone")

    monkeypatch.setattr(hosts, "_ask", away)
    monkeypatch.setattr(hosts, "_recall", lambda name: (None, False))
    assert hosts.find(ACME_HOST) == known
    with pytest.raises(OperationalError):
        hosts.find("never-seen.example")
