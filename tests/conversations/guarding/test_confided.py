"""Words that a flow calls sensitive, typed as any message is: sealed in the ledger, read by the flow, shown to nobody."""

import uuid
from collections.abc import Iterator
from typing import Any
from uuid import UUID

import pytest
from django.db import connection

from apps.agents.console import message_search
from apps.agents.models import Spoken
from apps.conversations.bot.stages.composing import Prepared
from apps.conversations.bot.story import Said
from apps.conversations.live import backlog
from apps.conversations.models import Conversation, Event, Handover, Original, Turn
from apps.conversations.wire.events import SEALED
from apps.conversations.worker.rehearsal import retell
from apps.conversations.worker.shift import answer
from apps.flows.models import Flow
from apps.llm.models import ModelEndpoint
from apps.releases.publishing import publish
from apps.tenants import context
from apps.tenants.live.threads import in_thread
from apps.tenants.models import Tenant
from apps.tenants.workspace.models import Site
from tests.agents.client import sit_down
from tests.agents.reading import read_along
from tests.cast import ACME_HOST, GLOBEX_HOST, Cast
from tests.conversations.client import Customer, visit
from tests.conversations.guarding.rules import in_force
from tests.conversations.guarding.test_heard import everything, tell
from tests.conversations.worker.test_answer import RETURNS, compose_with, steps, teach
from tests.conversations.worker.test_flows import BEGIN, BOOK, PHONE
from tests.faulty_model import faulty_model

pytestmark = pytest.mark.usefixtures("sockets")
WHOLE = [{"start": 0, "end": len(SEALED), "what": "confided"}]
DIGITS = "0143"  # the end of the number, however it is written


@pytest.fixture
def booking(committed: Cast) -> Iterator[Cast]:
    """Both tenants book fittings; Acme's flow alone calls the number sensitive."""
    for tenant, text in ((committed.acme, BOOK), (committed.globex, BOOK.replace("sensitive: true", "required: true"))):
        with context.inside(tenant):
            Flow.objects.create(name="fitting", text=text, enabled=True)
            teach("How do I return an item?", RETURNS)
            publish()
    yield committed
    with context.inside(committed.acme):
        ModelEndpoint.objects.update(base_url="", answers=False)
        Site.objects.update(sure=0.65, floor=0.2)
    connection.close()


async def answered(tenant: Tenant, vera: Customer, said: str, own: str | None = None) -> str:
    """The bot's answer to these words."""
    await vera.say(said, own)

    def work() -> str:
        backlog.take(10)
        answer(UUID(vera.conversation))
        row = Event.objects.filter(author=Event.Author.BOT, kind=Event.Kind.MESSAGE).order_by("seq").last()
        return str(row.body["text"]) if row else ""

    return str(await tell(tenant, work))


async def asked_for_a_number(tenant: Tenant, vera: Customer) -> None:
    assert "Which number can we call?" in await answered(tenant, vera, BEGIN)


def words(seq: int) -> tuple[str, Any]:
    body = Event.objects.get(seq=seq).body
    return body["text"], body.get("masked")


def last_turn() -> Turn:
    return Turn.objects.order_by("-started_at")[0]


async def test_the_answer_is_sealed_before_anybody_sees_it_and_the_flow_reads_it(booking: Cast) -> None:
    bob = await sit_down(booking.acme, ACME_HOST, booking.bob)
    vera = await visit(booking.acme, ACME_HOST)
    await asked_for_a_number(booking.acme, vera)
    await bob.send("open", conversation=vera.conversation, after=0)
    await bob.next("opened")
    own = str(uuid.uuid4())
    assert "What for?" in await answered(booking.acme, vera, f"Sure, it is {PHONE}.", own)
    told = await bob.next("message", seq=3)
    assert (told["text"], told["masked"]) == (SEALED, WHOLE)
    again = await vera.say(f"Sure, it is {PHONE}.", own)
    assert again["seq"] == 3, "the same message again is the one that was sealed"
    alice = await sit_down(booking.acme, ACME_HOST, booking.alice)
    await alice.send("original", conversation=vera.conversation, seq=3)
    assert (await alice.next("original"))["text"] == f"Sure, it is {PHONE}."
    await alice.leave()
    rows = await tell(booking.acme, everything)
    assert SEALED in rows
    assert DIGITS not in rows
    assert DIGITS not in str(bob.seen)
    assert await tell(booking.acme, lambda: [row.text for row in Original.objects.all()]) == [f"Sure, it is {PHONE}."]
    await answered(booking.acme, vera, "boots")
    assert await tell(booking.acme, lambda: words(5)) == ("boots", None), "the next question is an open one"
    await tell(booking.acme, message_search.read_new)
    assert DIGITS not in str(await tell(booking.acme, lambda: list(Spoken.objects.values_list("terms"))))
    await vera.leave()
    await bob.leave()


