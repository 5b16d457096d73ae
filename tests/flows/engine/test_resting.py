"""A correction takes with it what rests on the corrected value, and nothing else."""

import pytest

from apps.flows.definition.loading import load
from apps.flows.engine import journey
from apps.flows.engine.place import Place, Value
from apps.flows.engine.said import Act, Begun, Heard, Returned
from apps.flows.engine.step import Request, Step

FLOW = """
name: booking
slots:
  member: {type: id, pattern: '[0-9]{5}'}
  points: {type: number}
  day: {type: text}
  hour: {type: text}
  room: {type: text}
  price: {type: number}
  tier: {type: text}
  note: {type: text}
states:
  - name: member
    actions:
      - {type: ask, params: {slots: [member]}}
      - {type: call, params: {name: points, system: shop, url: '/members/{{ member }}', timeout: 5, result: {points: points}}}
      - {type: set, params: {slots: {tier: 'member {{ member }}'}}}
    transitions: [{condition: default, target: day}]
  - name: day
    actions:
      - {type: ask, params: {slots: [day]}}
      - {type: confirm, params: {slot: sure_of_day, text: 'On {{ day }}?'}}
      - {type: ask, params: {slots: [hour]}}
      - {type: call, params: {name: room, system: shop, url: '/rooms/{{ day }}', timeout: 5, result: {room: room}}}
      - {type: call, params: {name: price, system: shop, url: '/prices/{{ room }}', timeout: 5, result: {price: price}}}
    transitions:
      - {condition: price > 100, target: dear}
      - {condition: default, target: note}
  - name: dear
    actions: [{type: set, params: {slots: {tier: dear}}}]
    transitions: [{condition: default, target: note}]
  - name: note
    actions:
      - {type: ask, params: {slots: [note]}}
      - {type: confirm, params: {text: All of it?}}
      - {type: end}
"""
FLOWS = {each.name: each for each in [load(FLOW).definition] if each}


def heard(step: Step, act: Act = Act.NONE, **slots: str) -> Step:
    return settled(journey.move(FLOWS, step.place, Heard("…", act, slots), 0.0))


def settled(step: Step) -> Step:
    answers: dict[str, Value] = {"points": 40, "room": "blue", "price": 120}
    while isinstance(step.effect, Request):
        result = Returned({name: answers[name] for name in step.effect.result})
        step = journey.move(FLOWS, step.place, result, 0.0)
    return step


@pytest.fixture
def at_the_end() -> Step:
    step = settled(journey.start(FLOWS, "booking", "run", Begun({"member": "20418"}), 0.0))
    for act, slots in ((Act.NONE, {"day": "Friday"}), (Act.YES, {}), (Act.NONE, {"hour": "noon"}), (Act.NONE, {"note": "-"})):
        step = heard(step, act, **slots)
    assert step.asked
    assert step.asked.slots == ("confirmed",)
    return step


def test_what_was_found_by_another_value_stays(at_the_end: Step) -> None:
    step = journey.move(FLOWS, at_the_end.place, Heard("…", Act.NO, {"day": "Sunday"}), 0.0)
    assert step.asked
    assert step.asked.text == "On Sunday?"
    held = step.place.slots
    assert held["points"] == 40, "it rests on the member"
    assert (held["hour"], held["note"]) == ("noon", "-"), "they were said"
    assert not {"room", "price", "tier", "sure_of_day"} & held.keys(), "by the day, by the room, behind the price, of the day"


def test_what_decided_the_way_here_counts(at_the_end: Step) -> None:
    """The note is behind the price, which rests on the day; the hour decides nothing."""
    assert "price" in at_the_end.place.decided
    step = journey.move(FLOWS, at_the_end.place, Heard("…", Act.NO, {"hour": "one"}), 0.0)
    assert isinstance(step.effect, Request)
    assert step.effect.name == "room"
    assert (step.place.slots["sure_of_day"], step.place.slots["tier"]) == (True, "dear")


def test_a_confirmation_before_the_question_that_is_gone_back_to_stays(at_the_end: Step) -> None:
    step = heard(at_the_end, Act.NONE, hour="one")
    assert step.place.slots["sure_of_day"] is True
    assert step.asked
    assert step.asked.slots == ("confirmed",)


def test_going_back_asks_anew_what_was_answered_there_and_what_rests_on_it(at_the_end: Step) -> None:
    step = heard(heard(at_the_end, Act.BACK), Act.BACK)
    assert step.asked
    assert step.asked.slots == ("hour",)
    assert (step.place.slots["points"], step.place.slots["day"]) == (40, "Friday")


def test_a_place_of_before_it_was_remembered_rests_on_everything() -> None:
    place = Place.read(
        {"run": "r", "flow": "booking", "state": "note", "slots": {"day": "Friday", "room": "blue"}, "derived": ["room"]}
    )
    assert place.derived == {"room": ("day",)}
