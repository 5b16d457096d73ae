"""Somebody of the team leads a flow: nothing is said by that, and the flow goes on from where they left it."""

from dataclasses import replace

import pytest

from apps.flows.engine import guiding, journey
from apps.flows.engine.place import Awaiting, Place
from apps.flows.engine.said import Act, Heard
from apps.flows.engine.step import Request, Step
from tests.flows.engine.test_engine import INNER, OUTER, RETURN, at_confirmation, begun, delivered, flows, heard

NOW = 2000.0


@pytest.fixture
def shop() -> journey.Flows:
    return flows(RETURN, OUTER, INNER)


def spoken(shop: journey.Flows, place: Place) -> Step:
    """The flow speaks first."""
    return journey.move(shop, guiding.handed(place, 7, NOW), Heard("", Act.REPEAT), NOW)


def test_a_flow_that_was_begun_asks_its_first_question_when_it_speaks(shop: journey.Flows) -> None:
    place = guiding.begun(shop, "return", "run", NOW)
    assert (place.state, place.awaiting, place.moved_at) == ("order", Awaiting.NOTHING, NOW)
    step = spoken(shop, place)
    assert step.asked
    assert step.asked.slots == ("order_id",)
    assert step.place.handed == 0
    assert step.lines == ()


def test_nothing_was_asked_yet_so_nothing_is_misunderstood(shop: journey.Flows) -> None:
    step = journey.move(shop, guiding.begun(shop, "return", "run", NOW), Heard("hello"), NOW)
    assert step.lines == ()
    assert step.asked
    assert step.place.attempts == {}


def test_a_correction_takes_with_it_what_was_found_by_the_old_value(shop: journey.Flows) -> None:
    before = at_confirmation(shop).place
    place = guiding.corrected(shop, before, {"order_id": "99990412"}, NOW)
    assert place.slots["order_id"] == "99990412"
    assert "status" in before.slots
    assert "status" not in place.slots
    assert place.state == "order"
    step = spoken(shop, place)
    assert isinstance(step.effect, Request)
    assert step.effect.url == "/orders/99990412"


def test_the_same_value_again_moves_nothing(shop: journey.Flows) -> None:
    before = at_confirmation(shop).place
    assert guiding.corrected(shop, before, {"order_id": before.slots["order_id"]}, before.moved_at) == replace(before, steps=0)


def test_what_was_asked_for_and_is_filled_by_the_team_is_asked_no_more(shop: journey.Flows) -> None:
    asked = heard(shop, begun(shop), "hm").place
    assert asked.attempts
    place = guiding.corrected(shop, asked, {"order_id": "20260412"}, NOW)
    assert (place.awaiting, place.asked, place.attempts) == (Awaiting.NOTHING, (), {})
    assert isinstance(spoken(shop, place).effect, Request)


def test_a_slot_that_is_emptied_is_asked_again(shop: journey.Flows) -> None:
    told = heard(shop, delivered(shop, begun(shop, order_id="20260412")), "too small", reason="size")
    step = spoken(shop, guiding.corrected(shop, told.place, {"reason": None}, NOW))
    assert step.asked
    assert step.asked.slots == ("reason",)
    assert step.place.slots["order_id"]


def test_another_state_begins_with_all_that_is_known_and_asks_its_confirmation_anew(shop: journey.Flows) -> None:
    place = at_confirmation(shop).place
    place = replace(place, slots={**place.slots, "confirmed": False}, derived={**place.derived, "confirmed": ()})
    moved = guiding.at_state(shop, place, "why", NOW)
    assert (moved.state, moved.at, moved.awaiting) == ("why", 0, Awaiting.NOTHING)
    assert "confirmed" not in moved.slots
    step = spoken(shop, moved)
    assert step.asked
    assert step.asked.slots == ("confirmed",)


def test_a_state_or_a_flow_that_is_not_there_is_an_error(shop: journey.Flows) -> None:
    with pytest.raises(KeyError):
        guiding.at_state(shop, begun(shop).place, "nowhere", NOW)
    with pytest.raises(KeyError):
        guiding.begun(shop, "nothing", "run", NOW)


def test_a_place_that_was_handed_is_plain_data(shop: journey.Flows) -> None:
    place = guiding.handed(begun(shop).place, 12, NOW)
    assert Place.read(place.stored()).handed == 12
