"""What a flow asks a colleague, as a row: written with the turn, ended once, whatever is lost or comes at once."""

import threading
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from typing import Any

import pytest
from django.db import IntegrityError, connection, transaction
from django.utils import timezone

from apps.conversations import decisions, handover, sweeping
from apps.conversations.ledger import pages
from apps.conversations.live import backlog
from apps.conversations.models import Conversation, Decision, Owner
from apps.conversations.worker import record
from apps.conversations.worker.shift import answer
from apps.flows.models import Flow
from apps.releases.publishing import publish
from apps.tenants import context, due
from apps.tenants.sweeping import look
from tests.cast import Cast
from tests.conversations.worker.test_answer import ask, said
from tests.conversations.worker.test_flows import talk

GOODWILL = """
name: goodwill
title: Goodwill
triggers:
  buttons: [I want money back]
slots:
  amount: {type: money, currency: EUR, label: amount, prompt: How much?}
  phone: {type: phone, label: phone number, prompt: Which number?, sensitive: yes}
states:
  - name: what
    actions: [{type: ask, params: {slots: [amount]}}, {type: ask, params: {slots: [phone]}}]
    transitions: [{condition: default, target: colleague}]
  - name: colleague
    actions:
      - type: approve
        params: {question: 'Give back {{ amount }}?', slot: decision, choices: [grant, refuse], timeout: 10 minutes}
    transitions:
      - {condition: decision == "grant", target: granted}
      - {condition: decision == "", target: nobody}
      - {condition: default, target: refused}
  - name: granted
    actions: [{type: end, params: {text: 'You get {{ amount }} back.'}}]
  - name: refused
    actions: [{type: end, params: {text: We can not give this back.}}]
  - name: nobody
    actions: [{type: end, params: {text: Nobody could decide it today.}}]
"""
BEGIN = ("I want money back", "45 euros", "+1 503 555 0143")
ASKED = "I've asked a colleague. I'll tell you as soon as there is word."
STILL = "A colleague is looking at it. I'll tell you as soon as there is word."


@pytest.fixture
def shop(committed: Cast) -> Iterator[Cast]:
    """Acme gives back what a colleague grants."""
    with context.inside(committed.acme):
        Flow.objects.create(name="goodwill", text=GOODWILL, enabled=True)
        publish()
        yield committed
        connection.close()


@pytest.fixture
def asked(shop: Cast) -> Conversation:
    return talk(shop, *BEGIN)


def the_one() -> Decision:
    return Decision.objects.open().get()


def decide(value: str = "grant") -> bool:
    row = the_one()
    with pages.page(row.conversation_id) as page:
        return decisions.settle(page, row, value, Decision.How.ANSWERED)


def overdue() -> None:
    """As if the ten minutes had passed."""
    Decision.objects.update(due_at=timezone.now() - timedelta(seconds=1))


def at_once(cast: Cast, work: Callable[[], Any], many: int = 4) -> list[Any]:
    start = threading.Barrier(many)

    def run(_n: int) -> Any:
        with context.inside(cast.acme):
            start.wait(30)
            try:
                return work()
            finally:
                connection.close()

    with ThreadPoolExecutor(many) as pool:
        return list(pool.map(run, range(many)))


def ways() -> list[str]:
    return list(Decision.objects.order_by("asked_at").values_list("how", flat=True))


def test_the_question_stands_beside_the_answer_and_what_it_tells_is_sealed(shop: Cast, asked: Conversation) -> None:
    row = the_one()
    assert said(asked)[-1] == ASKED
    assert (asked.owner, asked.is_waiting) == (Owner.BOT, False)
    assert row.facts["question"] == "Give back €45?"
    assert (row.facts["flow"], row.facts["label"], row.slot) == ("Goodwill", "", "decision")
    assert [field["label"] for field in row.facts["fields"]] == ["amount", "phone number"]
    assert "503" not in str(row.facts)
    assert row.due_at - row.asked_at > timedelta(minutes=9)
    with connection.cursor() as cursor:
        cursor.execute("SELECT facts FROM conversations_decision")
        assert "Give" not in cursor.fetchone()[0]


def test_a_turn_that_is_told_twice_asks_once(shop: Cast) -> None:
    row = talk(shop, *BEGIN[:-1])
    with transaction.atomic(), pytest.MonkeyPatch.context() as slow:
        ended = list[Any]()
        slow.setattr("apps.conversations.worker.record.record", ended.extend)
        talk(shop, BEGIN[-1], row=row)
    for _ in range(2):
        record.record(ended)
    assert Decision.objects.count() == 1


def test_only_one_question_of_a_step_is_open(asked: Conversation) -> None:
    row = the_one()
    same = {"run": row.run, "state": row.state, "slot": row.slot, "asked_at": row.asked_at, "due_at": row.due_at}
    with pytest.raises(IntegrityError), transaction.atomic():
        Decision.objects.create(conversation=asked, key="another", **same)


