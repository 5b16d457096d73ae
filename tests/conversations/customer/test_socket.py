"""The customer's door by its socket: hello, say, resume, refuse, and nobody else's conversation."""

import json
import uuid
from unittest.mock import Mock

import psycopg
import pytest
from django.utils import timezone

from apps.conversations.customer import pings
from apps.conversations.ledger import pages
from apps.conversations.live import publish
from apps.conversations.models import Conversation, Event, Turn
from apps.tenants import context
from apps.tenants.db.address import conninfo
from apps.tenants.live.gathering import Together
from apps.tenants.live.threads import in_thread
from apps.tenants.models import Plan, Tenant
from apps.tenants.web import hosts
from tests.cast import ACME_HOST, GLOBEX_HOST, Cast
from tests.conversations.client import Customer, open_session, visit

pytestmark = pytest.mark.usefixtures("sockets")


async def kept(cast: Cast, conversation: str) -> list[tuple[int, str, str]]:
    def look() -> list[tuple[int, str, str]]:
        with context.inside(cast.acme):
            rows = Event.objects.filter(conversation=uuid.UUID(conversation)).order_by("seq")
            return [(row.seq, row.kind, row.body.get("text", "")) for row in rows]

    found: list[tuple[int, str, str]] = await in_thread(look)()
    return found


async def test_an_ack_means_it_is_on_disk(committed: Cast) -> None:
    vera = await visit(committed.acme, ACME_HOST)
    ack = await vera.say("Where is my order?")
    assert ack["seq"] == 1
    assert await kept(committed, vera.seen[0]["conversation"]) == [(1, "message", "Where is my order?")]
    message = await vera.next("message")
    assert message["seq"] == 1
    assert message["author"]["kind"] == "visitor"
    assert message["client_id"] == ack["client_id"]
    await vera.leave()


async def test_the_same_client_id_is_one_message(committed: Cast) -> None:
    vera = await visit(committed.acme, ACME_HOST)
    own = str(uuid.uuid4())
    first, second = await vera.say("Hello", own), await vera.say("Hello", own)
    assert first == second
    assert len(await kept(committed, vera.seen[0]["conversation"])) == 1
    await vera.leave()


async def test_a_client_that_comes_back_gets_everything_later_in_order(committed: Cast) -> None:
    vera = await visit(committed.acme, ACME_HOST)
    for number in range(4):
        await vera.say(f"message {number}")
    conversation = vera.seen[0]["conversation"]
    await vera.leave()
    session = await in_thread(open_session)(committed.acme, ACME_HOST)
    token = (await in_thread(_token_of)(committed, conversation)) or session["token"]
    back = Customer(ACME_HOST)
    await back.connect()
    welcome = await back.hello(token, conversation, after=2)
    assert welcome["conversation"] == conversation
    assert welcome["seq"] == 4
    assert [(await back.next("message"))["seq"] for _ in range(2)] == [3, 4]
    await back.send({"type": "sync", "after": 0})
    assert [(await back.next("message"))["seq"] for _ in range(4)] == [1, 2, 3, 4]
    await back.leave()


async def test_only_a_sync_brings_a_numbered_event_twice(committed: Cast) -> None:
    """A tab that is told of everything again and again: by holes, by gaps in its line, by a second telling."""
    vera = await visit(committed.acme, ACME_HOST)
    await vera.say("message 1")
    tab = await visit(committed.acme, ACME_HOST, visitor=vera.token)
    assert (await tab.next("message"))["seq"] == 1
    conversation = uuid.UUID(tab.conversation)
    for number in range(2, 9):
        await vera.say(f"message {number}")
        assert (await tab.next("message"))["text"] == f"message {number}"  # and nothing a second time before it
        publish.to_group(publish.group(conversation, "acme"), {"type": "socket.gap"})
        for seq in (number, number + 5):  # known, and as after events that were lost
            publish.send(conversation, {"type": "message", "seq": seq, "text": "again"}, schema="acme")
    await tab.send({"type": "sync", "after": 6})
    assert [(await tab.next("message"))["seq"] for _ in range(2)] == [7, 8]
    for each in (vera, tab):
        await each.leave()


