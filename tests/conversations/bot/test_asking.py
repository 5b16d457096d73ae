"""A flow asks a colleague and the bot keeps the conversation: what the customer hears meanwhile."""

from dataclasses import replace

import pytest

from apps.conversations.bot.story import HandedOver
from apps.conversations.models import Cause
from apps.flows.definition.loading import load
from apps.flows.engine import guiding
from apps.flows.engine.place import Place
from apps.flows.engine.said import Act, Heard
from apps.flows.understanding.understood import Understood
from tests.conversations.bot.test_flowing import STATUS, heard, place_of, said, tell
from tests.conversations.bot.test_turn import Reach, end_of, hit
from tests.flows.engine.test_approve import REFUND

ASKED = "I've asked a colleague. I'll tell you as soon as there is word."
STILL = "A colleague is looking at it. I'll tell you as soon as there is word."


@pytest.fixture
def reach() -> Reach:
    found = [load(text).definition for text in (REFUND, STATUS)]
    return Reach(running={each.name: each for each in found if each})


@pytest.fixture
def place(reach: Reach) -> Place:
    """A colleague has just been asked."""
    reach.understanding["refund me"] = Understood(Heard("refund me"), wished="refund")
    return place_of(tell("refund me", reach))


def test_a_colleague_is_asked_and_the_bot_keeps_the_conversation(reach: Reach) -> None:
    reach.understanding["refund me"] = Understood(Heard("refund me"), wished="refund")
    end = said(tell("refund me", reach))
    assert end.text == ASKED
    assert end.moved
    asking = end.moved.asking
    assert asking
    assert (asking.key, asking.state, asking.slot, asking.due) == (f"{asking.run}:0", "ask", "verdict", 1600.0)
    assert asking.facts["question"] == "Refund 20?"
    assert asking.facts["fields"] == [{"name": "amount", "label": "amount", "shown": "20", "sensitive": False}]
    assert [choice["value"] for choice in asking.facts["choices"]] == ["granted", "refused"]


def test_the_customer_hears_once_that_it_is_still_asked(reach: Reach, place: Place) -> None:
    for text in ("hm", "well"):
        heard(reach, text)
    first = tell("hm", reach, place)
    assert said(first).text == STILL
    second = tell("well", reach, place_of(first))
    assert said(second).text == ""
    assert place_of(second).asking == place.asking


def test_questions_are_answered(reach: Reach, place: Place) -> None:
    question = "How long does shipping take?"
    reach.understanding[question] = Understood(Heard(question), is_question=True)
    reach.hits[question] = [hit(0.9)]
    outcomes = tell(question, reach, place)
    assert said(outcomes).sources
    assert STILL not in said(outcomes).text
    assert place_of(outcomes) == place


def test_a_question_that_nothing_answers_is_not_met_with_silence(reach: Reach, place: Place) -> None:
    question = "Is it done yet?"
    reach.understanding[question] = Understood(Heard(question), is_question=True)
    first = tell(question, reach, place)
    assert said(first).text == STILL
    assert said(tell(question, reach, place_of(first))).text not in ("", STILL)


def test_cancelling_and_beginning_again_go_before_the_answer(reach: Reach, place: Place) -> None:
    heard(reach, "forget it", Act.CANCEL)
    end = said(tell("forget it", reach, place))
    assert end.moved
    assert end.moved.place is None
    heard(reach, "start over", Act.START_OVER)
    asked = said(tell("start over", reach, place)).moved
    assert asked
    assert asked.asking
    assert asked.asking.key != place.asking


def test_a_wish_for_a_person_hands_over(reach: Reach, place: Place) -> None:
    end = end_of(tell("let me talk to a person please", reach, place))
    assert isinstance(end, HandedOver)
    assert end.cause == Cause.ASKED


def test_another_wish_is_asked_about(reach: Reach, place: Place) -> None:
    reach.understanding["where is my order"] = Understood(Heard("where is my order"), wished="status")
    end = said(tell("where is my order", reach, place))
    assert len(end.choices) == 3
    assert place_of(tell("where is my order", reach, place)).asking == place.asking


def test_the_answer_is_told_without_a_word_of_the_customer(reach: Reach, place: Place) -> None:
    decided = guiding.answered(place, place.asking, "verdict", "granted", 1100.0, seq=4)
    assert decided
    end = said(tell("", reach, decided, at=1100.0))
    assert end.text == "Granted."
    assert end.moved
    assert end.moved.place is None


def test_words_that_were_heard_are_not_answered_again_with_the_decision(reach: Reach, place: Place) -> None:
    decided = guiding.answered(place, place.asking, "verdict", "granted", 1100.0, seq=4)
    assert decided
    reach.understanding["is it done?"] = Understood(Heard("is it done?"), is_question=True)
    assert said(tell("is it done?", reach, decided, at=1100.0)).text == "Granted."


def test_words_that_came_with_the_decision_are_heard_first(reach: Reach, place: Place) -> None:
    decided = guiding.answered(place, place.asking, "verdict", "granted", 1100.0, seq=0)
    assert decided
    heard(reach, "forget it", Act.CANCEL)
    assert "stopped" in said(tell("forget it", reach, decided, at=1100.0)).text
    question = "How long does shipping take?"
    reach.understanding[question] = Understood(Heard(question), is_question=True)
    reach.hits[question] = [hit(0.9)]
    answered, granted = said(tell(question, reach, decided, at=1100.0)).text.rsplit("\n\n", 1)
    assert answered
    assert granted == "Granted."


def test_its_time_is_over_with_the_first_word_after_it(reach: Reach, place: Place) -> None:
    heard(reach, "hello?")
    assert said(tell("hello?", reach, place, at=1599.0)).text == STILL
    assert said(tell("hello?", reach, replace(place, moved_at=1599.0), at=1601.0)).text == "Not now."
