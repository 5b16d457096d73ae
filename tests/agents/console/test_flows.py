"""An agent leads the customer's flow: sees where they stand, begins, corrects, skips, ends, and leaves it to the bot."""

import json
import logging
import uuid
from collections.abc import Iterator
from typing import Any

import pytest
from django.db import connection
from django.utils import translation

from apps.agents.casework import casework, flow_card
from apps.agents.console import entry, frames
from apps.agents.models import Offer
from apps.agents.queue import queue
from apps.conversations.models import Conversation, Event, Owner
from apps.conversations.worker.record import record
from apps.conversations.worker.shift import answer
from apps.flows.models import Flow
from apps.releases.publishing import publish
from apps.tenants import context
from apps.tenants.refusal import Refusal
from apps.tenants.workspace.models import Member, Role
from tests.agents import asking
from tests.agents.client import sit_down
from tests.agents.conftest import hire
from tests.agents.console.test_socket import inside
from tests.cast import ACME_HOST, Cast
from tests.conversations.worker.test_answer import said
from tests.conversations.worker.test_flows import talk

BOOK = """
name: fitting
title: Book a fitting
triggers:
  buttons: [I want to book a fitting]
slots:
  phone: {type: phone, label: phone number, prompt: Which number can we call?, sensitive: true}
  order: {type: id, label: order number, pattern: '[0-9]{8}', prompt: Which order?, invalid: An order number has 8 digits.}
  why: {type: choice, label: occasion, prompt: What for?, choices: [{value: boots, label: New boots}, {value: skis}]}
states:
  - name: who
    label: Who asks
    actions:
      - {type: ask, params: {slots: [phone]}}
      - {type: ask, params: {slots: [order]}}
      - {type: ask, params: {slots: [why]}}
    transitions: [{condition: default, target: sure}]
  - name: sure
    actions: [{type: confirm, params: {text: 'A fitting for {{ why }}, order {{ order }}?'}}]
    transitions: [{condition: confirmed, target: booked}, {condition: default, target: left}]
  - name: booked
    actions:
      - {type: ticket, params: {subject: 'Fitting for {{ why }}'}}
      - {type: end, params: {text: 'Booked as {{ ticket }}.'}}
  - name: left
    actions: [{type: handoff, params: {text: Then a colleague will help.}}]
"""
BEGIN, PHONE = "I want to book a fitting", "+1 503 555 0143"
MISSING = str(uuid.uuid4())


@pytest.fixture
def shop(desk: Cast) -> Iterator[Cast]:
    """Acme books fittings; Bob is there."""
    Flow.objects.create(name="fitting", text=BOOK, enabled=True)
    publish()
    with translation.override("en"):
        yield desk
    connection.close()


@pytest.fixture
def bobs(shop: Cast) -> Conversation:
    """Vera stands in the middle; Bob took over."""
    row = talk(shop, BEGIN, PHONE, "20260412")
    return casework.take_over(row.pk, shop.bob)


def act(me: Member, kind: str, row: Conversation, **fields: Any) -> dict[str, Any]:
    """A frame of the console, from the wire on."""
    asked = {"type": kind, "conversation": str(row.pk), "client_id": str(uuid.uuid4()), **fields}
    frame: Any = frames.parse(json.dumps(asked))
    told = frame.act(me)
    assert isinstance(told, dict)
    return told


def refused(me: Member, kind: str, row: Conversation, **fields: Any) -> Refusal:
    before = (Conversation.objects.get(pk=row.pk).flow, row.events.count())
    with pytest.raises(Refusal) as error:
        act(me, kind, row, **fields)
    assert (Conversation.objects.get(pk=row.pk).flow, row.events.count()) == before
    return error.value


def place(row: Conversation) -> dict[str, Any]:
    return dict(Conversation.objects.get(pk=row.pk).flow)


def notes(row: Conversation) -> list[str]:
    return [event.body["text"] for event in row.events.filter(kind=Event.Kind.NOTE)]


