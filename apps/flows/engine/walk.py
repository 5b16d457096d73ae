"""A move under way: the place as it is now, and what has come out so far. It lives as long as one call of `advance`."""

from collections.abc import Collection, Mapping
from dataclasses import replace
from datetime import UTC, datetime
from typing import Any

from apps.flows.definition import conditions, templates
from apps.flows.definition.actions import Confirm
from apps.flows.definition.definition import Definition, Slot, State
from apps.flows.engine import words
from apps.flows.engine.place import Awaiting, Place, Value
from apps.flows.engine.step import Asked, Effect, Ended, Step

MOST_STEPS = 25  # states entered in one turn
MOST_TRAIL = 50


class Walk:
    def __init__(self, definition: Definition, place: Place, now: float) -> None:
        self.definition = definition
        self.now = now
        self.place = replace(place, moved_at=now)
        self.lines: list[str] = []
        self.path: list[str] = []
        self.problems: list[str] = []
        self.asked: Asked | None = None
        self.effect: Effect | None = None
        self.ended = Ended.NO
        self.waits = False  # a colleague has been asked, and is asked no second time
        self.team = ""

    def step(self) -> Step:
        lines, path, problems = tuple(self.lines), tuple(self.path), tuple(self.problems)
        return Step(self.place, lines, self.asked, self.effect, self.ended, self.team, path, problems)

    # Questions.

    @property
    def state(self) -> State:
        return self.definition.states[self.place.state]

    @property
    def is_over(self) -> bool:
        """Whether the move has come to where somebody else is next."""
        return bool(self.asked or self.effect or self.ended or self.waits)

    def slot(self, name: str) -> Slot:
        return self.definition.known.get(name) or Slot(name)

    def missing(self, names: tuple[str, ...]) -> tuple[str, ...]:
        return tuple(name for name in names if not self.place.knows(name) and name not in self.place.skipped)

    def values(self) -> dict[str, Value]:
        """All that conditions may name."""
        now = datetime.fromtimestamp(self.now, UTC).isoformat()
        return {**self.place.slots, "intent": self.place.intent, "language": self.place.language, "now": now}

    def holds(self, condition: str, values: Mapping[str, Value]) -> bool:
        """A condition that cannot be computed does not hold, and is told in the trace."""
        try:
            return conditions.holds(self.definition, condition, values)
        except conditions.Failed as error:
            self.problems.append(f"{condition}: {error}")
            return False

    def filled(self, text: str) -> str:
        return templates.fill(text, self.definition, self.place.slots)

    def key(self) -> str:
        """The key of the next effect: the same in every retelling of this turn."""
        return f"{self.place.run}:{self.place.calls}"

    # Moves.

    def change(self, **facts: Any) -> None:
        self.place = replace(self.place, **facts)

    def say(self, text: str) -> None:
        if text.strip():
            self.lines.append(text)

    def fill(self, slots: Mapping[str, Value], rests_on: Collection[str] | None = None) -> None:
        """`rests_on`: the slots by which the flow found these; None where they were said. What decided the way here counts too:
        another way may not find them."""
        kept = {name: value for name, value in {**self.place.slots, **slots}.items() if value is not None}
        derived = {name: others for name, others in self.place.derived.items() if name not in slots}
        if rests_on is not None:
            under = tuple(dict.fromkeys((*rests_on, *self.place.decided)))
            derived |= {name: tuple(other for other in under if other != name) for name in slots if name in kept}
        skipped = tuple(name for name in self.place.skipped if name not in slots)
        self.change(slots=kept, derived=derived, skipped=skipped)

    def decide(self, condition: str) -> None:
        """The way goes on by this condition, whether it holds or not."""
        named = (name for name in conditions.slots(self.definition, condition) if name not in self.place.decided)
        if more := tuple(named):
            self.change(decided=(*self.place.decided, *more))

    def drop(self, names: Collection[str]) -> None:
        """Empties slots, so that they are asked for or found anew."""
        self.change(
            slots={name: value for name, value in self.place.slots.items() if name not in names},
            derived={name: others for name, others in self.place.derived.items() if name not in names},
            skipped=tuple(name for name in self.place.skipped if name not in names),
        )

    def next_action(self) -> None:
        self.change(at=self.place.at + 1, awaiting=Awaiting.NOTHING, asked=())

    def enter(self, state: str, at: int = 0) -> None:
        """A confirmation that was given is asked for anew when it is come to again. Too many states without a word of the
        customer are an endless round, also where each is entered because something failed in the one before."""
        if self.place.steps >= MOST_STEPS:
            self.give_up(f"more than {MOST_STEPS} states without a word of the customer")
            return
        asked = {action.slot for action in self.definition.states[state].actions[at:] if isinstance(action, Confirm)}
        if asked & self.place.slots.keys():
            self.fill(dict.fromkeys(asked))
        self.change(state=state, at=at, awaiting=Awaiting.NOTHING, asked=(), steps=self.place.steps + 1)
        self.path.append(state)

    def ask(self, asked: Asked, awaiting: Awaiting) -> None:
        here = (self.place.state, self.place.at)
        trail = tuple(place for place in self.place.trail if place != here)
        confidential = any(self.slot(name).sensitive for name in asked.slots)
        self.change(awaiting=awaiting, asked=asked.slots, confidential=confidential, trail=(*trail, here)[-MOST_TRAIL:])
        self.asked = asked

    def want(self, effect: Effect, awaiting: Awaiting = Awaiting.EFFECT) -> None:
        self.change(awaiting=awaiting, calls=self.place.calls + 1)
        self.effect = effect

    def end(self, ended: Ended) -> None:
        self.change(awaiting=Awaiting.NOTHING, asked=())
        self.ended = ended

    def fail(self, problem: str) -> None:
        """Something went wrong on the way: the state may know where to go on."""
        self.problems.append(problem)
        if self.state.on_error and self.state.on_error != self.state.name:
            self.enter(self.state.on_error)
        else:
            self.give_up(problem)

    def give_up(self, problem: str) -> None:
        """A flow never ends in silence: a person takes over, and the customer is told."""
        if problem not in self.problems:
            self.problems.append(problem)
        self.say(words.person())
        self.end(Ended.FAILED)
