"""A flow played alone, without a conversation, knowledge or a turn: for `play_flow`, and for dialogues stored with flows."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime

from apps.flows.definition.definition import Slot
from apps.flows.engine import guiding, journey, words
from apps.flows.engine.journey import Flows
from apps.flows.engine.place import Place, Value
from apps.flows.engine.said import Act, Begun, Heard, Returned
from apps.flows.engine.step import Approval, Effect, Filing, Question, Request, Step
from apps.flows.slots import extraction
from apps.flows.understanding import typed
from apps.flows.understanding.understand import hear

NOT_DONE = "nothing outside is asked when a flow is played alone"


@dataclass(frozen=True)
class Played:
    """One line of the customer and what came of it. `reply`: the texts that are said, the question last. `asks`: what a
    colleague is asked; the next line is their answer."""

    said: str
    reply: Sequence[str]
    state: str
    slots: dict[str, Value]
    ended: str
    buttons: Sequence[str] = ()
    path: Sequence[str] = ()
    problems: Sequence[str] = ()
    asks: "Asks | None" = None


@dataclass(frozen=True)
class Asks:
    """A question to a colleague. `choices`: what is chosen from; none where the answer is typed."""

    question: str
    choices: Sequence[str] = ()


class Play:
    """The first line begins the flow. `ask` does a request to a system; without it every request fails.

    While a colleague is asked the next line is their answer: whoever plays stands in for them too. An empty one is none, as
    when nobody answers in time.
    """

    def __init__(
        self, flows: Flows, flow: str, language: str, now: datetime, ask: Callable[[Request], Returned] | None = None
    ) -> None:
        self.flows, self.flow, self.language, self.now, self.ask = flows, flow, language, now, ask
        self.place: Place | None = None
        self.approval: Approval | None = None

    def say(self, text: str) -> Played:
        step = self._settled(
            self._decided(text, self.place, self.approval) if self.place and self.approval else self._move(text)
        )
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
            self.asks,
        )

    @property
    def asks(self) -> Asks | None:
        if self.approval is None or self.place is None:
            return None
        slot = self.flows[self.place.flow].known.get(self.approval.slot) or Slot(self.approval.slot)
        return Asks(self.approval.question, [typed.labelled(choice) for choice in slot.offered(self.approval.choices)])

    def _decided(self, text: str, place: Place, asked: Approval) -> Step:
        value, reason = typed.answered(self.flows[place.flow], asked, text, place.slots, self.now)
        moved = None if reason else guiding.answered(place, asked.key, asked.slot, value, self.now.timestamp(), seq=1)
        if moved is None:
            return Step(place, (reason,))
        self.approval = None
        return journey.move(self.flows, moved, Heard("", Act.REPEAT), self.now.timestamp())

    def _move(self, text: str) -> Step:
        if self.place is None:
            found = extraction.extract(self.flows[self.flow].told, text, asked=(), language=self.language, now=self.now)
            intents = self.flows[self.flow].intents
            began = Begun(found.values, intents[0].name if intents else "", self.language)
            return journey.start(self.flows, self.flow, "play", began, self.now.timestamp())
        said = hear(self.flows, self.place, text, self.language, self.now, None)
        return journey.move(self.flows, self.place, said, self.now.timestamp())

    def _settled(self, step: Step) -> Step:
        lines, path, problems = list(step.lines), list(step.path), list(step.problems)
        while step.effect:
            if isinstance(step.effect, Approval):
                self.approval = step.effect
                lines.append(words.colleague())
                break
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