def shown(row: Conversation, name: str) -> dict[str, Any]:
    return next(slot for slot in flow_card.frame(row.pk)["at"]["slots"] if slot["name"] == name)


def test_the_panel_shows_where_the_customer_stands(bobs: Conversation, shop: Cast) -> None:
    opened = entry.open_conversation(bobs.pk, 0, shop.bob).frame["flow"]
    at = opened["at"]
    assert (at["title"], at["state_title"], at["waits"], at["paused"]) == ("Book a fitting", "Who asks", "slots", True)
    assert [(slot["label"], slot["shown"], slot["asked"]) for slot in at["slots"]][1:] == [
        ("order number", "20260412", False),
        ("occasion", "", True),
    ]
    assert at["slots"][0]["shown"].endswith("•143")
    assert "503" not in json.dumps(opened)
    assert opened["flows"] == [{"name": "fitting", "title": "Book a fitting"}]


def test_a_customer_in_no_flow_stands_nowhere(shop: Cast) -> None:
    row = asking.ask(visitor=shop.vera)
    assert flow_card.frame(row.pk)["at"] is None


def test_a_correction_is_held_to_what_a_customers_answer_is(bobs: Conversation, shop: Cast) -> None:
    error = refused(shop.bob, "correct_slot", bobs, slot="order", text="12")
    assert str(error) == "An order number has 8 digits."
    assert "one of these" in str(refused(shop.bob, "correct_slot", bobs, slot="why", text="a cake"))
    told = act(shop.bob, "correct_slot", bobs, slot="order", text="no. 99990412 it is")
    assert place(bobs)["slots"]["order"] == "99990412"
    assert notes(bobs) == ["Set order number to “99990412”."]
    assert next(slot for slot in told["at"]["slots"] if slot["name"] == "order")["shown"] == "99990412"


def test_what_is_sensitive_is_masked_in_the_history_too(bobs: Conversation, shop: Cast) -> None:
    act(shop.bob, "correct_slot", bobs, slot="phone", text="+1 503 555 0199")
    assert place(bobs)["slots"]["phone"].endswith("5035550199")
    assert "•199" in notes(bobs)[0]
    assert "503" not in notes(bobs)[0]


def test_a_slot_that_is_emptied_is_asked_again(bobs: Conversation, shop: Cast) -> None:
    act(shop.bob, "correct_slot", bobs, slot="order", text="")
    act(shop.bob, "hand_back", bobs)
    answer(bobs.pk)
    assert said(bobs)[-1] == "Which order?"


def test_the_same_frame_again_does_nothing_more(bobs: Conversation, shop: Cast) -> None:
    own = str(uuid.uuid4())
    for text in ("99990412", "88880412"):
        act(shop.bob, "correct_slot", bobs, slot="order", text=text, client_id=own)
    assert len(notes(bobs)) == 1
    assert place(bobs)["slots"]["order"] == "99990412"


def test_handed_back_the_bot_asks_where_the_flow_stands(bobs: Conversation, shop: Cast) -> None:
    casework.say(bobs.pk, shop.bob, uuid.uuid4(), "I am here to help.")
    told = act(shop.bob, "hand_back", bobs)
    assert told["at"]["paused"] is False
    answer(bobs.pk)
    assert said(bobs)[-1] == "What for?"
    row = talk(shop, "skis", row=bobs)
    assert said(row)[-1] == "A fitting for skis, order 20260412?"
    assert row.owner == Owner.BOT


def test_a_wish_for_a_person_that_an_agent_has_seen_is_no_new_one(shop: Cast) -> None:
    row = talk(shop, BEGIN, "let me talk to a person please")
    assert row.owner == Owner.QUEUE
    casework.claim(row.handovers.get().pk, shop.bob)
    act(shop.bob, "hand_back", row)
    answer(row.pk)
    row.refresh_from_db()
    assert (row.owner, said(row)[-1]) == (Owner.BOT, "Which number can we call?")
    row = talk(shop, "a person please", row=row)
    assert row.owner == Owner.QUEUE, "a new wish is one"