def _token_of(cast: Cast, conversation: str) -> str:
    from apps.conversations.customer import visitors

    with context.inside(cast.acme):
        return visitors.token(Conversation.objects.get(pk=conversation).visitor)[0]


async def test_two_tabs_that_begin_at_once_share_one_conversation(committed: Cast) -> None:
    session = await in_thread(open_session)(committed.acme, ACME_HOST)
    tabs = [Customer(ACME_HOST), Customer(ACME_HOST)]
    for tab in tabs:
        await tab.connect()
    ids = {(await tab.hello(session["token"]))["conversation"] for tab in tabs}
    assert len(ids) == 1
    await tabs[0].say("from the first")
    await tabs[1].say("from the second")
    assert [(await tabs[0].next("message"))["seq"] for _ in range(2)] == [1, 2]
    for tab in tabs:
        await tab.leave()


@pytest.mark.parametrize(
    ("frame", "code"),
    [
        ("not json", "bad_frame"),
        ("[" * 50_000, "bad_frame"),
        ('{"type": "nonsense"}', "bad_frame"),
        ('{"type": "say", "text": "no id"}', "bad_frame"),
        (json.dumps({"type": "say", "client_id": str(uuid.uuid4()), "text": " \u200b\u0000\n\u2060 "}), "bad_frame"),
        (json.dumps({"type": "say", "client_id": str(uuid.uuid4()), "text": "x" * 10_001}), "too_long"),
        (json.dumps({"type": "say", "client_id": str(uuid.uuid4()), "text": "x" * 70_000}), "too_long"),
        (json.dumps({"type": "rate", "seq": 77, "score": 1}), "bad_frame"),
        (json.dumps({"type": "contact", "email": "nowhere"}), "bad_frame"),
    ],
)
async def test_a_bad_frame_is_told_and_the_connection_lives(committed: Cast, frame: str, code: str) -> None:
    vera = await visit(committed.acme, ACME_HOST)
    await vera.send(frame)
    error = await vera.next("error")
    assert error["code"] == code
    assert error["message"]
    assert (await vera.say("still here"))["seq"] == 1
    await vera.leave()


async def test_ten_bad_frames_in_a_row_end_it(committed: Cast) -> None:
    vera = await visit(committed.acme, ACME_HOST)
    for _ in range(10):
        await vera.send("{")
    assert await vera.closed() == 4429


async def test_binary_is_a_bad_frame(committed: Cast) -> None:
    vera = await visit(committed.acme, ACME_HOST)
    await vera.socket.send_to(bytes_data=b"\x00\x01")
    assert (await vera.next("error"))["code"] == "bad_frame"
    await vera.leave()


@pytest.mark.parametrize(
    "text", ["😀👩‍👩‍👧‍👦", "שלום מה שלומך", "请问什么时候发货?" * 1_000, "a\x00b\x07c", "<script>alert(1)</script>"]
)
async def test_any_text_that_shows_something_is_kept(committed: Cast, text: str) -> None:
    vera = await visit(committed.acme, ACME_HOST)
    await vera.say(text[:10_000])
    [(_, _, found)] = await kept(committed, vera.seen[0]["conversation"])
    assert "\x00" not in found
    assert found == text[:10_000].replace("\x00", "").replace("\x07", "")
    await vera.leave()


async def test_without_hello_nothing_is_answered(committed: Cast) -> None:
    stranger = Customer(ACME_HOST)
    await stranger.connect()
    await stranger.send({"type": "ping"})
    assert await stranger.closed() == 4401


