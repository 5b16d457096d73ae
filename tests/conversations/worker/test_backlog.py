"""The backlog: each conversation waits in it once, whoever is awake takes several, nobody's trouble is another's."""

import os
import threading
import uuid
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import psycopg
import pytest
from django.db import connection
from django.utils import timezone

from apps.conversations import tasks
from apps.conversations.bot.story import Said
from apps.conversations.ledger import announce, pages
from apps.conversations.ledger.batch import Written
from apps.conversations.live import backlog
from apps.conversations.models import Conversation, Event, Owner, Turn, Visitor
from apps.conversations.worker import record, shift
from apps.conversations.worker.answer import begun
from apps.conversations.worker.claim import give_back, take
from apps.conversations.worker.seats import Seat, seats
from apps.llm.models import ModelEndpoint
from apps.tenants import context
from apps.tenants.live import valkey
from apps.tenants.workspace.models import Site
from tests.cast import Cast
from tests.conversations.worker.test_answer import RETURNS, ask, compose_with, inside, said, teach
from tests.faulty_model import faulty_model
from tests.waiting import somebody_waits_for_a_lock, wait_for

QUESTION = "How do I return an item?"


@pytest.fixture
def sent(monkeypatch: pytest.MonkeyPatch) -> list[tuple[str, dict[str, Any]]]:
    """The tasks that would have woken somebody; no worker takes them."""
    found: list[tuple[str, dict[str, Any]]] = []
    monkeypatch.setattr(backlog, "send", lambda name, schema, kwargs: found.append((schema, kwargs)))
    return found


@pytest.fixture
def shop(committed: Cast, settings: Any) -> Iterator[Cast]:
    settings.MODEL_FIRST_WORDS_SECONDS = 60.0
    valkey.client().delete(*(valkey.key("backlog", schema=schema) for schema in ("acme", "globex")))
    with context.inside(committed.acme):
        teach(QUESTION, RETURNS)
        yield committed
        ModelEndpoint.objects.update(base_url="", seconds=15, answers=False)
        Site.objects.update(sure=0.65, floor=0.2)
        connection.close()


def waiting(count: int, text: str = QUESTION) -> list[Conversation]:
    return [ask(text, Visitor.objects.create()) for _ in range(count)]


def test_one_task_is_sent_for_the_first_that_waits_and_one_for_each_few_more(shop: Cast, sent: list[Any]) -> None:
    rows = [uuid.uuid4() for _ in range(2 * backlog.EACH + 1)]
    tasks_after = []
    for row in rows:
        backlog.put([row])
        tasks_after.append(len(sent))
    assert tasks_after == [1] * backlog.EACH + [2] * backlog.EACH + [3]
    backlog.put(rows[:3])
    assert len(sent) == 3, "they stand in it already"
    assert backlog.take(2) == rows[:2]
    assert backlog.take(100) == rows[2:]
    assert backlog.take(1) == []


def test_what_is_put_back_comes_first_and_somebody_is_woken(shop: Cast, sent: list[Any]) -> None:
    rows = [uuid.uuid4() for _ in range(4)]
    for row in rows:
        backlog.put([row])
    taken = backlog.take(2)
    sent.clear()
    backlog.put_back(taken)
    assert sent == [("acme", {})]
    assert backlog.take(3) == [*taken, rows[2]]


def test_another_tenants_worker_finds_nothing(shop: Cast, sent: list[Any]) -> None:
    (row,) = waiting(1)
    backlog.put([row.pk])
    with context.inside(shop.globex):
        assert backlog.take(5) == []
        shift.answer(row.pk)
        shift.answer_backlog()
        connection.close()
    assert backlog.take(5) == [row.pk]
    assert said(row) == []


def test_without_valkey_the_tasks_themselves_name_who_waits(
    shop: Cast, sent: list[Any], monkeypatch: pytest.MonkeyPatch
) -> None:
    rows = waiting(backlog.EACH + 1)
    with monkeypatch.context() as away:
        away.setattr(valkey, "client", _away)
        backlog.put([row.pk for row in rows])
    assert [len(told["conversations"]) for _schema, told in sent] == [backlog.EACH, 1]
    for _schema, told in list(sent):
        tasks.take_turns.run(**told)
    assert [said(row) for row in rows] == [[RETURNS]] * len(rows)


async def test_without_valkey_a_customers_message_names_itself_too(monkeypatch: pytest.MonkeyPatch) -> None:
    sent: list[tuple[str, Any]] = []
    monkeypatch.setattr(backlog, "send", lambda name, schema, told: sent.append((schema, told)))
    monkeypatch.setattr(valkey, "aclient", _away)
    conversation, written = uuid.uuid4(), Written(1, timezone.now(), 1, "bot", True)
    await announce._wake([announce.News("acme", conversation, uuid.uuid4(), {}, written)])
    assert sent == [("acme", {"conversations": [str(conversation)]})]


def _away() -> Any:
    raise OSError("Valkey is away.")


def test_many_that_wait_are_answered_together_each_once(shop: Cast, sent: list[Any]) -> None:
    rows = waiting(2 * backlog.EACH + 3)
    backlog.put([row.pk for row in rows])
    with ThreadPoolExecutor(4) as threads:
        list(threads.map(lambda _: inside(shop, shift.answer_backlog), range(4)))
    for row in rows:
        row.refresh_from_db()
        assert said(row) == [RETURNS]
        assert row.waiting_since is None
        assert list(row.events.order_by("seq").values_list("seq", flat=True)) == [1, 2]
        assert row.turns.get().state == Turn.State.DONE
    assert backlog.take(1) == []


