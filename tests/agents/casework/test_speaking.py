"""Agents' words through the filters: warned about, masked or not sent; and what was masked, shown to who may see it."""

import logging
import uuid
from typing import Any

import pytest
from django.db import connection

from apps.agents.models import Macro, MacroRun
from apps.conversations.models import Conversation, Event, Hit, Original, Visitor
from apps.tenants import context
from apps.tenants.live.threads import in_thread
from apps.tenants.models import Tenant
from tests.agents.client import Console, Frame, sit_down
from tests.agents.conftest import hire
from tests.cast import ACME_HOST, GLOBEX_HOST, Cast
from tests.conversations.client import visit
from tests.conversations.guarding.rules import in_force

pytestmark = pytest.mark.usefixtures("sockets")

CARD, SHOWN = "6222021234567890128", "***************0128"
SAID = f"Please pay to {CARD} today"


async def within(tenant: Tenant, work: Any) -> Any:
    def inside() -> Any:
        with context.inside(tenant):
            try:
                return work()
            finally:
                connection.close()

    return await in_thread(inside)()


@pytest.fixture
def ruled(desk: Cast) -> Cast:
    connection.close()
    return desk


async def talk(desk: Cast) -> tuple[Console, str]:
    """Bob at a conversation that he has."""
    bob, vera = await sit_down(desk.acme, ACME_HOST, desk.bob), await visit(desk.acme, ACME_HOST)
    await vera.say("Hello")
    conversation = vera.conversation
    await vera.leave()
    await bob.send("open", conversation=conversation, after=0)
    await bob.next("opened")
    await bob.send("claim", conversation=conversation)
    await bob.next("claimed")
    return bob, conversation


async def said(desk: Cast) -> list[str]:
    rows = Event.objects.filter(kind="message", author="agent").order_by("seq")
    found: list[str] = await within(desk.acme, lambda: [row.body["text"] for row in rows])
    return found


async def hits(desk: Cast) -> list[tuple[Any, ...]]:
    def look() -> list[tuple[Any, ...]]:
        rows = Hit.objects.select_related("member", "event").order_by("pk")
        return [(row.name, row.direction, row.action, row.text, str(row.member), bool(row.event)) for row in rows]

    found: list[tuple[Any, ...]] = await within(desk.acme, look)
    return found


async def test_a_marked_word_is_a_question_before_it_is_sent(ruled: Cast) -> None:
    await in_thread(in_force)(ruled.acme, "cards", "from_agent", action="flag")
    bob, conversation = await talk(ruled)
    own = str(uuid.uuid4())
    refused = await bob.say(conversation, SAID, own)
    assert (refused["type"], refused["code"], refused["client_id"]) == ("error", "confirm", own)
    assert refused["message"] == f"“cards” warns about “{CARD}”. Send it anyway?"
    assert refused["places"] == [{"start": 14, "end": 33, "rule": "cards", "what": "card"}]
    assert (await said(ruled), await hits(ruled)) == ([], [])
    await bob.send("say", conversation=conversation, client_id=own, text=SAID, confirmed=True)
    ack = await bob.next("ack")
    assert await said(ruled) == [SAID]
    assert await hits(ruled) == [("cards", "from_agent", "flag", CARD, "bob", True)]
    assert (await bob.say(conversation, SAID, own))["seq"] == ack["seq"]  # known, and asked about no more
    await bob.leave()


async def test_a_blocked_message_is_not_sent_and_recorded(ruled: Cast) -> None:
    words = "Never name cards here."
    await in_thread(in_force)(ruled.acme, "cards", "from_agent", action="block", say=words)
    bob, conversation = await talk(ruled)
    await bob.send("say", conversation=conversation, client_id=str(uuid.uuid4()), text=SAID, confirmed=True)
    refused = await bob.next("error")
    assert (refused["code"], refused["message"]) == ("filtered", words)
    assert await said(ruled) == []
    assert await hits(ruled) == [("cards", "from_agent", "block", CARD, "bob", False)]
    await bob.leave()