async def test_silence_instead_of_hello_is_closed(committed: Cast, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("apps.conversations.customer.socket.HELLO_SECONDS", 0.1)
    stranger = Customer(ACME_HOST)
    await stranger.connect()
    assert await stranger.closed() == 4401


async def test_a_hello_that_came_in_time_is_answered_however_long_that_takes(
    committed: Cast, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The question before its token waits here for the database; Valkey may be away for as long."""
    monkeypatch.setattr("apps.conversations.customer.socket.HELLO_SECONDS", 2.0)
    session = await in_thread(open_session)(committed.acme, ACME_HOST)
    vera, silent = Customer(ACME_HOST), Customer(ACME_HOST)
    with psycopg.connect(conninfo()) as other:
        await vera.connect()
        await silent.connect()
        other.execute("LOCK TABLE public.tenants_domain IN ACCESS EXCLUSIVE MODE")
        hosts.forget()
        await vera.send({"type": "hello", "token": session["token"], "conversation": None, "after": 0})
        assert await silent.closed() == 4401
    await vera.next("welcome")
    await vera.leave()


async def test_a_token_of_another_tenant_is_nobody(committed: Cast) -> None:
    session = await in_thread(open_session)(committed.globex, GLOBEX_HOST)
    mallory = Customer(ACME_HOST)
    await mallory.connect()
    await mallory.send({"type": "hello", "token": session["token"], "after": 0})
    assert (await mallory.next("error"))["code"] == "unauthorized"
    assert await mallory.closed() == 4401


async def test_another_visitors_conversation_is_not_found(committed: Cast) -> None:
    vera = await visit(committed.acme, ACME_HOST)
    await vera.say("My secret is 42")
    wanted = vera.seen[0]["conversation"]
    for tenant, host in ((committed.acme, ACME_HOST), (committed.globex, GLOBEX_HOST)):
        session = await in_thread(open_session)(tenant, host)
        mallory = Customer(host)
        await mallory.connect()
        await mallory.send({"type": "hello", "token": session["token"], "conversation": wanted, "after": 0})
        assert (await mallory.next("error"))["code"] == "not_found"
        assert (await mallory.next("welcome"))["conversation"] != wanted
        await vera.say("More secrets")
        await mallory.say("Mine")
        assert (await mallory.next("message"))["text"] == "Mine"  # what was told before it has come
        assert "secret" not in str(mallory.seen)
        await mallory.leave()
    await vera.leave()


async def test_an_unknown_host_and_a_foreign_origin_get_no_socket(committed: Cast) -> None:
    for customer in (Customer("nobody.test"), Customer(ACME_HOST, origin="https://evil.example")):
        assert not await customer.connect()
    own = Customer(ACME_HOST, origin=f"http://{ACME_HOST}")
    assert await own.connect()
    await own.leave()


async def test_sockets_of_two_tenants_interleaved_keep_apart(committed: Cast) -> None:
    pairs = [(committed.acme, ACME_HOST), (committed.globex, GLOBEX_HOST)] * 4
    customers = [await visit(*pair) for pair in pairs]
    for round_ in range(3):
        for number, customer in enumerate(customers):
            await customer.say(f"{number}/{round_}")
    for number, customer in enumerate(customers):
        texts = {frame["text"] for frame in customer.seen if frame["type"] == "message"}
        while len(texts) < 3:
            texts.add((await customer.next("message"))["text"])
        assert texts == {f"{number}/{round_}" for round_ in range(3)}
        await customer.leave()


async def test_who_writes_too_fast_is_told_when_to_try_again(committed: Cast) -> None:
    vera = await visit(committed.acme, ACME_HOST)
    own = str(uuid.uuid4())
    for _ in range(10):
        await vera.say("quick")
    await vera.send({"type": "say", "client_id": own, "text": "quicker"})
    error = await vera.next("error")
    assert (error["code"], error["client_id"]) == ("too_fast", own)
    assert error["retry_after"] >= 1
    await vera.leave()


async def test_asking_for_a_person_by_the_button(committed: Cast) -> None:
    vera = await visit(committed.acme, ACME_HOST)
    await vera.send({"type": "person"})
    message, owner = await vera.next("message"), await vera.next("owner")
    assert (message["seq"], owner["seq"]) == (1, 2)
    assert owner["owner"] == "queue"
    assert owner["online"] is False
    assert "look here for our answer later" in message["text"]
    await vera.send({"type": "contact", "email": "vera@example.com"})
    assert "vera@example.com" in (await vera.next("message"))["text"]
    assert (await vera.next("owner"))["owner"] == "bot"
    await vera.leave()


async def test_a_tenants_plan_limits_all_its_visitors_together(committed: Cast) -> None:
    plan = await in_thread(_put_on_plan)(committed, 3)
    customers = [await visit(committed.acme, ACME_HOST) for _ in range(4)]
    for customer in customers[:3]:
        await customer.say("one of three")
    await customers[3].send({"type": "say", "client_id": str(uuid.uuid4()), "text": "the fourth"})
    assert (await customers[3].next("error"))["code"] == "too_fast"
    other = await visit(committed.globex, GLOBEX_HOST)
    await other.say("another tenant's visitor is not concerned")
    for customer in (*customers, other):
        await customer.leave()
    await in_thread(_end_plan)(plan)


async def test_an_open_line_learns_of_a_plan_with_its_next_ping(committed: Cast) -> None:
    vera = await visit(committed.acme, ACME_HOST)
    other = await visit(committed.globex, GLOBEX_HOST)
    plan = await in_thread(_put_on_plan)(committed, messages=1)
    for customer in (vera, other):
        await customer.send({"type": "ping"})
        await customer.next("pong")
        await customer.say("the one that is granted")
        await customer.send({"type": "say", "client_id": str(uuid.uuid4()), "text": "one more"})
    assert (await vera.next("error"))["code"] == "too_fast"
    assert (await other.next("ack"))["seq"] == 2
    await in_thread(_end_plan)(plan)
    hosts.forget()
    await vera.send({"type": "ping"})
    await vera.next("pong")
    await vera.say("and as before")
    for customer in (vera, other):
        await customer.leave()


def _put_on_plan(cast: Cast, messages: int) -> Plan:
    with context.inside(context.PUBLIC):
        plan = Plan.objects.create(name="small", messages_per_minute=messages)
        Tenant.objects.filter(pk=cast.acme.pk).update(plan=plan)
    hosts.forget()
    return plan


def _end_plan(plan: Plan) -> None:
    with context.inside(context.PUBLIC):
        Tenant.objects.update(plan=None)
        plan.delete()


async def test_a_thumb_down_is_kept_and_the_answer_not_repeated_from_the_cache(committed: Cast) -> None:
    vera = await visit(committed.acme, ACME_HOST)
    await vera.say("hello")
    conversation = vera.seen[0]["conversation"]
    await in_thread(_answer_by_hand)(committed, conversation)
    await vera.send({"type": "rate", "seq": 2, "score": -1, "comment": "wrong"})
    rated = await vera.next("rated")
    assert (rated["of"], rated["score"], rated["seq"]) == (2, -1, 3)
    await vera.leave()


def _answer_by_hand(cast: Cast, conversation: str) -> None:
    with context.inside(cast.acme):
        row = Conversation.objects.get(pk=conversation)
        turn = Turn.objects.create(conversation=row, epoch=1, question=1, release=row.release, lease_until=timezone.now())
        with pages.page(row.pk) as page:
            page.append("message", "bot", {"author": {"kind": "bot", "name": "Acme"}, "text": "hi"}, turn=turn)


async def test_a_socket_that_floods_is_closed(committed: Cast) -> None:
    vera = await visit(committed.acme, ACME_HOST)
    for _ in range(110):
        await vera.send({"type": "typing", "on": True})
    assert await vera.closed() == 4429


async def test_pings_of_many_sockets_are_one_look_and_each_hears_its_own(
    committed: Cast, monkeypatch: pytest.MonkeyPatch
) -> None:
    look = Mock(wraps=pings._pulses)
    monkeypatch.setattr(pings, "_pulse", Together(look, pause=pings.GATHER_SECONDS))
    acme = [await visit(committed.acme, ACME_HOST) for _ in range(4)]
    globex = await visit(committed.globex, GLOBEX_HOST)
    for count, customer in enumerate(acme):
        for _ in range(count):
            await customer.say("And one more thing")
    await globex.say("Hello")
    for customer in [*acme, globex]:
        await customer.send({"type": "ping"})
    assert [(await customer.next("pong"))["seq"] for customer in acme] == [0, 1, 2, 3]
    assert (await globex.next("pong"))["seq"] == 1
    assert sum(len(call.args[0]) for call in look.call_args_list) == 5
    assert look.call_count < 5
    for customer in [*acme, globex]:
        await customer.leave()