def test_those_behind_a_question_for_a_model_are_others_meanwhile(shop: Cast, sent: list[Any]) -> None:
    """A model writes for seconds; who was taken together with its question must not wait for it."""
    with faulty_model(text=RETURNS, pause=0.2) as url:
        compose_with(url, seconds=15)
        rows = waiting(3, "how do returns work")
        backlog.put([row.pk for row in rows])
        with ThreadPoolExecutor(3) as threads:
            first = threads.submit(inside, shop, shift.answer_backlog)
            wait_for(lambda: len(sent) > 1)
            assert not first.done()
            assert Turn.objects.filter(state="running", attempt=0).count() == 2, "given back, as if never claimed"
            for _ in range(2):
                threads.submit(inside, shop, shift.answer_backlog)
    assert [len(said(row)) for row in rows] == [1, 1, 1]
    assert set(Turn.objects.values_list("state", "attempt")) == {("done", 1)}


def test_a_models_answer_is_stored_however_busy_its_tenant_is(shop: Cast, sent: list[Any]) -> None:
    with faulty_model(text=RETURNS, pause=0.1) as url:
        compose_with(url, seconds=15)
        (row,) = waiting(1, "how do returns work")
        with ThreadPoolExecutor(1) as threads:
            writing = threads.submit(inside, shop, lambda: shift.answer(row.pk))
            wait_for(lambda: Turn.objects.filter(conversation=row).exists() and not seats._seated)  # the model writes
            with Seat(seats, "acme"):  # another thread of the tenant, which has work without end
                writing.result(timeout=20)
                assert len(said(row)) == 1


def test_what_a_worker_has_lost_to_another_it_cannot_give_back(shop: Cast) -> None:
    (row,) = waiting(1)
    (lost,) = take([row.pk])
    Turn.objects.update(lease_until=timezone.now())
    (had,) = take([row.pk])
    assert had.turn.attempt == 2
    assert give_back([lost]) == []
    assert give_back([had]) == [row.pk]
    assert row.turns.get().attempt == 1


def test_a_question_that_was_tried_before_is_tried_alone(shop: Cast, sent: list[Any], monkeypatch: pytest.MonkeyPatch) -> None:
    """Whatever killed the worker then kills it alone now, and costs its neighbours none of their attempts."""
    rows = waiting(3)
    take([row.pk for row in rows])
    Turn.objects.update(lease_until=timezone.now())  # the worker was killed
    monkeypatch.setattr(shift, "take_turn", _killed)
    with pytest.raises(SystemExit):
        shift.answer(*(row.pk for row in rows))
    assert sorted(Turn.objects.values_list("attempt", flat=True)) == [1, 1, 2]
    assert len(backlog.take(5)) == 2


def _killed(*_args: object) -> Any:
    raise SystemExit


def test_a_question_that_breaks_takes_none_of_its_neighbours_along(
    shop: Cast, sent: list[Any], monkeypatch: pytest.MonkeyPatch
) -> None:
    rows = waiting(3)
    write = record._write

    def broken(page: pages.Page, answer: Any) -> None:
        if answer.conversation == rows[1].pk and answer.state == Turn.State.DONE:
            raise ValueError("a mistake in what is written")
        write(page, answer)

    monkeypatch.setattr(record, "_write", broken)
    shift.answer(*(row.pk for row in rows))
    assert [row.turns.get().state for row in rows] == ["done", "failed", "done"]
    assert said(rows[0]) == said(rows[2]) == [RETURNS]
    rows[1].refresh_from_db()
    assert rows[1].owner == Owner.QUEUE


def test_a_conversation_that_was_erased_meanwhile_takes_none_of_its_neighbours_along(shop: Cast) -> None:
    rows = waiting(2)
    answers = [begun(claim) for claim in take([row.pk for row in rows])]
    Conversation.objects.filter(pk=rows[0].pk).delete()
    for answer in answers:
        answer.state, answer.end = Turn.State.DONE, Said("yes", tier=1)
    record.record(answers)
    assert said(rows[1]) == ["yes"]
    assert not Event.objects.filter(conversation=rows[0].pk).exists()


def test_where_nothing_waits_a_late_wake_up_claims_nothing(shop: Cast) -> None:
    (row,) = waiting(1)
    shift.answer(row.pk)
    Conversation.objects.filter(pk=row.pk).update(epoch=row.epoch + 1)  # as when a person gave it to the bot with no question
    assert take([row.pk]) == []


def test_a_claim_that_had_to_wait_while_the_customer_spoke_claims_nothing(shop: Cast) -> None:
    """It would have read the transcript from before those words."""
    (row,) = waiting(1)
    found: list[Any] = []
    with psycopg.connect(os.environ["DATABASE_URL"], dbname=connection.settings_dict["NAME"]) as line:
        line.execute("SELECT FROM acme.conversations_conversation WHERE id = %s FOR UPDATE", [row.pk])
        claimer = threading.Thread(target=inside, args=(shop, lambda: found.append(take([row.pk]))))
        claimer.start()
        wait_for(somebody_waits_for_a_lock)
        line.execute("UPDATE acme.conversations_conversation SET epoch = epoch + 1 WHERE id = %s", [row.pk])
        line.commit()
        claimer.join(10)
    assert found == [[]]
    assert [claim.turn.epoch for claim in take([row.pk])] == [row.epoch + 1]
