"""The world outside a flow that is played: what systems and colleagues answer, by a dialogue or by whoever plays it."""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Protocol

from django.utils.translation import gettext as _

from apps.flows.definition.definition import FAILS, TIMES_OUT, Definition, Slot
from apps.flows.engine.place import Value
from apps.flows.engine.said import Returned
from apps.flows.engine.step import Approval, Request
from apps.flows.slots import kinds
from apps.flows.understanding import typed


class Outside(Protocol):
    """None: nobody has answered yet."""

    def call(self, request: Request) -> Returned | None: ...

    def approval(self, asked: Approval) -> Value:
        """ "" when nobody answers in time."""


class Nobody:
    """There is nobody outside: whoever plays the flow answers for them."""

    def call(self, request: Request) -> Returned | None:
        return None

    def approval(self, asked: Approval) -> Value:
        return None


@dataclass(frozen=True)
class Asks:
    """A question to a colleague. `choices`: what is chosen from; none where the answer is typed."""

    question: str
    choices: Sequence[str] = ()


@dataclass(frozen=True)
class Wanted:
    """A slot that a call's answer fills. `value`: what an example dialogue of the flow has it answer, as text."""

    name: str
    label: str
    choices: Sequence[str] = ()
    value: str = ""


@dataclass(frozen=True)
class Calls:
    """A call to a system. `sent`: its body, as JSON; "" where it has none."""

    name: str
    request: str
    sent: str
    slots: Sequence[Wanted] = ()


def asks(definition: Definition, asked: Approval) -> Asks:
    slot = definition.known.get(asked.slot) or Slot(asked.slot)
    return Asks(asked.question, [typed.labelled(choice) for choice in slot.offered(asked.choices)])


def calls(definition: Definition, request: Request) -> Calls:
    name = request.name
    told = " ".join(part for part in (request.method, request.system, request.url) if part)
    sent = json.dumps(dict(request.body), ensure_ascii=False) if request.body else ""
    example = next((answer for each in definition.dialogues for answer in each.answers.get(name, ()) if _is_filled(answer)), {})
    return Calls(name, told, sent, [_wanted(definition, slot, example) for slot in request.result])


def returned(definition: Definition, request: Request, text: str, now: datetime) -> tuple[Returned | None, str]:
    """The answer of whoever plays to a call: `fails`, `times out` (as an empty line), or JSON of the slots with their values;
    texts are read as their slots' kinds read them. → (what came back, why it can't be that)"""
    said = text.strip()
    if said in ("", FAILS, TIMES_OUT):
        return Returned(error=said or TIMES_OUT), ""
    try:
        given = json.loads(said)
    except (ValueError, RecursionError):
        given = None
    if not isinstance(given, dict):
        return None, _("Answer with JSON of the slots (%(names)s), “fails” or “times out”.") % {
            "names": ", ".join(request.result)
        }
    if wrong := [name for name in given if name not in request.result]:
        return None, _("“%(call)s” fills no slot “%(name)s”.") % {"call": request.name, "name": wrong[0][:100]}
    if wrong := [name for name, value in given.items() if isinstance(value, dict | list)]:
        return None, _("“%s” of the answer is no single value.") % wrong[0]
    return Returned({name: _value(definition, name, given.get(name), now) for name in request.result}), ""


def _is_filled(answer: Any) -> bool:
    return isinstance(answer, Mapping)


def _wanted(definition: Definition, name: str, example: Any) -> Wanted:
    slot = definition.known.get(name) or Slot(name)
    choices = [choice.value for choice in slot.offered(())]
    return Wanted(name, slot.shown, choices, _written(example.get(name)))


def _written(value: Value) -> str:
    match value:
        case None:
            return ""
        case bool():
            return "yes" if value else "no"
        case _:
            return str(value)


def _value(definition: Definition, name: str, given: Value, now: datetime) -> Value:
    """A system's answers are not held to what customers' are."""
    slot = definition.known.get(name) or Slot(name)
    if not isinstance(given, str) or not given.strip():
        return None if given == "" else given
    if slot.kind == "yes_no" and given in ("yes", "no"):
        return given == "yes"
    found = kinds[slot.kind].read(slot, given, definition.language, now)
    return found[0].value if found else given
