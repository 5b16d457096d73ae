"""Answering a form as a customer: once, only the newest, only one's own; what is sensitive is sealed."""

import asyncio
import uuid
from collections.abc import Callable
from typing import Any, TypeVar

import pytest
from django.db import connection
from django.utils import timezone

from apps.conversations.bot.recall import Line
from apps.conversations.bot.story import Progress
from apps.conversations.customer import arrivals, forms, verbs, visitors
from apps.conversations.customer.arrivals import Door
from apps.conversations.ledger import pages
from apps.conversations.models import Attachment, Conversation, Event, FormSecrets, Visitor
from apps.conversations.wire import events, frames
from apps.conversations.wire.form import Form
from apps.conversations.worker import claim, retelling
from apps.conversations.worker.answer import begun
from apps.tenants import context
from apps.tenants.live.threads import in_thread
from apps.tenants.models import Tenant
from apps.tenants.refusal import Refusal
from tests.asking import RETURN, asks
from tests.cast import ACME_HOST, GLOBEX_HOST, Cast
from tests.conversations.client import visit

pytestmark = pytest.mark.usefixtures("sockets")
T = TypeVar("T")
GIVEN = {"order": "12345678", "reason": "damaged"}
TOLD = "Order number: 12345678 · Reason: It arrived damaged"


async def within(tenant: Tenant, work: Callable[[], T]) -> T:
    with context.inside(tenant):
        return await in_thread(work)()


async def asked(tenant: Tenant, visitor: Visitor, form: Form = RETURN) -> Door:
    """The door of a visitor who has been shown a form."""
    token = await within(tenant, lambda: visitors.token(visitor)[0])
    with context.inside(tenant):
        door = (await arrivals.enter(frames.Hello(token, None, 0))).door
        await verbs.say(door, frames.Say(uuid.uuid4(), "I want to return my tent", None))
    await within(tenant, lambda: asks(door.conversation, form, progress=Progress(1, 2)))
    return door


def sent(values: dict[str, Any] = GIVEN, form: str = "return-1") -> frames.Submit:
    return frames.Submit(uuid.uuid4(), form, values)


async def submit(tenant: Tenant, door: Door, frame: frames.Submit) -> int:
    with context.inside(tenant):
        return (await verbs.submit(door, frame))[1].seq


async def refused(tenant: Tenant, door: Door, frame: frames.Submit) -> tuple[str, str]:
    with pytest.raises(Refusal) as error:
        await submit(tenant, door, frame)
    return error.value.code, str(error.value)


async def said(tenant: Tenant) -> list[dict[str, Any]]:
    rows = Event.objects.filter(author=Event.Author.VISITOR).order_by("seq")
    return await within(tenant, lambda: [row.body for row in rows])


async def test_an_answer_is_a_message_in_words_that_wakes_the_bot(committed: Cast) -> None:
    acme, door = committed.acme, await asked(committed.acme, committed.vera)
    assert await submit(acme, door, sent()) == 3
    _first, body = await said(acme)
    assert body["text"] == TOLD
    assert (body["form"], body["values"]) == ({"id": "return-1"}, GIVEN)
    shown = await within(acme, lambda: Event.objects.get(author=Event.Author.BOT).body)
    assert shown["form"] == RETURN.stored()
    assert shown["progress"] == {"step": 1, "of": 2}
    (woken,) = await within(acme, lambda: claim.take([door.conversation]))
    answer = await within(acme, lambda: begun(woken))
    assert answer.story.transcript[-1] == Line("visitor", TOLD, form="return-1", values=GIVEN)
    assert answer.story.transcript[-2].form == "return-1"
    assert answer.story.answers_form


async def test_the_same_client_id_is_one_answer(committed: Cast) -> None:
    acme, door, answer = committed.acme, await asked(committed.acme, committed.vera), sent({**GIVEN, "card": "4111 1111"})
    assert await submit(acme, door, answer) == await submit(acme, door, answer) == 3
    assert await asyncio.gather(*(submit(acme, door, answer) for _ in range(3))) == [3, 3, 3]
    assert len(await said(acme)) == 2
    assert await within(acme, FormSecrets.objects.count) == 1