def test_a_skip_goes_on_at_the_other_step(bobs: Conversation, shop: Cast) -> None:
    act(shop.bob, "correct_slot", bobs, slot="why", text="boots")
    act(shop.bob, "skip_to", bobs, state="sure")
    assert place(bobs)["state"] == "sure"
    assert notes(bobs)[-1] == "Went to the step “sure” of “Book a fitting”."
    act(shop.bob, "hand_back", bobs)
    answer(bobs.pk)
    assert said(bobs)[-1] == "A fitting for New boots, order 20260412?"
    assert refused(shop.bob, "skip_to", bobs, state="nowhere").code == "not_yours"


def test_an_end_is_the_end_and_the_customer_is_told_nothing(bobs: Conversation, shop: Cast) -> None:
    before = len(said(bobs))
    told = act(shop.bob, "end_flow", bobs)
    assert told["at"] is None
    assert place(bobs) == {}
    assert (len(said(bobs)), notes(bobs)) == (before, ["Ended “Book a fitting”."])
    for kind, more in (("end_flow", {}), ("hand_back", {}), ("skip_to", {"state": "who"})):
        assert str(refused(shop.bob, kind, bobs, **more)) == "The customer is in no flow any more."


def test_a_flow_that_an_agent_starts_asks_its_first_question(shop: Cast) -> None:
    row = casework.take_over(asking.ask("My parcel is lost", shop.vera).pk, shop.bob)
    assert refused(shop.bob, "start_flow", row, flow="nothing").code == "not_found"
    told = act(shop.bob, "start_flow", row, flow="fitting")
    assert (told["at"]["state"], told["at"]["paused"]) == ("who", False)
    assert notes(row) == ["Started “Book a fitting” for the customer."]
    answer(row.pk)
    row.refresh_from_db()
    assert (said(row)[-1], row.owner) == ("Which number can we call?", Owner.BOT)
    row = casework.take_over(row.pk, shop.bob)
    assert "has begun already" in str(refused(shop.bob, "start_flow", row, flow="fitting"))


def test_a_turn_of_the_bot_that_runs_meanwhile_is_not_stored(shop: Cast, monkeypatch: pytest.MonkeyPatch) -> None:
    row = talk(shop, BEGIN)

    def late(answers: Any) -> None:
        casework.take_over(row.pk, shop.bob)
        act(shop.bob, "correct_slot", row, slot="phone", text="+1 503 555 0199")
        record(answers)

    with monkeypatch.context() as slow:
        slow.setattr("apps.conversations.worker.record.record", late)
        talk(shop, PHONE, row=row)
    assert place(row)["slots"]["phone"].endswith("0199")
    assert said(row) == ["Which number can we call?"]


@pytest.mark.parametrize(
    ("kind", "more"),
    [
        ("start_flow", {"flow": "fitting"}),
        ("correct_slot", {"slot": "order", "text": "99990412"}),
        ("skip_to", {"state": "sure"}),
        ("end_flow", {}),
        ("hand_back", {}),
        ("reveal", {"slot": "phone"}),
    ],
)
def test_only_who_has_the_conversation_leads_it(bobs: Conversation, shop: Cast, kind: str, more: dict[str, Any]) -> None:
    carol = hire("carol")
    error = refused(carol, kind, bobs, **more)
    assert error.code == "not_yours"
    assert str(error).startswith("Take this conversation over")
    with context.inside(shop.globex), pytest.raises(Refusal) as nobodys:
        act(shop.mallory, kind, bobs, **more)
    assert nobodys.value.code == "not_found"
    if kind != "reveal":
        assert refused(shop.alice, kind, bobs, **more).code == "not_yours", "who runs the desk takes it over first, too"
    casework.resolve(bobs.pk, shop.bob)
    assert kind == "reveal" or refused(shop.bob, kind, bobs, **more).code == "closed"


