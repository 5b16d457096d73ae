"""Flows in a turn: one answer, then one question; what is asked in between is answered, and nothing ends in silence."""

from dataclasses import replace

import pytest
from django.utils import translation

from apps.conversations.bot.leading.walked import Called, Flowed
from apps.conversations.bot.recall import Line
from apps.conversations.bot.story import HandedOver, Outcome, Said, Story
from apps.conversations.bot.turn import take_turn
from apps.conversations.models import Cause
from apps.flows.definition.loading import load
from apps.flows.engine.journey import Flows
from apps.flows.engine.place import Place, Value
from apps.flows.engine.said import Act, Heard, Returned
from apps.flows.understanding.understood import Understood
from tests.conversations.bot.test_turn import Reach, end_of, hit
from tests.flows.engine.test_engine import RETURN

STATUS = """
name: status
title: Where is my order?
slots: {order: {type: text, prompt: Which order?}}
states:
  - name: ask
    actions: [{type: ask, params: {slots: [order]}}, {type: end, params: {text: 'Order {{ order }} is packed.'}}]
"""


def loaded() -> Flows:
    definitions = [load(text).definition for text in (RETURN, STATUS)]
    return {each.name: each for each in definitions if each}


@pytest.fixture
def reach() -> Reach:
    return Reach(running=loaded(), returned=Returned({"status": "delivered"}))


def tell(text: str, reach: Reach, place: Place | None = None, *, at: float = 1000.0, language: str = "en") -> list[Outcome]:
    story = Story(text, language, [Line("visitor", text)], "Acme", sure=0.75, floor=0.35, place=place, turn="turn", at=at)
    with translation.override(language):
        return list(take_turn(story, reach))


def said(outcomes: list[Outcome]) -> Said:
    end = end_of(outcomes)
    assert isinstance(end, Said)
    return end


def place_of(outcomes: list[Outcome]) -> Place:
    end = end_of(outcomes)
    assert end.moved
    assert end.moved.place
    return end.moved.place


def begun(reach: Reach, text: str = "I want to return it", **slots: Value) -> list[Outcome]:
    reach.understanding[text] = Understood(Heard(text, intent="return"), wished="return", slots=slots)
    return tell(text, reach)


def heard(reach: Reach, text: str, act: Act = Act.NONE, **slots: Value) -> None:
    reach.understanding[text] = Understood(Heard(text, act, slots))


def test_a_wish_begins_its_flow_and_is_not_searched(reach: Reach) -> None:
    outcomes = begun(reach)
    assert said(outcomes).text == "What is the order number?"
    assert place_of(outcomes).state == "order"
    assert reach.searched == []
    assert [step.told.text for step in outcomes if isinstance(step, Flowed)] == ["return → order"]


def test_what_is_told_leads_on_and_the_system_is_asked_once(reach: Reach) -> None:
    place = place_of(begun(reach))
    heard(reach, "20260412", order_id="20260412")
    outcomes = tell("20260412", reach, place)
    assert [request.url for request in reach.called] == ["/orders/20260412"]
    assert [step.name for step in outcomes if isinstance(step, Called)] == ["look up"]
    assert said(outcomes).text == "Why do you send it back?"
    assert [choice.label for choice in said(outcomes).choices] == ["damaged", "Wrong size"]


def test_a_question_in_between_is_answered_and_the_flow_reminds_once(reach: Reach) -> None:
    place = place_of(begun(reach))
    question = "How long does a refund take?"
    reach.hits[question] = [hit(0.9, text="Five days.")]
    reach.understanding[question] = Understood(Heard(question), is_question=True)
    outcomes = tell(question, reach, place)
    assert said(outcomes).text == "Five days.\n\nBack to “Return an item”: What is the order number?"
    assert replace(place_of(outcomes), moved_at=0) == replace(place, moved_at=0, steps=0)


def test_an_unknown_question_in_between_ends_no_flow(reach: Reach) -> None:
    place = place_of(begun(reach))
    reach.understanding["What is the moon made of?"] = Understood(Heard("What is the moon made of?"), is_question=True)
    outcomes = tell("What is the moon made of?", reach, place)
    assert "Back to “Return an item”" in said(outcomes).text
    assert place_of(outcomes).state == "order"


def test_a_question_about_it_is_answered_and_the_flow_is_offered(reach: Reach) -> None:
    question = "How do I return something?"
    reach.hits[question] = [hit(0.9)]
    reach.understanding[question] = Understood(Heard(question), wished="return", is_question=True)
    outcomes = tell(question, reach)
    assert said(outcomes).choices[-1].label == "Return an item"
    assert said(outcomes).moved is None


def test_a_wish_for_a_person_comes_before_every_flow(reach: Reach) -> None:
    place = place_of(begun(reach))
    end = end_of(tell("I want to talk to a person", reach, place))
    assert isinstance(end, HandedOver)
    assert end.cause == Cause.ASKED


