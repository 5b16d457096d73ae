"""A flow played alone, without a conversation, knowledge or a turn: for `play_flow`, the simulator, and dialogues stored with
flows."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Protocol

from django.utils.translation import gettext as _

from apps.flows.definition.definition import Slot
from apps.flows.engine import guiding, journey, words
from apps.flows.engine.journey import Flows
from apps.flows.engine.place import Place, Value
from apps.flows.engine.said import Act, Begun, Heard, Returned
from apps.flows.engine.step import Approval, Effect, Filing, Question, Request, Step
from apps.flows.slots import extraction
from apps.flows.understanding import typed
from apps.flows.understanding.understand import hear, understand
from apps.flows.understanding.understood import Understood, begin_words

NOT_DONE = "nothing outside is asked when a flow is played alone"


class Outside(Protocol):
    """The world outside the flow: what it answers."""

    def call(self, request: Request) -> Returned: ...

    def approval(self, asked: Approval) -> Value:
        """ "" when nobody answers in time; None when it is still waited for."""


class Nobody:
    """There is nobody outside: each call fails, a colleague never answers."""

    def call(self, request: Request) -> Returned:
        return Returned(error=NOT_DONE)

    def approval(self, asked: Approval) -> Value:
        return None


@dataclass(frozen=True)
class Played:
    """One line of the customer and what came of it. `reply`: the texts that are said, the question last. `state` is "" as long
    as the flow has not begun; then `meant` is the flow that was understood instead, if any. `asks`: what a colleague is asked;
    the next line is their answer."""

    said: str
    reply: Sequence[str]
    state: str
    slots: dict[str, Value]
    ended: str
    buttons: Sequence[str] = ()
    path: Sequence[str] = ()
    problems: Sequence[str] = ()
    asks: "Asks | None" = None
    meant: str = ""


@dataclass(frozen=True)
class Asks:
    """A question to a colleague. `choices`: what is chosen from; none where the answer is typed."""

    question: str
    choices: Sequence[str] = ()


class Play:
    """`others`: sentences that are no wish to act. With them all that is said is understood as in a conversation, so a flow
    that is begun by something has to be asked for.

    Without them the first line begins it, each is a word to it alone, and while a colleague is asked the next one is their
    answer: whoever plays stands in for them too. An empty one is none, as when nobody answers in time.
    """

    def __init__(
        self,
        flows: Flows,
        flow: str,
        language: str,
        now: datetime,
        outside: Outside | None = None,
        others: Sequence[str] | None = None,
    ) -> None:
        self.flows, self.flow, self.language, self.now = flows, flow, language, now
        self.outside, self.others = outside or Nobody(), others
        self.place: Place | None = None
        self.approval: Approval | None = None

    def say(self, text: str, form: Mapping[str, Value] | None = None) -> Played:
        if self.place and self.approval and self.others is None:
            moved: Step | Played = self._decided(text, self.place, self.approval)
        else:
            moved = self._moved(self.place, text, form) if self.place else self._begun(text)
        if isinstance(moved, Played):
            return moved
        step = self._settled(moved)
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
        return Step(place, (reason,)) if reason else self._answered(place, asked, value)

    def _answered(self, place: Place, asked: Approval, value: Value) -> Step:
        self.approval = None
        moved = guiding.answered(place, asked.key, asked.slot, value, self.now.timestamp(), seq=1) or place
        return journey.move(self.flows, moved, Heard("", Act.REPEAT), self.now.timestamp())

    def _begun(self, text: str) -> Step | Played:
        definition = self.flows[self.flow]
        intents = definition.intents
        if self.others is None or not (intents or definition.triggers.buttons or definition.triggers.keywords):
            found = extraction.extract(definition.told, text, asked=(), language=self.language, now=self.now)
            began = Begun(found.values, intents[0].name if intents else "", self.language)
        else:
            meant = self._understood(None, text)
            if meant.wished != self.flow or meant.is_question:
                return self._not_begun(text, meant)
            began = Begun(meant.slots, meant.heard.intent, self.language)
        return journey.start(self.flows, self.flow, "play", began, self.now.timestamp())

    def _not_begun(self, text: str, meant: Understood) -> Played:
        """A question about what the flow does, or a wish that is not sure, has it offered."""
        offered = [name for name in (meant.wished, meant.likely, *meant.rivals) if name]
        buttons = [begin_words(self.flows[name]) for name in dict.fromkeys(offered)]
        return Played(text, [], "", {}, "", buttons, meant=next(iter(offered), ""))

    def _moved(self, place: Place, text: str, form: Mapping[str, Value] | None) -> Step:
        if self.others is None:
            said, note = hear(self.flows, place, text, self.language, self.now, form), ""
        else:
            said, note = self._heard(place, self._understood(place, text, form))
        step = journey.move(self.flows, place, said, self.now.timestamp())
        return replace(step, problems=(note, *step.problems)) if note else step

    def _heard(self, place: Place, meant: Understood) -> tuple[Heard, str]:
        """→ what the flow hears of it, and a note where the conversation would turn to something else: then it stays."""
        if meant.answers(place):
            return meant.heard, ""
        if meant.wished and meant.wished != place.flow and not meant.is_question:
            other = self.flows[meant.wished].shown
            return Heard("", Act.REPEAT), _("This is understood as a wish for “%s”, which is offered.") % other
        if meant.is_question:
            return Heard("", Act.REPEAT), _("This is understood as a question to the knowledge.")
        return meant.heard, ""

    def _understood(self, place: Place | None, text: str, form: Mapping[str, Value] | None = None) -> Understood:
        others = self.others or ()
        return understand(self.flows, place, text, language=self.language, now=self.now, others=others, given=form)

    def _settled(self, step: Step) -> Step:
        lines, path, problems = list(step.lines), list(step.path), list(step.problems)
        while step.effect:
            if isinstance(step.effect, Approval):
                answer = self.outside.approval(step.effect)
                if answer is None:
                    self.approval = step.effect
                    lines.append(words.colleague())
                    break
                step = self._answered(step.place, step.effect, answer)
            else:
                step = journey.move(self.flows, step.place, self._done(step.effect), self.now.timestamp())
            lines += step.lines
            path += step.path
            problems += step.problems
        return Step(step.place, tuple(lines), step.asked, None, step.ended, step.team, tuple(path), tuple(problems))

    def _done(self, effect: Effect) -> Returned:
        match effect:
            case Request():
                return self.outside.call(effect)
            case Filing():
                return Returned({"ticket": "000000"})
            case Question():
                return Returned()
            case _:
                return Returned(error=NOT_DONE)
