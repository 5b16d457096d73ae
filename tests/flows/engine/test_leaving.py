"""The states that a move came through, and how each was left: what the counts in the editor are made of."""

from apps.flows.definition import loading
from apps.flows.engine import journey
from apps.flows.engine.place import Place
from apps.flows.engine.said import Act, Begun, Elapsed, Heard
from apps.flows.engine.step import Step

TEXT = """
slots:
  colour: {type: text, prompt: Which colour?}
states:
  - name: ask
    actions: [{type: ask, params: {slots: [colour]}}]
    transitions: [{condition: default, target: inner}]
  - name: inner
    actions: [{type: flow, params: {flow: other}}]
    transitions: [{condition: default, target: over}]
  - name: over
    actions: [{type: handoff, params: {text: A colleague goes on.}}]
"""
OTHER = """
slots:
  size: {type: text, prompt: Which size?}
states:
  - name: size
    actions:
      - {type: ask, params: {slots: [size]}}
      - {type: end, params: {text: Noted.}}
"""


def loaded(text: str, name: str) -> journey.Flows:
    definition = loading.load(text, name).definition
    assert definition
    return {name: definition}


FLOWS = {**loaded(OTHER, "other"), **loaded(TEXT.replace("{flow: other}", "{flow: other, give: {}, take: {}}"), "dye")}


def left(step: Step) -> dict[tuple[str, str], str]:
    return {(visit.flow, visit.state): str(visit.left) for visit in step.visits}


def inner() -> Step:
    step = journey.start(FLOWS, "dye", "run", Begun(), 1.0)
    assert left(step) == {("dye", "ask"): ""}
    return journey.move(FLOWS, step.place, Heard("red", slots={"colour": "red"}), 2.0)


def gone(place: Place) -> Step:
    return journey.move(FLOWS, place, Elapsed(), 9_999.0)


def test_a_state_is_left_when_another_is_entered_and_one_that_entered_a_flow_waits() -> None:
    step = inner()
    assert left(step) == {("dye", "ask"): "on", ("dye", "inner"): "", ("other", "size"): ""}
    assert {visit.run for visit in step.visits} == {"run", "run:0"}
    step = journey.move(FLOWS, step.place, Heard("L", slots={"size": "L"}), 3.0)
    assert left(step) == {("dye", "inner"): "on", ("other", "size"): "on", ("dye", "over"): "handed_over"}


def test_who_cancels_or_goes_away_leaves_all_that_waits() -> None:
    place = inner().place
    cancelled = journey.move(FLOWS, place, Heard("never mind", act=Act.CANCEL), 3.0)
    assert left(cancelled) == {("dye", "inner"): "cancelled", ("other", "size"): "cancelled"}
    assert left(gone(place)) == {("dye", "inner"): "away", ("other", "size"): "away"}


def test_a_move_that_stays_leaves_nothing() -> None:
    place = journey.start(FLOWS, "dye", "run", Begun(), 1.0).place
    assert left(journey.move(FLOWS, place, Heard("", Act.REPEAT), 2.0)) == {("dye", "ask"): ""}
