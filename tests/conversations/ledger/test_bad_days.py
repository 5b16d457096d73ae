"""A database that takes no writes or has no connection left: one honest sentence, nothing lost, and all is well again after."""

import json
import uuid
from collections.abc import AsyncIterator, Iterator
from contextlib import contextmanager
from unittest.mock import Mock

import psycopg
import pytest
from django.db import OperationalError, connection

from apps.conversations.ledger import catch_up, group_commit
from apps.conversations.models import Event
from apps.tenants import context
from apps.tenants.db import address
from apps.tenants.live.threads import in_thread
from runtime.watching import readiness
from tests.cast import ACME_HOST, Cast
from tests.conversations.client import Customer, open_session, visit

pytestmark = pytest.mark.usefixtures("sockets")


@contextmanager
def read_only() -> Iterator[None]:
    """Makes every connection from now on read-only, as after a failover to a standby."""
    name = connection.settings_dict["NAME"]
    with psycopg.connect(address.conninfo(), autocommit=True) as line:
        line.execute(f'ALTER DATABASE "{name}" SET default_transaction_read_only = on')
        try:
            yield
        finally:
            line.execute(f'ALTER DATABASE "{name}" RESET default_transaction_read_only')


@pytest.fixture
async def vera(committed: Cast) -> AsyncIterator[Customer]:
    found = await visit(committed.acme, ACME_HOST)
    yield found
    await found.leave()


def kept(cast: Cast, client_id: str) -> int:
    with context.inside(cast.acme):
        return Event.objects.filter(client_id=client_id).count()


async def taken(vera: Customer, own: str) -> None:
    """Sends the same message again and again until it is acknowledged, as clients do."""
    for _ in range(5):
        await vera.send({"type": "say", "client_id": own, "text": "Where is my order?"})
        if (await vera.next("ack", "error", seconds=30))["type"] == "ack":
            return
    raise AssertionError("never taken")


async def test_a_read_only_database_refuses_in_words_and_takes_the_message_later(committed: Cast, vera: Customer) -> None:
    own = str(uuid.uuid4())
    with read_only():
        await group_commit.close()  # the ledger of this loop begins anew, with new connections
        await vera.send({"type": "say", "client_id": own, "text": "Where is my order?"})
        refused = await vera.next("error")
        assert (refused["code"], refused["client_id"], refused["retry_after"]) == ("unavailable", own, 3)
        report = await readiness.look()
        assert report.states["database"].word == "down"
        assert "read-only" in report.states["database"].sentence
    await taken(vera, own)
    assert await in_thread(kept)(committed, own) == 1
    assert (await readiness.look()).states["database"].word == "ok"


async def test_without_a_connection_left_the_customer_and_the_operator_are_told(
    committed: Cast, vera: Customer, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(group_commit, "PATIENCE_SECONDS", 1)
    name, own = connection.settings_dict["NAME"], str(uuid.uuid4())
    with psycopg.connect(address.conninfo(), autocommit=True) as line:
        line.execute(f'ALTER DATABASE "{name}" CONNECTION LIMIT 0')
        try:
            user = line.execute("SELECT rolsuper FROM pg_roles WHERE rolname = current_user").fetchone()
            if user and user[0]:
                pytest.skip("A superuser always gets a connection.")
            await group_commit.close()
            await vera.send({"type": "say", "client_id": own, "text": "Where is my order?"})
            refused = await vera.next("error", seconds=30)
            assert (refused["code"], refused["client_id"]) == ("unavailable", own)
            report = await readiness.look()
            assert report.states["database"].word == "down"
            assert "no connection left" in report.states["database"].sentence
            json.dumps(report.as_json())
        finally:
            line.execute(f'ALTER DATABASE "{name}" CONNECTION LIMIT -1')
    await taken(vera, own)
    assert await in_thread(kept)(committed, own) == 1


async def test_a_hello_that_fails_halfway_repeats_nothing_and_ends_the_line(
    committed: Cast, vera: Customer, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The group was joined and the ledger not read: the next live event must not look like a hole from 0 on."""
    seq = (await vera.say("I want to talk to a human"))["seq"]
    session = await in_thread(open_session)(committed.acme, ACME_HOST, visitor=vera.token)
    other = Customer(ACME_HOST)
    assert await other.connect()
    with monkeypatch.context() as broken:
        broken.setattr(catch_up, "later", Mock(side_effect=OperationalError("the server has gone")))
        await other.send({"type": "hello", "token": session["token"], "conversation": None, "after": seq})
        assert (await other.next("error"))["code"] == "unavailable"
        assert await other.closed() == 1013
    assert [frame["type"] for frame in other.seen] == ["error"]
    await other.leave()
