"""Random walks through flows: whatever is said, and whatever comes back, a flow never breaks, never runs on alone, and ends."""

import json
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from hypothesis import given
from hypothesis import strategies as st

from apps.flows.definition.loading import load
from apps.flows.engine import journey
from apps.flows.engine.place import Awaiting, Place, Value
from apps.flows.engine.said import Act, Begun, Elapsed, Heard, Returned, Said
from apps.flows.engine.step import Step
from apps.flows.engine.walk import MOST_STEPS
from tests.flows.engine.test_approve import REFUND
from tests.flows.engine.test_engine import INNER, OUTER, RETURN

FILES = sorted((Path(__file__).resolve().parents[3] / "demo").glob("*/flows/*.yaml"))
VALUES = st.sampled_from(("", "x", "delivered", "2026-12-01", 3, 7.5, True, False, None))
MOST_EFFECTS = 60
PATIENCE = 60  # words without a meaning, after which every flow has ended


@dataclass(frozen=True)
class Word:
    """One thing that happens, whatever flow it happens to: `which` picks a slot of it."""

    act: Act
    which: int
    value: Value
    kind: int

    def to(self, place: Place) -> Said:
        names = sorted(flows()[place.flow].slots)
        name = names[self.which % len(names)]
        if self.kind == 0:
            return Elapsed()
        if self.kind == 1:
            return Heard("x", self.act, unfit={name: "That does not do."})
        return Heard("x", self.act, {name: self.value} if self.kind < 6 else {})

    def result(self, step: Step) -> Returned:
        names = list(getattr(step.effect, "result", None) or {"ticket": ""})
        return Returned(error="It did not come out.") if self.kind == 0 else Returned(dict.fromkeys(names, self.value))


WORDS = st.lists(st.builds(Word, st.sampled_from(Act), st.integers(0, 9), VALUES, st.integers(0, 9)), max_size=30)


@cache
def flows() -> journey.Flows:
    found = [load(text).definition for text in (RETURN, OUTER, INNER, REFUND, *(file.read_text() for file in FILES))]
    return {each.name: each for each in found if each}


def settled(step: Step, words: Iterator[Word]) -> Step:
    """Everything that the flow wants done is done; it may not want more and more."""
    for _ in range(MOST_EFFECTS):
        assert step.place.steps <= MOST_STEPS
        if not step.effect or step.place.awaiting == Awaiting.COLLEAGUE:
            return step
        step = journey.move(flows(), step.place, next(words, LAST).result(step), 0.0)
    raise AssertionError("the flow runs on alone")


LAST = Word(Act.NONE, 0, "x", 9)


@given(st.sampled_from(sorted(flows())), WORDS)
def test_a_flow_never_breaks_never_runs_on_alone_and_ends(name: str, words: list[Word]) -> None:
    said = iter(words)
    step = settled(journey.start(flows(), name, "run", Begun(), 0.0), said)
    for word in said:
        if step.ended:
            return
        place = Place.read(json.loads(json.dumps(step.place.stored())))
        step = settled(journey.move(flows(), place, word.to(place), 0.0), said)
        assert step.ended or step.asked or step.lines or step.place.asking, "nothing is said, and nothing has ended"
    for _ in range(PATIENCE):
        if step.ended:
            return
        nothing: Said = Elapsed() if step.place.asking else Heard("hm")
        step = settled(journey.move(flows(), step.place, nothing, 0.0), said)
    raise AssertionError("the flow has no end")