def test_the_customer_may_go_on_talking_and_hears_once_that_it_is_asked(shop: Cast, asked: Conversation) -> None:
    talk(shop, "well", "hm", row=asked)
    assert said(asked)[-2:] == [ASKED, STILL]
    asked.refresh_from_db()
    assert (asked.is_waiting, the_one().conversation_id) == (False, asked.pk)


def test_the_answer_is_said_without_the_customer(shop: Cast, asked: Conversation) -> None:
    talk(shop, "well", row=asked)
    assert decide()
    asked.refresh_from_db()
    assert asked.is_waiting
    answer(asked.pk)
    asked.refresh_from_db()
    assert said(asked)[-1] == "You get €45 back."
    assert (asked.flow, asked.is_waiting, ways()) == ({}, False, ["answered"])


def test_of_many_answers_one_counts(shop: Cast, asked: Conversation) -> None:
    row = the_one()

    def settle() -> bool:
        with pages.page(row.conversation_id) as page:
            return decisions.settle(page, row, "grant", Decision.How.ANSWERED)

    assert sorted(at_once(shop, settle)) == [False, False, False, True]
    answer(asked.pk)
    assert said(asked).count("You get €45 back.") == 1


def test_its_time_ends_once_under_many_workers(shop: Cast, asked: Conversation) -> None:
    overdue()
    at_once(shop, sweeping.undecided)
    assert ways() == ["late"]
    answer(asked.pk)
    assert said(asked)[-1] == "Nobody could decide it today."
    asked.refresh_from_db()
    assert not asked.is_waiting
    sweeping.undecided()
    answer(asked.pk)
    assert said(asked).count("Nobody could decide it today.") == 1


def test_an_answer_and_the_end_of_its_time_do_not_both_count(shop: Cast, asked: Conversation) -> None:
    overdue()
    works: list[Callable[[], Any]] = [sweeping.undecided, decide_quietly]
    at_once(shop, lambda: works.pop()(), 2)
    assert len(ways()) == 1
    answer(asked.pk)
    expected = {"late": "Nobody could decide it today.", "answered": "You get €45 back."}[ways()[0]]
    assert said(asked)[-1] == expected


def decide_quietly() -> None:
    row = Decision.objects.first()
    assert row
    with pages.page(row.conversation_id) as page:
        decisions.settle(page, row, "grant", Decision.How.ANSWERED)


def test_what_is_due_stands_in_the_table_and_its_look_ends_it(shop: Cast, asked: Conversation) -> None:
    overdue()
    with context.inside(shop.acme):
        due.tell(decisions.ASKED)
    look("acme")
    assert ways() == ["late"]


def test_a_worker_that_dies_after_the_answer_leaves_a_turn_that_another_takes(
    shop: Cast, asked: Conversation, monkeypatch: pytest.MonkeyPatch
) -> None:
    with monkeypatch.context() as killed:
        killed.setattr("apps.conversations.live.backlog.put", lambda *_args, **_more: None)
        assert decide()
    assert not backlog.take(10)
    Conversation.objects.filter(pk=asked.pk).update(waiting_since=timezone.now() - timedelta(minutes=1))
    assert sweeping.wake_forgotten() == 1
    (woken,) = backlog.take(10)
    answer(woken)
    assert said(asked)[-1] == "You get €45 back."


def test_an_answer_of_the_bot_that_was_on_its_way_knows_nothing_of_it(shop: Cast, asked: Conversation) -> None:
    with pytest.MonkeyPatch.context() as slow:
        stored = record.record

        def late(answers: Any) -> None:
            decide()
            stored(answers)

        slow.setattr("apps.conversations.worker.record.record", late)
        talk(shop, "well", row=asked)
    assert STILL not in said(asked)
    answer(asked.pk)
    assert said(asked)[-1] == "You get €45 back."


def test_a_customer_who_stops_in_the_same_moment_has_stopped(shop: Cast, asked: Conversation) -> None:
    ask("cancel", shop.vera, asked)
    assert decide()
    answer(asked.pk)
    asked.refresh_from_db()
    assert "stopped" in said(asked)[-1]
    assert asked.flow == {}


@pytest.mark.parametrize("words", ["cancel", "let me talk to a person please", "no, 30 euros"])
def test_a_question_that_nobody_waits_for_falls_away(shop: Cast, asked: Conversation, words: str) -> None:
    first = the_one()
    talk(shop, words, row=asked)
    first.refresh_from_db()
    assert first.how == "dropped"
    still = list(Decision.objects.open())
    assert [row.facts["question"] for row in still] == (["Give back €30?"] if "30" in words else [])


def test_the_button_for_a_person_lets_it_fall_too(asked: Conversation) -> None:
    handover.ask_for_person(asked.pk)
    assert ways() == ["dropped"]


def test_another_tenant_has_no_such_question(shop: Cast, asked: Conversation) -> None:
    overdue()
    with context.inside(shop.globex):
        assert sweeping.undecided() is None
        assert not Decision.objects.exists()
    assert Decision.objects.open().count() == 1
