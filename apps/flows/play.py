"""A flow played alone, without a conversation, knowledge or a turn: for `play_flow`, and for dialogues stored with flows."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime

from apps.flows.engine import journey
from apps.flows.engine.journey import Flows
from apps.flows.engine.place import Place, Value
from apps.flows.engine.said import Begun, Returned
from apps.flows.engine.step import Effect, Filing, Question, Request, Step
from apps.flows.slots import extraction
from apps.flows.understanding.understand import hear

NOT_DONE = "nothing outside is asked when a flow is played alone"


@dataclass(frozen=True)
class Played:
    """One line of the customer and what came of it. `reply`: the texts that are said, the question last."""

    said: str
    reply: Sequence[str]
    state: str
    slots: dict[str, Value]
    ended: str
    buttons: Sequence[str] = ()
    path: Sequence[str] = ()
    problems: Sequence[str] = ()


class Play:
    """The first line begins the flow. `ask` does a request to a system; without it every request fails."""

    def __init__(
        self, flows: Flows, flow: str, language: str, now: datetime, ask: Callable[[Request], Returned] | None = None
    ) -> None:
        self.flows, self.flow, self.language, self.now, self.ask = flows, flow, language, now, ask
        self.place: Place | None = None

    def say(self, text: str) -> Played:
        step = self._settled(self._move(text))
        self.place = None if step.ended else step.place
        asked = [step.asked.text] if step.asked else []
        buttons = [choice.shown for choice in step.asked.choices] if step.asked else []
        return Played(
            text,
            [*step.lines, *asked],
            step.place.state,
            dict(step.place.slots),
            step.ended,
            buttons,
            step.path,
            step.problems,
        )

    def _move(self, text: str) -> Step:
        if self.place is None:
            slots = list(self.flows[self.flow].slots.values())
            found = extraction.extract(slots, text, asked=(), language=self.language, now=self.now)
            intents = self.flows[self.flow].intents
            began = Begun(found.values, intents[0].name if intents else "", self.language)
            return journey.start(self.flows, self.flow, "play", began, self.now.timestamp())
        said = hear(self.flows, self.place, text, self.language, self.now, None)
        return journey.move(self.flows, self.place, said, self.now.timestamp())

    def _settled(self, step: Step) -> Step:
        lines, path, problems = list(step.lines), list(step.path), list(step.problems)
        while step.effect:
            step = journey.move(self.flows, step.place, self._done(step.effect), self.now.timestamp())
            lines += step.lines
            path += step.path
            problems += step.problems
        return Step(step.place, tuple(lines), step.asked, None, step.ended, step.team, tuple(path), tuple(problems))

    def _done(self, effect: Effect) -> Returned:
        match effect:
            case Request() if self.ask:
                return self.ask(effect)
            case Filing():
                return Returned({"ticket": "000000"})
            case Question():
                return Returned()
            case _:
                return Returned(error=NOT_DONE)
