"""The dialogues stored with a flow, played one by one and held to what they expect: a difference is told by its first line."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime
from typing import TypeVar

from django.utils import translation
from django.utils.translation import gettext as _

from apps.flows.definition.definition import FAILS, TIMES_OUT, Definition, Dialogue, Expected
from apps.flows.engine.journey import Flows
from apps.flows.engine.place import Value
from apps.flows.engine.said import Returned
from apps.flows.engine.step import Approval, Request
from apps.flows.outcome import BEGUN, OVER, Outcome
from apps.flows.play import Play, Played

MOST_NOTES = 3
T = TypeVar("T")


def play(flows: Flows, flow: str, language: str, now: datetime, others: Sequence[str] = ()) -> list[Outcome]:
    """All dialogues of a flow, beside the others that it is live with. `language` and `now`: where the flow or a dialogue says
    none. `others`: sentences that are no wish to act."""
    definition = flows[flow]
    with translation.override(definition.language or language):
        return [_played(flows, definition, each, now, others) for each in definition.dialogues]


def _played(flows: Flows, definition: Definition, dialogue: Dialogue, now: datetime, others: Sequence[str]) -> Outcome:
    stated = _Stated(dialogue)
    at = _moment(dialogue.now, now)
    play = Play(flows, definition.name, translation.get_language() or "", at, stated, others)
    outcome = Outcome(dialogue.at, dialogue.name)
    ended = ""
    for number, turn in enumerate(dialogue.turns, 1):
        here = replace(outcome, turn=number, said=turn.say)
        if ended:
            return replace(here, key=OVER, came=ended)
        played = play.say(turn.say, turn.form)
        if not played.state and (definition.name not in played.offered or number == len(dialogue.turns)):
            understood = ", ".join(flows[name].shown for name in played.offered)
            return replace(here, key=BEGUN, came=understood or None, notes=list(played.problems))
        if difference := _difference(turn.expected, played):
            key, slot, expected, came = difference
            notes = [each for each in played.problems if each not in (FAILS, TIMES_OUT)][:MOST_NOTES]
            return replace(here, key=key, slot=slot, expected=expected, came=came, notes=notes)
        ended = played.ended
    return outcome


def _moment(written: str, now: datetime) -> datetime:
    if not written:
        return now
    found = datetime.fromisoformat(written)
    return found if found.tzinfo else found.replace(tzinfo=now.tzinfo)


def _difference(expected: Expected, played: Played) -> tuple[str, str, Value, Value] | None:
    """→ key, slot, what was expected, what came"""
    if expected.ended and not _is_end(expected.ended, played.ended):
        return "ended", "", expected.ended, played.ended or "no"
    if expected.state and expected.state != played.state:
        return "state", "", expected.state, played.state
    for slot, value in expected.slots.items():
        if not _same(value, came := played.slots.get(slot)):
            return "slots", slot, value, came
    said = "\n".join(played.reply)
    missing = [words for words in expected.contains if words not in said]
    return ("text", "", missing[0], said) if missing else None


def _is_end(expected: str, ended: str) -> bool:
    return bool(ended) == (expected == "yes") if expected in ("yes", "no") else expected == ended


def _same(expected: Value, came: Value) -> bool:
    if expected is None or expected == "":
        return came in (None, "")
    return expected == came or (not isinstance(expected, bool) and str(expected) == str(came))


class _Stated:
    """The world outside as a dialogue states it."""

    def __init__(self, dialogue: Dialogue) -> None:
        self._calls = {name: list(answers) for name, answers in dialogue.answers.items()}
        self._approvals = {name: list(answers) for name, answers in dialogue.approvals.items()}

    def call(self, request: Request) -> Returned:
        answers = self._calls.get(request.name)
        if not answers:
            return Returned(error=_("The dialogue does not say what the call “%s” answers, so it fails.") % request.name)
        answer = _next(answers)
        if isinstance(answer, str):
            return Returned(error=TIMES_OUT if answer == TIMES_OUT else FAILS)
        return Returned({slot: _as(request.kinds[slot], answer.get(slot)) for slot in request.result})

    def approval(self, asked: Approval) -> Value:
        answers = self._approvals.get(asked.slot)
        if not answers:
            return None
        answer = _next(answers)
        return "" if answer is None else answer


def _as(kind: str, value: Value) -> Value:
    return {"yes": True, "no": False}.get(str(value), value) if kind == "yes_no" else value


def _next(answers: list[T]) -> T:
    """The last one answers from then on."""
    return answers.pop(0) if len(answers) > 1 else answers[0]