async def test_a_turn_is_told_again_as_it_was(booking: Cast) -> None:
    vera = await visit(booking.acme, ACME_HOST)
    await asked_for_a_number(booking.acme, vera)
    said = await answered(booking.acme, vera, f"it is {PHONE}")

    def again() -> str:
        told = retell(last_turn())
        assert told
        assert isinstance(told.end, Said)
        return told.end.text

    assert await tell(booking.acme, again) == said
    await vera.leave()


async def test_a_question_in_between_is_answered_and_opened(booking: Cast) -> None:
    bob = await sit_down(booking.acme, ACME_HOST, booking.bob)
    vera = await visit(booking.acme, ACME_HOST)
    await asked_for_a_number(booking.acme, vera)
    await bob.send("open", conversation=vera.conversation, after=0)
    await bob.next("opened")
    said = await answered(booking.acme, vera, "How do I return an item?")
    assert RETURNS in said
    assert "Which number can we call?" in said
    assert (await bob.next("message", seq=3))["text"] == SEALED
    shown = await bob.next("amended")
    assert (shown["seq"], shown["text"], shown["masked"]) == (3, "How do I return an item?", [])
    assert shown["conversation"] == vera.conversation
    assert await tell(booking.acme, lambda: words(3)) == ("How do I return an item?", None)
    assert await tell(booking.acme, Original.objects.count) == 0
    story = await tell(booking.acme, lambda: last_turn().story)
    assert story["question"] == "How do I return an item?"
    await tell(booking.acme, message_search.read_new)
    assert await tell(booking.acme, lambda: message_search.matches("return").exists())
    await vera.leave()
    await bob.leave()


async def test_what_filters_mask_stays_masked_in_what_is_opened(booking: Cast) -> None:
    await in_thread(in_force)(booking.acme, "shop", "from_customer", action="mask", words="return")
    vera = await visit(booking.acme, ACME_HOST)
    await asked_for_a_number(booking.acme, vera)
    await answered(booking.acme, vera, "How do I return an item?")
    text, masked = await tell(booking.acme, lambda: words(3))
    assert "return" not in text
    assert text.startswith("How do I ")
    assert [place["rule"] for place in masked] == ["shop"]
    assert await tell(booking.acme, lambda: [row.text for row in Original.objects.all()]) == ["How do I return an item?"]
    await vera.leave()


@pytest.mark.parametrize("words_of_it", ["I want to talk to a human, my number is {}", "call a real person on {} please"])
async def test_who_wants_a_person_gets_one_and_keeps_the_number(booking: Cast, words_of_it: str) -> None:
    vera = await visit(booking.acme, ACME_HOST)
    await asked_for_a_number(booking.acme, vera)
    await answered(booking.acme, vera, words_of_it.format(PHONE))
    row = await tell(booking.acme, Conversation.objects.get)
    assert not row.is_the_bots
    assert DIGITS not in await tell(booking.acme, everything)
    await vera.leave()


async def test_who_only_wants_a_person_is_read_by_them(booking: Cast) -> None:
    vera = await visit(booking.acme, ACME_HOST)
    await asked_for_a_number(booking.acme, vera)
    await answered(booking.acme, vera, "I want to talk to a human")
    assert await tell(booking.acme, lambda: words(3)) == ("I want to talk to a human", None)
    await vera.say(f"my number is {PHONE}")
    rows = await tell(booking.acme, everything)
    assert PHONE in rows, "to a person, who asked for nothing sensitive"
    await vera.leave()