def test_thanks_and_ok_in_a_flow_are_its_answers_not_courtesies(reach: Reach) -> None:
    place = place_of(begun(reach, order_id="20260412", reason="size"))
    heard(reach, "skip it", Act.SKIP)
    place = place_of(tell("skip it", reach, place))
    heard(reach, "ok", Act.YES)
    end = said(tell("ok", reach, place))
    assert end.moved
    assert end.moved.place is None
    (filing,) = end.moved.filings
    assert filing.subject == "Return of 20260412"
    assert end.text == f"Done. Your ticket is {filing.reference}."


def test_a_system_that_fails_goes_to_a_person_with_what_was_told(reach: Reach) -> None:
    reach.returned = Returned(error="The system did not answer.")
    end = end_of(begun(reach, order_id="20260412"))
    assert isinstance(end, HandedOver)
    assert (end.cause, end.said) == (Cause.BY_FLOW, "I can't reach our system.")
    assert end.summary["slots"] == {"order id": "20260412"}
    assert end.moved
    assert end.moved.place is None


def test_a_dead_end_goes_to_a_person_with_a_sentence(reach: Reach) -> None:
    place = place_of(begun(reach))
    for text in ("hm", "hmm"):
        place = place_of(tell(text, reach, place))
    end = end_of(tell("hmmm", reach, place))
    assert isinstance(end, HandedOver)
    assert end.cause == Cause.FLOW_DEAD_END
    assert end.said


def test_who_is_not_understood_has_other_ways_than_to_be_asked_again(reach: Reach) -> None:
    first = begun(reach)
    assert said(first).choices == ()
    end = said(tell("hm", reach, place_of(first)))
    assert [choice.label for choice in end.choices] == ["Talk to a person", "Never mind"]


def test_who_needs_a_moment_is_not_asked_anew(reach: Reach) -> None:
    place = place_of(begun(reach))
    heard(reach, "hang on", Act.WAIT)
    outcomes = tell("hang on", reach, place)
    assert said(outcomes).text == "Take your time."
    assert place_of(outcomes).attempts == {}
    heard(reach, "20260412", order_id="20260412")
    assert place_of(tell("20260412", reach, place_of(outcomes))).slots["order_id"] == "20260412"


def test_what_the_flow_cannot_take_and_the_knowledge_surely_holds_is_answered(reach: Reach) -> None:
    place = place_of(begun(reach))
    reach.hits["exchange it rather"] = [hit(0.9, text="You can exchange it in any store.")]
    end = said(tell("exchange it rather", reach, place))
    assert "You can exchange it in any store." in end.text
    assert "Back to" in end.text


def test_a_second_wish_is_asked_when(reach: Reach) -> None:
    place = place_of(begun(reach))
    reach.understanding["look up my order"] = Understood(Heard("look up my order", intent="s"), wished="status")
    outcomes = tell("look up my order", reach, place)
    now, later, instead = said(outcomes).choices
    offered = place_of(outcomes)
    assert place_of(tell(now.say, reach, offered)).flow == "status"
    assert place_of(tell(instead.say, reach, offered)).under == ()
    kept = place_of(tell(later.say, reach, offered))
    assert (kept.flow, kept.later) == ("return", ("status",))
    heard(reach, "never mind", Act.CANCEL)
    assert place_of(tell("never mind", reach, kept)).flow == "status"


def test_two_flows_that_fit_are_asked_between(reach: Reach) -> None:
    reach.understanding["my order"] = Understood(Heard("my order"), rivals=("return", "status"))
    end = said(tell("my order", reach))
    assert [choice.label for choice in end.choices] == ["Return an item", "Where is my order?"]


def test_a_flow_that_nobody_went_on_with_is_over_and_the_message_is_read_as_any_other(reach: Reach) -> None:
    place = place_of(begun(reach))
    reach.hits["Do you ship?"] = [hit(0.9, text="We do.")]
    reach.understanding["Do you ship?"] = Understood(Heard("Do you ship?"), is_question=True)
    end = said(tell("Do you ship?", reach, place, at=1000.0 + 7200))
    assert end.text == "We do."
    assert end.moved
    assert end.moved.place is None


def test_a_flow_that_is_gone_with_its_release_is_told_of(reach: Reach) -> None:
    place = replace(place_of(begun(reach)), flow="gone")
    reach.hits["20260412"] = [hit(0.9)]
    end = said(tell("20260412", reach, place))
    assert end.moved
    assert end.moved.place is None
    assert end.text.startswith("I can't go on with that any more")


def test_it_speaks_the_customers_language(reach: Reach) -> None:
    place = place_of(begun(reach))
    heard(reach, "算了", Act.CANCEL)
    assert "Return an item" in said(tell("算了", reach, place, language="zh-hans")).text