async def test_two_tabs_that_answer_at_once_are_one_answer(committed: Cast) -> None:
    acme, door = committed.acme, await asked(committed.acme, committed.vera)
    answers = [sent({**GIVEN, "order": str(number)}) for number in range(5)]
    told = await asyncio.gather(*(submit(acme, door, answer) for answer in answers), return_exceptions=True)
    assert [seq for seq in told if not isinstance(seq, BaseException)] == [3]
    assert {str(error) for error in told if isinstance(error, BaseException)} == {"This form has been sent already."}
    assert len(await said(acme)) == 2


async def test_what_does_not_fit_is_refused_with_nothing_written(committed: Cast) -> None:
    acme, door = committed.acme, await asked(committed.acme, committed.vera)
    assert await refused(acme, door, sent(form="return-2")) == ("not_found", "There is no such form here.")
    assert await refused(acme, door, sent({"order": "1"})) == ("bad_frame", "Please fill in: Reason.")
    assert await refused(acme, door, sent({**GIVEN, "price": 1})) == ("bad_frame", "This form has no field price.")
    assert (await refused(acme, door, sent({**GIVEN, "card": "1" * 2_001})))[0] == "too_long"
    assert (await refused(acme, door, sent({**GIVEN, "photo": str(uuid.uuid4())})))[0] == "not_found"
    assert len(await said(acme)) == 1
    assert await submit(acme, door, sent()) == 3


async def test_a_form_is_over_once_it_was_answered_or_the_bot_said_something_later(committed: Cast) -> None:
    acme, door = committed.acme, await asked(committed.acme, committed.vera)
    with context.inside(acme):
        await verbs.say(door, frames.Say(uuid.uuid4(), "One moment, please", None))  # the customer alone changes nothing
    assert await submit(acme, door, sent()) == 4
    assert await refused(acme, door, sent()) == ("not_found", "This form has been sent already.")
    await within(acme, lambda: asks(door.conversation, Form("return-2", RETURN.fields)))
    with context.inside(acme):
        await verbs.say(door, frames.Say(uuid.uuid4(), "How long does it take?", None))
    await within(acme, lambda: asks(door.conversation, None, "Five days."))
    over = ("not_found", "This form is no longer open, because the conversation has gone on.")
    assert await refused(acme, door, sent(form="return-2")) == over


async def test_the_ledger_itself_refuses_what_the_bot_overtook(committed: Cast, monkeypatch: pytest.MonkeyPatch) -> None:
    """Between the look at the form and the write the bot says something else."""
    acme, door = committed.acme, await asked(committed.acme, committed.vera)
    looked = forms.answer

    def overtaken(door: Door, frame: frames.Submit) -> forms.Answer:
        found = looked(door, frame)
        monkeypatch.setattr(forms, "answer", looked)
        with pages.page(door.conversation) as page:
            page.append(Event.Kind.MESSAGE, Event.Author.BOT, events.message_body(events.author("bot"), "Something else."))
        return found

    monkeypatch.setattr(forms, "answer", overtaken)
    assert (await refused(acme, door, sent()))[1] == "This form is no longer open, because the conversation has gone on."
    assert len(await said(acme)) == 1


async def test_a_form_of_a_conversation_that_ended_is_over(committed: Cast) -> None:
    acme, door = committed.acme, await asked(committed.acme, committed.vera)

    def close() -> None:
        with pages.page(door.conversation) as page:
            page.conversation.close(page.now)

    await within(acme, close)
    assert (await refused(acme, door, sent()))[0] == "not_found"


async def test_a_sensitive_value_is_sealed_at_rest_masked_for_people_and_open_to_the_turn(committed: Cast) -> None:
    acme, door = committed.acme, await asked(committed.acme, committed.vera)
    await submit(acme, door, sent({**GIVEN, "card": "4111 1111 1111 1111"}))
    body = (await said(acme))[-1]
    assert body["text"] == f"{TOLD} · Card: ••••1111"
    assert body["values"] == GIVEN

    def look() -> tuple[str, str]:
        with connection.cursor() as cursor:
            cursor.execute("SELECT string_agg(body::text, '') FROM conversations_event")
            stored = str(cursor.fetchone()[0])
            cursor.execute("SELECT values FROM conversations_formsecrets")
            return stored, str(cursor.fetchone()[0])

    stored, sealed = await within(acme, look)
    assert "4111" not in stored + sealed
    assert sealed.startswith("v2.")
    (woken,) = await within(acme, lambda: claim.take([door.conversation]))
    answer = await within(acme, lambda: begun(woken))
    values = {**GIVEN, "card": "4111 1111 1111 1111"}
    assert answer.story.transcript[-1].values == values
    retold = await within(acme, lambda: retelling.story_of(woken.turn))
    assert retold is not None
    assert retold.transcript[-1].values == values
    assert "4111" not in str(woken.turn.story)


