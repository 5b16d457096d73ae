"""The customer's socket, tried with what belongs to the other tenant, to another visitor, or to nobody."""

import json
import uuid

import pytest
from django.conf import settings
from django.test import override_settings

from apps.conversations.live import publish
from apps.conversations.wire import events
from apps.tenants import context
from apps.tenants.live.threads import in_thread
from tests.cast import ACME_HOST, GLOBEX_HOST, Cast
from tests.conversations.client import Customer, open_session, visit
from tests.tenants.test_doors import SECRET, suspend

pytestmark = pytest.mark.usefixtures("sockets")


async def hello(host: str, **frame: object) -> Customer:
    customer = Customer(host)
    assert await customer.connect()
    await customer.send({"type": "hello", **frame})
    return customer


async def test_a_token_of_the_other_tenant_opens_no_socket(committed: Cast) -> None:
    theirs = await in_thread(open_session)(committed.globex, GLOBEX_HOST)
    mallory = await hello(ACME_HOST, token=theirs["token"])
    assert (await mallory.next("error"))["code"] == "unauthorized"
    assert await mallory.closed() == 4401


async def test_no_second_hello_changes_the_tenant(committed: Cast) -> None:
    vera = await visit(committed.acme, ACME_HOST)
    theirs = await in_thread(open_session)(committed.globex, GLOBEX_HOST)
    await vera.send({"type": "hello", "token": theirs["token"], "after": 0})
    assert (await vera.next("error"))["code"] == "unauthorized"
    assert await vera.closed() == 4401


async def test_a_second_hello_leaves_the_first_conversation(committed: Cast) -> None:
    """A message there does not appear here, even one already on its way."""
    vera, other = await visit(committed.acme, ACME_HOST), await in_thread(open_session)(committed.acme, ACME_HOST)
    first = uuid.UUID(vera.seen[0]["conversation"])
    await vera.hello(other["token"])
    late = {"type": "message", "seq": 1, "at": "", **events.message_body(events.author("bot"), "late")}
    with context.inside(committed.acme):
        publish.send(first, late)
    ack = await vera.say("Here")
    assert ack["seq"] == 1
    assert (await vera.next("message"))["text"] == "Here"  # what was told before it has come
    assert "late" not in str(vera.seen)
    await vera.leave()


async def test_the_same_client_id_in_two_tenants_is_two_messages(committed: Cast) -> None:
    own = str(uuid.uuid4())
    vera, mallory = await visit(committed.acme, ACME_HOST), await visit(committed.globex, GLOBEX_HOST)
    await vera.say("from Acme", own)
    await mallory.say("from Globex", own)
    assert (await vera.next("message"))["text"] == "from Acme"
    assert (await mallory.next("message"))["text"] == "from Globex"
    await vera.leave()
    await mallory.leave()


@pytest.mark.parametrize(
    "frame", [{"type": "rate", "seq": 1, "score": 1}, {"type": "sync", "after": 0}, {"type": "read", "seq": 1}]
)
async def test_a_number_means_the_own_conversation_alone(committed: Cast, frame: dict[str, object]) -> None:
    vera, mallory = await visit(committed.acme, ACME_HOST), await visit(committed.globex, GLOBEX_HOST)
    await vera.say(SECRET)
    await mallory.send(frame)
    await mallory.send({"type": "ping"})
    assert (await mallory.next("pong"))["seq"] == 0
    assert SECRET not in json.dumps(mallory.seen)
    await vera.leave()
    await mallory.leave()


async def test_who_asks_for_what_comes_after_the_end_still_hears_what_comes(committed: Cast) -> None:
    vera = await visit(committed.acme, ACME_HOST)
    await vera.send({"type": "sync", "after": 2**31 - 1})
    await vera.say("Hello?")
    assert (await vera.next("message"))["seq"] == 1
    await vera.leave()


async def test_an_open_line_ends_when_its_tenant_is_suspended(committed: Cast) -> None:
    vera = await visit(committed.acme, ACME_HOST)
    await in_thread(suspend)(committed.acme)
    try:
        await vera.send({"type": "say", "client_id": str(uuid.uuid4()), "text": "Anybody?"})
        assert (await vera.next("error"))["message"] == "This chat is closed for now. Please come back later."
        assert await vera.closed() == 4403
        assert not await Customer(ACME_HOST).connect()
    finally:
        await in_thread(suspend)(committed.acme, suspended=False)


async def test_the_platforms_host_has_no_chat(committed: Cast) -> None:
    assert not await Customer("localhost").connect()


@pytest.mark.parametrize("origin", ["http://[", f"http://{GLOBEX_HOST}", "null", f"http://{ACME_HOST}.evil.example"])
async def test_no_page_of_another_origin_gets_a_socket(committed: Cast, origin: str) -> None:
    assert not await Customer(ACME_HOST, origin=origin).connect()


@pytest.mark.parametrize(
    "frame", [{"type": "contact", "email": "vera@example.com"}, {"type": "rate", "score": 5}, {"type": "sync", "after": 0}]
)
async def test_what_is_kept_or_read_at_length_has_its_pace_too(committed: Cast, frame: dict[str, object]) -> None:
    vera = await visit(committed.acme, ACME_HOST)
    await vera.say("Hello")
    with override_settings(SAY_PER_SECOND=0.01):  # so that none is won back while they are read
        for _ in range(settings.SAY_BURST + 3):
            await vera.send(frame)
        error = await vera.next("error")
    assert error["code"] == "too_fast"
    assert error["retry_after"] >= 1
    await vera.leave()
