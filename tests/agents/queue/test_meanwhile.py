"""While a customer waits for a person, the bot goes on answering what it is sure of, and says nothing else."""

from collections.abc import Iterator
from datetime import timedelta
from typing import Any

import pytest
from django.utils import timezone
from structlog.testing import capture_logs

from apps.agents import sweeping
from apps.agents.casework import casework
from apps.agents.queue import queue
from apps.conversations import need
from apps.conversations import sweeping as questions
from apps.conversations.bot.story import Said
from apps.conversations.ledger import pages
from apps.conversations.live import backlog
from apps.conversations.models import Conversation, Event, Handover, Owner, Turn
from apps.conversations.worker import claim, record, shift
from apps.conversations.worker.answer import begun
from apps.conversations.worker.rehearsal import retell
from apps.conversations.worker.seats import Seat, seats
from apps.flows.engine.place import Place
from apps.knowledge.models import Article
from apps.tenants import context
from apps.tenants.workspace.models import Site
from tests.agents.asking import ask, say, texts, wait
from tests.agents.queue.test_queue import offered
from tests.cast import Cast
from tests.conversations.worker.test_answer import teach

ANSWER = "Standard shipping takes 3 to 5 working days."


@pytest.fixture
def shop(desk: Cast) -> Iterator[Cast]:
    """Acme knows how long shipping takes."""
    teach("How long does shipping take?", ANSWER)
    yield desk
    Site.objects.update(answers_waiting=True)
    Article.objects.all().delete()


def asked(handover: Handover, *words: str) -> Conversation:
    """The customer says more in the queue, one after the other, and the bot looks at each."""
    for text in words:
        say(handover.conversation, text)
        shift.answer(handover.conversation_id)
    return Conversation.objects.get(pk=handover.conversation_id)


def answers(row: Conversation) -> list[Any]:
    return list(row.events.filter(body__has_key="meanwhile").values_list("body__text", flat=True))


def test_what_is_sure_is_answered_and_the_wait_goes_on_as_it_was(shop: Cast) -> None:
    first, second = wait(), wait()
    before = Conversation.objects.get(pk=first.conversation_id)
    row = asked(first, "How long does shipping take?")
    assert [ANSWER in text for text in answers(row)] == [True]
    assert (row.owner, row.waiting_since) == (Owner.QUEUE, before.waiting_since)
    again = Handover.objects.get(pk=first.pk)
    kept = ("state", "requested_at", "waiting_from", "told_position", "summary", "reason")
    assert [getattr(again, name) for name in kept] == [getattr(first, name) for name in kept]
    assert list(queue.waiting()) == [first, second]
    queue.dispatch()
    assert offered(again) == shop.bob
    turn = Turn.objects.get(conversation=row)
    assert (turn.state, turn.cause, [step["step"] for step in turn.trace["steps"]][-1]) == ("done", "", "meanwhile")
    told = retell(turn)
    assert told is not None
    assert isinstance(told.end, Said)
    assert told.end.text == answers(row)[0], "and told again it is the same"


@pytest.mark.parametrize(
    "text",
    [
        "hello?",
        "thanks",
        "agent please",
        "Do you sell fireworks?",
        "zxcv",
        "How long does shipping take and do you sell pianos?",
    ],
)
def test_of_what_is_not_sure_nothing_is_said(shop: Cast, text: str) -> None:
    handover = wait()
    events = handover.conversation.events.count()
    row = asked(handover, text)
    assert row.events.count() == events + 1, texts(row, "bot")
    assert (row.owner, row.is_waiting, Handover.objects.open().count()) == (Owner.QUEUE, True, 1)
    assert need.of(row).messages, "the person who comes has all of it to answer"


def test_the_same_is_not_answered_twice(shop: Cast) -> None:
    handover = wait()
    row = asked(handover, "How long does shipping take?", "How long does shipping take?")
    assert len(answers(row)) == 1
    shift.answer(row.pk)
    shift.answer(row.pk)
    assert Turn.objects.filter(conversation=row).count() == 2, "a wake-up without news is no turn"


def test_each_question_is_read_without_what_was_left_to_the_person(shop: Cast) -> None:
    handover = wait()
    row = asked(handover, "It was a gift for my aunt", "How long does shipping take?")
    said = row.events.get(body__has_key="meanwhile")
    asked_at = row.events.filter(author="visitor").latest("seq").seq
    assert said.body["meanwhile"] == [asked_at]