async def test_a_file_goes_with_the_answer(committed: Cast) -> None:
    acme, door = committed.acme, await asked(committed.acme, committed.vera)
    facts = {"name": "tent.png", "type": "image/png", "size": 3, "path": "attachments/x", "digest": "0" * 64}

    def send_up() -> str:
        return str(Attachment.objects.create(visitor=committed.vera, touched_at=timezone.now(), **facts).pk)

    photo = await within(acme, send_up)
    await submit(acme, door, sent({**GIVEN, "photo": photo}))
    body = (await said(acme))[-1]
    assert body["text"] == f"{TOLD} · Photo: tent.png"
    assert [file["id"] for file in body["attachments"]] == [photo]


async def test_by_the_socket_it_is_acknowledged_and_shown_without_its_values(committed: Cast) -> None:
    vera = await visit(committed.acme, ACME_HOST)
    await vera.say("I want to return my tent")
    await vera.next("message")
    await within(committed.acme, lambda: asks(uuid.UUID(vera.conversation)))
    asking = await vera.next("message")
    assert [field["name"] for field in asking["form"]["fields"]] == ["order", "reason", "card", "photo"]
    own = str(uuid.uuid4())
    values = {**GIVEN, "card": "4111 1111 1111 1111"}
    await vera.send({"type": "submit", "client_id": own, "form": "return-1", "values": values})
    assert (await vera.next("ack"))["client_id"] == own
    live = await vera.next("message")
    await vera.send({"type": "sync", "after": 2})
    later = await vera.next("message")
    for message in (live, later):
        assert (message["client_id"], message["form"]) == (own, {"id": "return-1"})
        assert message["text"] == f"{TOLD} · Card: ••••1111"
        assert not {"values", "secrets"} & set(message)
        assert "4111 1111" not in str(message)
    await vera.send({"type": "submit", "client_id": str(uuid.uuid4()), "form": "return-1", "values": values})
    error = await vera.next("error")
    assert (error["code"], error["message"]) == ("not_found", "This form has been sent already.")
    await vera.leave()


@pytest.mark.parametrize(
    "wrong", [{"values": []}, {"values": {"a": []}}, {"values": {}, "form": 7}, {"client_id": "x", "values": {}}]
)
async def test_a_bad_frame_is_told(committed: Cast, wrong: dict[str, Any]) -> None:
    vera = await visit(committed.acme, ACME_HOST)
    await vera.send({"type": "submit", "client_id": str(uuid.uuid4()), "form": "return-1", **wrong})
    assert (await vera.next("error"))["code"] == "bad_frame"
    await vera.leave()


async def test_mallory_gets_nothing(committed: Cast) -> None:
    """Neither by her own door, with the other tenant's form and conversation, nor with a door of theirs in her tenant."""
    acme, globex = committed.acme, committed.globex
    door = await asked(acme, committed.vera)
    mallory = await visit(globex, GLOBEX_HOST)
    await mallory.hello(mallory.token, str(door.conversation))
    await mallory.send({"type": "submit", "client_id": str(uuid.uuid4()), "form": "return-1", "values": GIVEN})
    error = await mallory.next("error")
    assert (error["code"], error["message"]) == ("not_found", "这里没有这张表单。")
    assert await refused(globex, door, sent()) == ("not_found", "There is no such form here.")
    assert await within(globex, Conversation.objects.count) == 0
    assert len(await said(acme)) == 1
    await mallory.leave()


async def test_another_visitor_of_the_same_shop_gets_nothing(committed: Cast) -> None:
    door = await asked(committed.acme, committed.vera)
    other = await visit(committed.acme, ACME_HOST)
    await other.hello(other.token, str(door.conversation))
    await other.send({"type": "submit", "client_id": str(uuid.uuid4()), "form": "return-1", "values": GIVEN})
    error = await other.next("error")
    assert error["message"] == "There is no such form here."
    assert len(await said(committed.acme)) == 1
    await other.leave()
