"""A flow in a real conversation: its place is stored with each answer, sealed, and what it promises is owed once."""

from collections.abc import Iterator
from typing import Any

import pytest
from django.db import connection

from apps.agents.models import Errand, Ticket
from apps.agents.tickets import tickets
from apps.conversations.bot.leading.walked import Flowed
from apps.conversations.models import Cause, Conversation, Filing, Owner, Visitor
from apps.conversations.worker.rehearsal import retell
from apps.conversations.worker.shift import answer
from apps.flows.models import Flow
from apps.releases.models import Release
from apps.releases.publishing import activate, active, publish
from apps.tenants import context
from tests.cast import Cast
from tests.conversations.worker.test_answer import RETURNS, ask, said, steps, teach

BOOK = """
name: fitting
title: Book a fitting
triggers:
  buttons: [I want to book a fitting]
slots:
  phone: {type: phone, prompt: Which number can we call?, sensitive: true}
  why: {type: choice, prompt: What for?, choices: [{value: boots}, {value: skis}]}
states:
  - name: who
    actions:
      - {type: ask, params: {slots: [phone]}}
      - {type: ask, params: {slots: [why]}}
      - {type: confirm, params: {text: 'A fitting for {{ why }}?'}}
    transitions:
      - {condition: confirmed, target: booked}
      - {condition: default, target: left}
  - name: booked
    actions:
      - {type: ticket, params: {subject: 'Fitting for {{ why }}', body: 'Call {{ phone }}.'}}
      - {type: end, params: {text: 'Booked as {{ ticket }}.'}}
  - name: left
    actions: [{type: handoff, params: {text: Then a colleague will help.}}]
"""
BEGIN, PHONE = "I want to book a fitting", "+1 503 555 0143"


@pytest.fixture
def shop(committed: Cast) -> Iterator[Cast]:
    """Acme books fittings."""
    with context.inside(committed.acme):
        Flow.objects.create(name="fitting", text=BOOK, enabled=True)
        publish()
        yield committed
        connection.close()


def talk(shop: Cast, *texts: str, row: Conversation | None = None) -> Conversation:
    for text in texts:
        row = ask(text, shop.vera, row)
        answer(row.pk)
        row.refresh_from_db()
    assert row
    return row


def stored(row: Conversation) -> Any:
    with connection.cursor() as cursor:
        cursor.execute("SELECT flow FROM conversations_conversation WHERE id = %s", [row.pk])
        return cursor.fetchone()[0]


def test_a_customer_walks_a_flow_to_its_end(shop: Cast) -> None:
    row = talk(shop, BEGIN, PHONE, "boots", "yes")
    filing = Filing.objects.get()
    assert said(row) == [
        "Which number can we call?",
        "What for?",
        "A fitting for boots?",
        f"Booked as {filing.reference}.",
    ]
    assert row.flow == {}
    assert stored(row) == ""
    assert filing.subject == "Fitting for boots"
    assert row.owner == Owner.BOT


def test_the_place_is_plain_data_and_sealed_in_the_database(shop: Cast) -> None:
    row = talk(shop, BEGIN, PHONE)
    assert (row.flow["flow"], row.flow["state"], row.flow["asked"]) == ("fitting", "who", ["why"])
    assert row.flow["slots"]["phone"].endswith("5035550143")
    assert "503" not in stored(row)
    kept = row.turns.latest("epoch").story or {}
    assert kept["place"]
    assert "fitting" not in kept["place"]


def test_the_choices_are_buttons_and_what_a_button_says_is_understood(shop: Cast) -> None:
    row = talk(shop, BEGIN, PHONE)
    assert [button["label"] for button in row.events.latest("seq").body["buttons"]] == ["boots", "skis"]


def test_a_promised_ticket_is_filed_once_whatever_is_lost(shop: Cast) -> None:
    row = talk(shop, BEGIN, PHONE, "boots", "yes")
    filing = Filing.objects.get()
    Errand.objects.all().delete()
    for _ in range(2):
        tickets.of_filing(filing.pk)
    ticket = Ticket.objects.get()
    assert ticket.subject == "Fitting for boots"
    assert ticket.conversation_id == row.pk
    filing.refresh_from_db()
    assert filing.filed_at


def test_a_question_in_between_is_answered_and_the_flow_goes_on(shop: Cast) -> None:
    teach("How do I return an item?", RETURNS)
    row = talk(shop, BEGIN, "How do I return an item?", PHONE)
    answered, reminder = said(row)[1].split("\n\n")
    assert answered == RETURNS
    assert reminder == "Back to “Book a fitting”: Which number can we call?"
    assert said(row)[-1] == "What for?"


def test_a_handover_by_the_flow_tells_the_agent_what_was_told(shop: Cast) -> None:
    row = talk(shop, BEGIN, PHONE, "boots", "no")
    handover = row.handovers.get()
    assert handover.reason == Cause.BY_FLOW
    assert handover.summary["flow"] == "Book a fitting"
    assert handover.summary["slots"]["why"] == "boots"
    assert "0143" not in str(handover.summary), "a sensitive slot is masked"
    assert row.flow == {}


def test_a_turn_in_a_flow_can_be_told_again(shop: Cast) -> None:
    row = talk(shop, BEGIN, PHONE)
    turn = row.turns.latest("epoch")
    told = retell(turn)
    assert told
    assert told.end.said if not hasattr(told.end, "text") else told.end.text == "What for?"
    assert [step.state for step in steps(turn, Flowed)] == ["who"]


def test_a_conversation_finishes_the_version_it_began(shop: Cast) -> None:
    row = talk(shop, BEGIN)
    Flow.objects.update(text=BOOK.replace("What for?", "Boots or skis?"))
    publish()
    assert said(talk(shop, PHONE, row=row))[-1] == "What for?"


def test_nobody_stays_on_a_version_that_was_taken_back(shop: Cast) -> None:
    before = active()
    Flow.objects.update(text=BOOK.replace("What for?", "Boots or skis?"))
    newer = publish()
    row = talk(shop, BEGIN)
    assert row.release == newer.number
    activate(Release.objects.get(number=before.number))
    row = talk(shop, PHONE, row=row)
    assert row.release == before.number
    assert said(row)[-1] == "What for?"


def test_a_state_that_was_taken_back_is_told_of_and_the_flow_begins_again(shop: Cast) -> None:
    before = active()
    Flow.objects.update(text=BOOK.replace("name: who", "name: whom"))
    publish()
    row = talk(shop, BEGIN)
    activate(Release.objects.get(number=before.number))
    text = said(talk(shop, PHONE, row=row))[-1]
    assert text.startswith("The steps have changed meanwhile")
    assert text.endswith("Which number can we call?")


def test_another_tenants_flow_begins_nothing_here(shop: Cast) -> None:
    with context.inside(shop.globex):
        row = ask(BEGIN, Visitor.objects.create())
        answer(row.pk)
        row.refresh_from_db()
        assert row.flow == {}
        assert Filing.objects.count() == 0