async def test_a_masked_place_is_masked_for_everybody(ruled: Cast) -> None:
    await in_thread(in_force)(ruled.acme, "cards", "from_agent", action="mask")
    bob, conversation = await talk(ruled)
    assert (await bob.say(conversation, SAID))["type"] == "ack"
    told = await bob.next("message")
    assert told["text"] == f"Please pay to {SHOWN} today"
    assert [place["rule"] for place in told["masked"]] == ["cards"]
    assert await hits(ruled) == [("cards", "from_agent", "mask", CARD, "bob", True)]
    note = await bob.say(conversation, f"The card is {CARD}", kind="note")
    assert note["type"] == "ack"
    assert (await bob.next("note"))["text"] == f"The card is {CARD}"
    await bob.leave()


async def test_who_has_the_conversation_or_runs_the_desk_sees_the_original(
    ruled: Cast, caplog: pytest.LogCaptureFixture
) -> None:
    await in_thread(in_force)(ruled.acme, "cards", "from_agent", action="mask")
    bob, conversation = await talk(ruled)
    ack = await bob.say(conversation, SAID)
    carol = await sit_down(ruled.acme, ACME_HOST, await within(ruled.acme, lambda: hire("carol")))
    alice = await sit_down(ruled.acme, ACME_HOST, ruled.alice)
    caplog.set_level(logging.INFO, "yingda.security")
    for reader in (bob, alice):
        await reader.send("original", conversation=conversation, seq=ack["seq"])
        assert (await reader.next("original")) == {
            "type": "original",
            "conversation": conversation,
            "seq": ack["seq"],
            "text": SAID,
        }
    await carol.send("original", conversation=conversation, seq=ack["seq"])
    refused = await carol.next("error")
    assert (refused["code"], refused["message"]) == ("not_yours", "Take this conversation over to see this.")
    await bob.send("original", conversation=conversation, seq=1)
    assert (await bob.next("error"))["message"] == "Nothing is masked in this message."
    assert [str(who.pk) in caplog.text for who in (ruled.bob, ruled.alice)] == [True, True]
    assert caplog.text.count("read_original") == 2
    assert CARD not in caplog.text
    for console in (bob, carol, alice):
        await console.leave()


async def test_mallory_sees_nothing_and_her_words_are_hers(ruled: Cast) -> None:
    await in_thread(in_force)(ruled.acme, "cards", "from_agent", action="block", say="No.")
    await in_thread(in_force)(ruled.acme, "words", "from_customer", action="mask", words="Hello")
    bob, conversation = await talk(ruled)
    mallory = await sit_down(ruled.globex, GLOBEX_HOST, ruled.mallory)
    await mallory.send("original", conversation=conversation, seq=1)
    assert (await mallory.next("error"))["code"] == "not_found"

    def hers() -> str:
        row = Conversation.objects.create(visitor=Visitor.objects.create(name="Ming"), release=1)
        return str(row.pk)

    ming = await within(ruled.globex, hers)
    await mallory.send("claim", conversation=ming)
    await mallory.next("claimed")
    assert (await mallory.say(ming, SAID))["type"] == "ack"
    assert await within(ruled.globex, lambda: (Hit.objects.count(), Original.objects.count())) == (0, 0)
    await mallory.leave()
    await bob.leave()


async def run(bob: Console, conversation: str, macro: int, **more: Any) -> Frame:
    await bob.send("macro", conversation=conversation, macro=macro, client_id=str(uuid.uuid4()), **more)
    return await bob.next("macro_done", "error")


async def test_a_macros_reply_goes_through_the_same_rules(ruled: Cast) -> None:
    made = await within(ruled.acme, lambda: Macro.objects.create(title="Pay", reply=SAID, tags=["paid"]))
    await in_thread(in_force)(ruled.acme, "cards", "from_agent", action="flag")
    bob, conversation = await talk(ruled)
    assert (await run(bob, conversation, made.pk))["code"] == "confirm"
    assert (await run(bob, conversation, made.pk, confirmed=True))["type"] == "macro_done"
    assert await said(ruled) == [SAID]
    await in_thread(in_force)(ruled.acme, "no cards", "from_agent", action="block", say="No cards.", order=1)
    refused = await run(bob, conversation, made.pk)
    assert (refused["code"], refused["message"]) == ("filtered", "Nothing was done. No cards.")
    assert await within(ruled.acme, MacroRun.objects.count) == 1
    assert [(name, action, sent) for name, _way, action, _text, _who, sent in await hits(ruled)] == [
        ("cards", "flag", True),
        ("no cards", "block", False),
        ("cards", "flag", False),
    ]
    await bob.leave()