def test_a_burst_is_one_turn(shop: Cast) -> None:
    handover = wait()
    for text in ("I have a question", "How long does shipping take?"):
        say(handover.conversation, text)
    row = handover.conversation
    shift.answer(row.pk)
    assert len(row.events.get(body__has_key="meanwhile").body["meanwhile"]) == 2


def test_who_takes_the_customer_in_the_middle_wins(shop: Cast) -> None:
    handover = wait()
    say(handover.conversation, "How long does shipping take?")
    [claimed] = claim.take([handover.conversation_id])
    answer = begun(claimed)
    shift.Shift(Seat(seats, "acme"))._run(answer)  # never left: no model is asked
    assert answer.end is not None
    casework.claim(handover.pk, shop.bob)
    answer.state = Turn.State.DONE
    record.record([answer])
    row = Conversation.objects.get(pk=handover.conversation_id)
    assert (answer.stored, answer.state, answers(row)) == (True, Turn.State.CANCELLED, [])
    assert (row.owner, row.is_waiting) == (Owner.HUMAN, True)
    assert claim.take([row.pk]) == []


def test_the_need_is_what_was_not_answered_meanwhile(shop: Cast) -> None:
    handover = wait("My order 10442 never arrived")
    row = asked(handover, "How long does shipping take?", "The box was blue")
    found = need.of(row)
    assert (found.asked, list(found.messages)) == (
        "My order 10442 never arrived",
        ["My order 10442 never arrived", "The box was blue"],
    )
    said = row.events.get(body__has_key="meanwhile")
    with pages.page(row.pk) as page:
        page.append(Event.Kind.RATED, Event.Author.VISITOR, {"of": said.seq, "score": -1})
    assert "How long does shipping take?" in need.of(row).messages, "an answer that was marked as wrong served nothing"
    casework.claim(handover.pk, shop.bob)
    assert Handover.objects.get(pk=handover.pk).reason == handover.reason


def test_a_flow_stands_still_meanwhile(shop: Cast) -> None:
    handover = wait()
    place = Place("run", "return", "order")
    row = handover.conversation
    row.stand(place.stored())
    row.save()
    row = asked(handover, "How long does shipping take?")
    assert Place.read(row.flow) == place
    assert len(answers(row)) == 1


def test_a_shop_may_want_silence(shop: Cast) -> None:
    Site.objects.update(answers_waiting=False)
    handover = wait()
    row = asked(handover, "How long does shipping take?")
    assert answers(row) == []
    assert not Turn.objects.exists()
    assert questions.wake_forgotten() == 0


def test_a_wish_in_the_queue_is_kept_in_the_log(shop: Cast) -> None:
    handover = wait()
    with capture_logs() as logs:
        asked(handover, "agent please")
    assert [line["owner"] for line in logs if line["event"] == "person_wanted"] == ["queue"]


def test_a_question_in_the_queue_is_answered_though_every_task_was_lost(shop: Cast) -> None:
    handover = wait()
    backlog.take(100)
    assert questions.wake_forgotten() == 0, "whatever brought them there is the person's"
    say(handover.conversation, "How long does shipping take?")
    assert questions.wake_forgotten() == 0, "not yet"
    Event.objects.update(at=timezone.now() - timedelta(seconds=6))
    assert questions.wake_forgotten() == 1
    assert list(backlog.take(100)) == [handover.conversation_id]
    shift.answer(handover.conversation_id)
    assert len(answers(handover.conversation)) == 1
    assert questions.wake_forgotten() == 0


def test_who_has_the_bot_alone_comes_first(shop: Cast) -> None:
    handover = wait()
    say(handover.conversation, "How long does shipping take?")
    alone = ask("How long does shipping take?")
    worker = shift.Shift(Seat(seats, "acme"))
    worker._claim([handover.conversation_id, alone.pk])
    assert [each.turn.conversation_id for each in worker._claims] == [alone.pk, handover.conversation_id]


def test_after_a_message_form_the_bot_has_them_again_as_before(shop: Cast) -> None:
    handover = wait()
    Handover.objects.update(waiting_from=timezone.now() - timedelta(minutes=11))
    sweeping.sweep_desk()
    row = asked(handover, "How long does shipping take?")
    assert row.owner == Owner.BOT
    assert answers(row) == []
    assert ANSWER in texts(row, "bot")[-1]


def test_mallorys_worker_claims_nothing_of_acme(shop: Cast) -> None:
    handover = wait()
    say(handover.conversation, "How long does shipping take?")
    with context.inside(shop.globex):
        assert claim.take([handover.conversation_id]) == []
    assert len(claim.take([handover.conversation_id])) == 1