async def test_what_is_told_unasked_is_covered_once_it_was_read(booking: Cast) -> None:
    bob = await sit_down(booking.acme, ACME_HOST, booking.bob)
    vera = await visit(booking.acme, ACME_HOST)
    await asked_for_a_number(booking.acme, vera)
    await answered(booking.acme, vera, PHONE)
    await bob.send("open", conversation=vera.conversation, after=0)
    await bob.next("opened")
    corrected = f"No, my number is {PHONE.replace('0143', '0199')}, sorry"
    assert "99" in await answered(booking.acme, vera, corrected)
    shown = await bob.next("amended")
    assert (shown["seq"], shown["text"]) == (5, f"No, my number is {SEALED}, sorry")
    assert shown["masked"] == [{"start": 17, "end": 17 + len(SEALED), "what": "confided"}]
    assert "0199" not in await tell(booking.acme, everything)
    await tell(booking.acme, message_search.read_new)
    assert "0199" not in str(await tell(booking.acme, lambda: list(Spoken.objects.values_list("terms"))))
    await vera.leave()
    await bob.leave()


async def test_the_card_of_who_is_handed_over_shows_no_more_than_the_message(booking: Cast) -> None:
    await in_thread(in_force)(booking.acme, "shop", "from_bot", action="hand_over", words="199")
    vera = await visit(booking.acme, ACME_HOST)
    await asked_for_a_number(booking.acme, vera)
    await answered(booking.acme, vera, PHONE)
    await answered(booking.acme, vera, f"No, my number is {PHONE.replace('0143', '0199')}, sorry")
    summary = await tell(booking.acme, lambda: Handover.objects.get().summary)
    assert summary["asked"]
    assert "0199" not in str(summary)
    assert "555 0199" not in await tell(booking.acme, everything)
    await vera.leave()


async def test_no_model_reads_what_was_sealed(booking: Cast) -> None:
    """Words that the first reader is unsure of go to a model, but not these."""
    with faulty_model(text="nothing that fits") as url:
        await tell(booking.acme, lambda: compose_with(url))
        vera = await visit(booking.acme, ACME_HOST)
        await asked_for_a_number(booking.acme, vera)
        for said, asks in (("the one on the card of Mr Example", 0), (PHONE, 0), ("boots", 0), ("whatever is on the card", 1)):
            await answered(booking.acme, vera, said)
            assert await tell(booking.acme, lambda: len(steps(last_turn(), Prepared))) == asks, said
    assert await tell(booking.acme, lambda: [words(seq) for seq in (3, 5)]) == [(SEALED, WHOLE)] * 2
    await vera.leave()


async def test_a_draft_is_not_seen_while_something_sensitive_is_asked(booking: Cast) -> None:
    await tell(booking.acme, read_along)
    bob = await sit_down(booking.acme, ACME_HOST, booking.bob)
    vera = await visit(booking.acme, ACME_HOST)
    await asked_for_a_number(booking.acme, vera)
    await bob.send("open", conversation=vera.conversation, after=0)
    await bob.next("opened")
    await vera.send({"type": "typing", "on": True, "draft": PHONE})
    assert "draft" not in await bob.next("typing")
    await vera.leave()
    await bob.leave()


async def test_the_other_tenants_flow_asks_openly(booking: Cast) -> None:
    ming = await visit(booking.globex, GLOBEX_HOST)
    await asked_for_a_number(booking.globex, ming)
    await answered(booking.globex, ming, PHONE)
    assert await tell(booking.globex, lambda: words(3)) == (PHONE, None)
    assert await tell(booking.globex, Original.objects.count) == 0
    mallory = await sit_down(booking.globex, GLOBEX_HOST, booking.mallory)
    vera = await visit(booking.acme, ACME_HOST)
    await asked_for_a_number(booking.acme, vera)
    await answered(booking.acme, vera, PHONE)
    await mallory.send("original", conversation=vera.conversation, seq=3)
    assert (await mallory.next("error"))["code"] == "not_found"
    await vera.leave()
    await ming.leave()
    await mallory.leave()
