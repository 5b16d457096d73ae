"""A turn that waits for a system of its tenant: it keeps nobody else waiting, and has no effect that nobody wants any more."""

import threading
import uuid
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

import pytest
from django.db import connection

from apps.agents.casework import casework, leading
from apps.conversations.live import backlog, progress
from apps.conversations.models import Conversation, Owner, Turn, Visitor
from apps.conversations.worker import shift
from apps.conversations.worker.shift import answer
from apps.flows.models import Call, Flow, System
from apps.releases import publishing
from apps.tenants import context
from apps.tenants.live import valkey
from tests.cast import Cast
from tests.conversations.worker.test_answer import ask, inside, said
from tests.ordering import OrderSystem, order_system
from tests.waiting import wait_for

SEND_BACK = """
name: back
triggers: {keywords: [send it back]}
slots: {order_id: {type: id, pattern: 'AC-[0-9]{5}', prompt: Which order?}, number: {type: text}, status: {type: text}}
states:
  - name: look
    on_error: left
    actions:
      - {type: ask, params: {slots: [order_id]}}
      - {type: call, params: {system: shop, url: '/orders/{{ order_id }}', timeout: 20s, result: {status: order.status}}}
    transitions: [{condition: default, target: open}]
  - name: open
    on_error: left
    actions:
      - {type: call, params: {system: shop, url: /returns, method: POST, timeout: 20s, result: {number: return.number},
                              body: {order: '{{ order_id }}', reason: too small}}}
      - {type: end, params: {text: 'Opened as {{ number }}.'}}
  - {name: left, actions: [{type: handoff}]}
"""
WISH = "I'll send it back, AC-20418"


@pytest.fixture
def orders(committed: Cast) -> Iterator[OrderSystem]:
    """Acme's, which its flow asks."""
    with context.inside(committed.acme), order_system(acme="s") as found:
        System.objects.create(name="shop", base_url=f"{found.url}/acme", secret="s")
        Flow.objects.create(name="back", text=SEND_BACK, enabled=True)
        publishing.publish()
        yield found
        connection.close()


def answered_meanwhile(cast: Cast, row: Conversation, calls: int) -> threading.Thread:
    """A worker in this call of the flow, whose answer takes a moment."""
    worker = threading.Thread(target=inside, args=(cast, lambda: answer(row.pk)))
    worker.start()
    wait_for(lambda: Call.objects.filter(tries=1).count() == calls)
    return worker


def test_a_customer_who_says_more_has_one_return(committed: Cast, orders: OrderSystem) -> None:
    """The turn that began it comes to nothing after it has called: the next one begins the same walk."""
    orders.next("", "late", seconds=1.0)
    row = ask(WISH, committed.vera)
    worker = answered_meanwhile(committed, row, 2)
    ask("and please be quick", committed.vera, row)
    worker.join(10)
    assert (row.turns.get().state, said(row)) == (Turn.State.CANCELLED, [])
    answer(row.pk)
    (record,) = orders.records
    assert said(row) == [f"Opened as {record['number']}."]
    assert Call.objects.count() == 2
    answer(ask(WISH, committed.vera, row).pk)
    assert Call.objects.count() == 4, "asked for again it is another walk, whose calls the system judges"


def test_nothing_is_done_that_is_not_wanted_any_more(committed: Cast, orders: OrderSystem) -> None:
    """What only looked is under way; what has an effect would come after it."""
    orders.next("late", seconds=1.0)
    row = ask(WISH, committed.vera)
    worker = answered_meanwhile(committed, row, 1)
    newer = ask("no wait, forget it", committed.vera, row)
    progress.supersede_now(row.pk, newer.epoch)
    worker.join(10)
    assert row.turns.get().state == Turn.State.CANCELLED
    assert (orders.records, Call.objects.count()) == ([], 1)


def test_an_agent_who_takes_over_meanwhile_and_hands_back_has_it_told(committed: Cast, orders: OrderSystem) -> None:
    orders.next("", "late", seconds=1.0)
    row = ask(WISH.partition(",")[0], committed.vera)
    answer(row.pk)
    assert said(row) == ["Which order?"]
    ask("AC-20418", committed.vera, row)
    worker = answered_meanwhile(committed, row, 2)
    casework.take_over(row.pk, committed.bob)
    worker.join(10)
    assert said(row) == ["Which order?"]
    leading.hand_back(row.pk, committed.bob, uuid.uuid4())
    row.refresh_from_db()
    assert row.owner == Owner.BOT
    answer(row.pk)
    (record,) = orders.records
    assert said(row)[-1] == f"Opened as {record['number']}."


def test_the_lease_lasts_as_long_as_the_call_may(committed: Cast, orders: OrderSystem) -> None:
    """Nothing renews it meanwhile: another worker would ask the same once more."""
    orders.next("late", seconds=1.0)
    row = ask(WISH, committed.vera)
    worker = answered_meanwhile(committed, row, 1)
    turn = row.turns.get()
    assert turn.lease_until - turn.started_at >= timedelta(seconds=20)
    worker.join(10)
    assert len(said(row)) == 1


def test_who_waits_behind_it_is_others_meanwhile(committed: Cast, orders: OrderSystem, monkeypatch: pytest.MonkeyPatch) -> None:
    """A system of one tenant that takes its time holds up no one but who asked for it."""
    monkeypatch.setattr(backlog, "send", lambda *_told: None)  # no worker of another process takes them
    valkey.client().delete(valkey.key("backlog", schema="acme"))
    orders.next("late", seconds=3.0)
    first, *others = [ask(text, Visitor.objects.create()) for text in (WISH, "hello", "hello")]
    for row in (first, *others):
        backlog.put([row.pk])
    with ThreadPoolExecutor(1) as threads:
        slow = threads.submit(inside, committed, shift.answer_backlog)
        wait_for(lambda: bool(Call.objects.filter(tries=1)))
        wait_for(lambda: Turn.objects.filter(state="running", attempt=0).count() == len(others))
        shift.answer_backlog()
        assert all(said(row) for row in others)
        assert not slow.done()
    assert said(first)
