"""Conditions of a flow, in CEL: checked when the flow is loaded, asked while it runs.

A condition sees `has_<slot>` for every slot, the slots' values, `intent`, `language` and `now`. Numbers are fractions to it,
compared with either sort; days and moments are timestamps. An empty slot has no value: a condition that comes down to one does
not hold (`amount > 100` of no amount), while `has_amount && amount > 100` and `!has_amount || amount > 100` are as they look.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, tzinfo
from typing import Any, cast

from cel_expr_python import cel
from django.utils.translation import gettext as _

from apps.flows.definition import complaints, names
from apps.flows.definition.actions import Value
from apps.flows.definition.complaints import Complaint
from apps.flows.definition.definition import DEFAULT, Definition, Slot
from apps.flows.definition.kinds import FLAG, KINDS, MOMENT, NUMBER, TEXT, Kind
from apps.flows.definition.names import Aliased, alias_of, aliased

MOST = 1000  # characters of one condition
_ALWAYS = {"intent": TEXT, "language": TEXT, "now": MOMENT}


class Failed(ValueError):
    """A condition could not be computed; one sentence says why. Who asked takes it as one that does not hold."""


@dataclass(frozen=True)
class _Program:
    """`reads`: the values that it needs, with the names that it has for them. `asks`: the slots of its `has_…`."""

    expression: cel.Expression
    reads: tuple[tuple[str, str, Kind], ...]
    asks: tuple[tuple[str, str], ...]
    written: Aliased


def holds(definition: Definition, condition: str, values: Mapping[str, Value]) -> bool:
    """`values`: of the slots; also `intent`, `language` and `now` (ISO 8601, whose offset is that of days without one).

    Raises Failed where it can't be computed, also where it could never have been loaded.
    """
    if condition.strip() == DEFAULT:
        return True
    try:
        program = _program(definition, condition)
    except complaints.Unreadable as unreadable:
        raise Failed(str(unreadable)) from unreadable
    data: dict[str, Any] = {alias: values.get(slot) not in (None, "") for alias, slot in program.asks}
    empty = False
    for alias, name, kind in program.reads:
        value = values.get(name)
        if value is None or (value == "" and kind is not TEXT):
            empty = True
        else:
            data[alias] = _seen(name, value, kind, values.get("now"))
    result, error = _computed(program, data)
    if isinstance(result, bool):
        return result
    if empty and "No value with name" in error:
        return False
    told = _("The condition gives a value instead of yes or no.")
    raise Failed(complaints.failure(error, program.written) if error else told)


def check(definition: Definition, condition: str) -> Complaint | None:
    """The mistake in a condition, and where it stands; None for a sound one."""
    if len(condition) > MOST:
        return Complaint(_("A condition may have %(most)s characters at most.") % {"most": MOST}, 0)
    try:
        program = _program(definition, condition)
    except complaints.Unreadable as error:
        return error.complaint
    kind = program.expression.return_type()
    if kind not in (cel.Type.BOOL, cel.Type.DYN):
        return Complaint(_("A condition has to be yes or no; this is %(type)s.") % {"type": complaints.called(kind.name())}, 0)
    if "matches" not in condition and not any(each is NUMBER for _alias, _name, each in program.reads):
        return None  # the compiler knew every type
    for known in (True, False):
        if told := _tried(program, known):
            return told
    return None


def slots(definition: Definition, condition: str) -> tuple[str, ...]:
    """The slots that a condition looks at; none of one that can't be read."""
    try:
        program = _program(definition, condition)
    except complaints.Unreadable:
        return ()
    names = (*(name for _alias, name, _kind in program.reads), *(slot for _alias, slot in program.asks))
    return tuple(dict.fromkeys(name for name in names if name in definition.known))


def named(condition: str) -> tuple[str, ...]:
    """The names that stand in a condition, each once."""
    return aliased(condition).names if len(condition) <= MOST else ()


def _tried(program: _Program, known: bool) -> Complaint | None:
    """Whether the types agree where the compiler has to believe that they do: by a sample of each."""
    data: dict[str, Any] = {alias: known for alias, _slot in program.asks}
    data |= {alias: kind.sample for alias, _name, kind in program.reads}
    result, error = _computed(program, data)
    if error:
        return complaints.of_sample(error, program.written)
    if not isinstance(result, bool):
        return Complaint(_("A condition has to be yes or no; this is a value."), 0)
    return None


def _computed(program: _Program, data: dict[str, Any]) -> tuple[Any, str]:
    """→ the result, or why there is none: CEL gives most errors as values."""
    try:
        found = program.expression.eval(data=data)
    except RuntimeError as error:
        return None, str(error)
    result = found.value()
    if isinstance(result, bool):
        return result, ""
    return (None, str(result)) if found.type() == cel.Type.ERROR else (result, "")


def _program(definition: Definition, condition: str) -> _Program:
    programs: dict[str, _Program] = definition.memo.setdefault("programs", {})
    if found := programs.get(condition):
        return found
    env, variables = definition.memo.get("names") or definition.memo.setdefault("names", _environment(definition.known))
    written = aliased(condition, frozenset(definition.known))
    try:
        expression = env.compile(written.source)
    except RuntimeError as error:
        raise complaints.Unreadable(complaints.of_compiler(str(error), written, variables)) from error
    there = [name for name in written.names if name in variables]
    reads = tuple((alias_of(name), name, variables[name]) for name in there if variables[name] is not _HAS)
    asks = tuple((alias_of(name), name.removeprefix("has_")) for name in there if variables[name] is _HAS)
    return programs.setdefault(condition, _Program(expression, reads, asks, written))


_HAS = Kind(cel.Type.BOOL, True)


def _environment(slots: Mapping[str, Slot]) -> tuple[cel.Env, dict[str, Kind]]:
    sound = [name for name in slots if names.sound(name)]
    variables = {f"has_{name}": _HAS for name in sound} | {name: KINDS[slots[name].kind] for name in sound} | _ALWAYS
    return cel.NewEnv(variables={alias_of(name): kind.type for name, kind in variables.items()}), variables


def _seen(name: str, value: Value, kind: Kind, now: Value) -> Any:
    """The value as the condition's types want it."""
    try:
        if kind is TEXT:
            return value if isinstance(value, str) else _text(value)
        if kind is FLAG:
            return value if isinstance(value, bool) else {"true": True, "yes": True, "false": False, "no": False}[str(value)]
        return _moment(value, _zone(now)) if kind is MOMENT else float(cast(float, value))
    except (ValueError, KeyError, TypeError, OverflowError) as error:
        told = _("The value of “%(slot)s” is not of its kind.") % {"slot": name}
        raise Failed(told) from error


def _text(value: Value) -> str:
    if isinstance(value, bool):
        return "true" if value else "false"
    return str(int(value)) if isinstance(value, float) and value.is_integer() else str(value)


def _moment(value: Value, zone: tzinfo) -> datetime:
    if not isinstance(value, str):
        return datetime.fromtimestamp(float(cast(float, value)), UTC)
    found = datetime.fromisoformat(value)  # a day alone is its midnight
    return found if found.tzinfo else found.replace(tzinfo=zone)


def _zone(now: Value) -> tzinfo:
    if isinstance(now, str) and len(now) > 10:
        return datetime.fromisoformat(now).tzinfo or UTC
    return UTC
