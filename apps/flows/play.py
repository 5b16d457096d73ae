"""A flow played alone, without a conversation, knowledge or a turn: for `play_flow`, the simulator, and dialogues stored with
flows."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from django.utils.translation import gettext as _

from apps.flows import outside
from apps.flows.engine import guiding, journey, words
from apps.flows.engine.journey import Flows
from apps.flows.engine.place import Place, Value
from apps.flows.engine.said import Act, Begun, Heard, Returned
from apps.flows.engine.step import Approval, Effect, Filing, Question, Request, Step
from apps.flows.outside import Asks, Calls, Nobody, Outside
from apps.flows.slots import extraction
from apps.flows.understanding import typed
from apps.flows.understanding.understand import hear, opening, understand
from apps.flows.understanding.understood import Understood, begin_words

NOT_DONE = "nothing outside is asked when a flow is played alone"


@dataclass(frozen=True)
class Played:
    """One line of the customer and what came of it. `reply`: the texts that are said, the question last. `state` is "" as long
    as the flow has not begun; then `offered` are the flows that were understood instead, if any. `asks`: what a colleague is
    asked, `calls`: what a system is; the next line is their answer."""

    said: str
    reply: Sequence[str]
    state: str
    slots: dict[str, Value]
    ended: str
    buttons: Sequence[str] = ()
    path: Sequence[str] = ()
    problems: Sequence[str] = ()
    asks: Asks | None = None
    calls: Calls | None = None
    offered: Sequence[str] = ()


class Play:
    """`others`: sentences that are no wish to act. With them all that is said is understood as in a conversation, so a flow
    that is begun by something has to be asked for.

    Without them the first line begins it, and each is a word to it alone. Where nobody outside answers, whoever plays does:
    while a colleague or a system is asked the next line is their answer. An empty one is none, as when none comes in time.
    """

    def __init__(
        self,
        flows: Flows,
        flow: str,
        language: str,
        now: datetime,
        around: Outside | None = None,
        others: Sequence[str] | None = None,
    ) -> None:
        self.flows, self.flow, self.language, self.now = flows, flow, language, now
        self.outside, self.others = around or Nobody(), others
        self.place: Place | None = None
        self.awaited: Approval | Request | None = None  # what somebody outside has not answered yet

    def say(self, text: str, form: Mapping[str, Value] | None = None) -> Played:
        moved: Step | Played
        match self.place, self.awaited:
            case None, _:
                moved = self._begun(text)
            case Place() as place, Request() as request:
                moved = self._returned(text, place, request)
            case Place() as place, Approval() as asked if self.others is None:
                moved = self._decided(text, place, asked)
            case place, _:
                moved = self._moved(place, text, form)
        if isinstance(moved, Played):
            return moved
        step = self._settled(moved)
        self.place = None if step.ended else step.place
        question = [step.asked.text] if step.asked else []
        buttons = [choice.shown for choice in step.asked.choices] if step.asked else []
        return Played(
            text,
            [*step.lines, *question],
            step.place.state,
            dict(step.place.slots),
            step.ended,
            buttons,
            step.path,
            step.problems,
            self.asks,
            self.calls,
        )

    @property
    def asks(self) -> Asks | None:
        match self.place, self.awaited:
            case Place() as place, Approval() as asked:
                return outside.asks(self.flows[place.flow], asked)
        return None

    @property
    def calls(self) -> Calls | None:
        match self.place, self.awaited:
            case Place() as place, Request() as request:
                return outside.calls(self.flows[place.flow], request)
        return None

    def _returned(self, text: str, place: Place, request: Request) -> Step:
        returned, reason = outside.returned(self.flows[place.flow], request, text, self.now)
        if returned is None:
            return Step(place, (reason,))
        self.awaited = None
        return journey.move(self.flows, place, returned, self.now.timestamp())

    def _decided(self, text: str, place: Place, asked: Approval) -> Step:
        value, reason = typed.answered(self.flows[place.flow], asked, text, place.slots, self.now)
        return Step(place, (reason,)) if reason else self._answered(place, asked, value)

    def _answered(self, place: Place, asked: Approval, value: Value) -> Step:
        self.awaited = None
        moved = guiding.answered(place, asked.key, asked.slot, value, self.now.timestamp(), seq=1) or place
        return journey.move(self.flows, moved, Heard("", Act.REPEAT), self.now.timestamp())

    def _begun(self, text: str) -> Step | Played:
        definition = self.flows[self.flow]
        intents = definition.intents
        if self.others is None or not (intents or definition.triggers.buttons or definition.triggers.keywords):
            found = extraction.extract(definition.told, text, asked=(), language=self.language, now=self.now)
            began = Begun({**opening(definition, text), **found.values}, intents[0].name if intents else "", self.language)
        else:
            meant = self._understood(None, text)
            if meant.wished != self.flow or meant.is_question:
                return self._not_begun(text, meant)
            began = Begun(meant.slots, meant.heard.intent, self.language)
        return journey.start(self.flows, self.flow, "play", began, self.now.timestamp())

    def _not_begun(self, text: str, meant: Understood) -> Played:
        """A question about what the flow does, or a wish that is not sure, has it offered."""
        offered = list(dict.fromkeys(name for name in (meant.wished, meant.likely, *meant.rivals) if name))
        buttons = [begin_words(self.flows[name]) for name in offered]
        notes = [self._unsure(meant, offered)] if self.flow in offered else []
        return Played(text, [], "", {}, "", buttons, problems=notes, offered=offered)

    def _unsure(self, meant: Understood, offered: Sequence[str]) -> str:
        """Why the flow is offered, and not begun."""
        if meant.is_question:
            return _("It is understood as a question to the knowledge; the flow is offered below its answer.")
        if others := [self.flows[name].shown for name in offered if name != self.flow]:
            return _("It fits “%s” about as well, so the customer is asked which is meant.") % "”, “".join(others)
        return _("It is not sure enough to begin the flow, which is offered.")

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
            found = self._answer(step.place, step.effect)
            if found is None:
                lines += [words.colleague()] if isinstance(step.effect, Approval) else []
                break
            step = found
            lines += step.lines
            path += step.path
            problems += step.problems
        return Step(step.place, tuple(lines), step.asked, None, step.ended, step.team, tuple(path), tuple(problems))

    def _answer(self, place: Place, effect: Effect) -> Step | None:
        """The step after an effect; None, and it is awaited, where nobody has answered yet."""
        if isinstance(effect, Approval):
            answer = self.outside.approval(effect)
            if answer is not None:
                return self._answered(place, effect, answer)
            self.awaited = effect
            return None
        returned = self._done(effect)
        if returned is None and isinstance(effect, Request):
            self.awaited = effect
            return None
        return journey.move(self.flows, place, returned or Returned(error=NOT_DONE), self.now.timestamp())

    def _done(self, effect: Effect) -> Returned | None:
        match effect:
            case Request():
                return self.outside.call(effect)
            case Filing():
                return Returned({"ticket": "000000"})
            case Question():
                return Returned()
            case _:
                return Returned(error=NOT_DONE)