def test_a_sensitive_value_is_shown_to_who_has_it_and_that_is_kept(
    bobs: Conversation, shop: Cast, caplog: pytest.LogCaptureFixture
) -> None:
    for reader in (shop.bob, shop.alice):
        caplog.clear()
        with caplog.at_level(logging.INFO, "yingda.security"):
            told = act(reader, "reveal", bobs, slot="phone")
        assert told["shown"] == "(503) 555-0143"
        assert "read_slot" in caplog.text
        assert str(reader.pk) in caplog.text
        assert "0143" not in caplog.text


def test_a_flow_that_is_gone_with_its_release_can_only_be_ended(bobs: Conversation, shop: Cast) -> None:
    with_other = BOOK.replace("name: fitting", "name: other", 1)
    Flow.objects.update(name="other", text=with_other)
    release = publish()
    Conversation.objects.filter(pk=bobs.pk).update(release=release.number)
    at = flow_card.frame(bobs.pk)["at"]
    assert (at["gone"], at["title"], at["slots"]) == (True, "fitting", [])
    assert refused(shop.bob, "hand_back", bobs).code == "not_found"
    act(shop.bob, "end_flow", bobs)
    assert place(bobs) == {}


def test_what_a_flow_that_hands_over_knows_is_in_the_offer(shop: Cast) -> None:
    row = talk(shop, BEGIN, PHONE, "20260412", "boots", "no")
    queue.dispatch()
    offered = entry.open_offers(shop.bob)[0]["summary"]
    assert Offer.objects.get().handover.reason == "by_flow"
    assert (offered["flow"], offered["state"]) == ("Book a fitting", "left")
    assert offered["slots"]["order number"] == "20260412"
    assert "503" not in json.dumps(offered)
    assert entry.open_conversation(row.pk, 0, shop.bob).frame["summary"] == offered


def test_promised_tickets_are_told_by_the_name_the_customer_knows(shop: Cast) -> None:
    row = talk(shop, BEGIN, PHONE, "20260412", "boots", "yes")
    (ticket,) = flow_card.frame(row.pk)["tickets"]
    assert said(row)[-1] == f"Booked as {ticket['reference']}."
    assert ticket["subject"] == "Fitting for New boots"


@pytest.mark.usefixtures("sockets")
async def test_the_panel_follows_while_the_customer_walks(shop: Cast) -> None:
    row = await inside(shop.acme, talk, shop, BEGIN)
    bob = await sit_down(shop.acme, ACME_HOST, shop.bob)
    await bob.send("open", conversation=row.pk, after=0)
    assert (await bob.next("opened"))["flow"]["at"]["slots"][0]["shown"] == ""

    def go_on(*texts: str) -> None:
        talk(shop, *texts, row=Conversation.objects.get(pk=row.pk))

    await inside(shop.acme, go_on, PHONE)
    moved = await bob.next("flow")
    assert moved["at"]["slots"][0]["shown"].endswith("•143")
    await bob.send("claim", conversation=row.pk)
    assert (await bob.next("flow"))["at"]["paused"] is True
    await bob.send("correct_slot", conversation=row.pk, client_id=MISSING, slot="order", text="20260412")
    told = await bob.next("flow", client_id=MISSING)
    assert told["at"]["slots"][1]["shown"] == "20260412"
    await bob.leave()


@pytest.mark.usefixtures("sockets")
async def test_a_viewer_leads_nothing(shop: Cast) -> None:
    row = await inside(shop.acme, lambda: casework.take_over(talk(shop, BEGIN).pk, shop.bob))
    bob = await sit_down(shop.acme, ACME_HOST, shop.bob)
    await inside(shop.acme, lambda: Member.objects.filter(pk=shop.bob.pk).update(role=Role.VIEWER))
    await bob.send("end_flow", conversation=row.pk, client_id=uuid.uuid4())
    assert (await bob.next("error"))["code"] == "forbidden"
    assert await inside(shop.acme, place, row)
    await bob.leave()
