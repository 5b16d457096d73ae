"""The example dialogues of a flow, made of data that has the right shape."""

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from apps.flows.definition.actions import Value
from apps.flows.definition.definition import Dialogue, Expected, Slot, Turn

Slots = Mapping[str, Slot]


def dialogue(at: int, facts: Mapping[str, Any], slots: Slots) -> Dialogue:
    said = [_turn(each, slots) for each in several(facts["say"])]
    said[-1] = replace(said[-1], expected=_expected(facts["expect"], slots))
    return Dialogue(
        turns=tuple(said),
        name=facts.get("name", ""),
        answers={name: several(given) for name, given in facts.get("answers", {}).items()},
        approvals={name: _decided(name, answers, slots) for name, answers in facts.get("approvals", {}).items()},
        now=facts.get("now", ""),
        at=at,
    )


def valued(values: Mapping[str, Value], slots: Slots) -> Mapping[str, Value]:
    """With yes and no as what they are to the slots that hold such."""
    words = {"yes": True, "no": False}
    flags = {name for name, slot in slots.items() if slot.kind == "yes_no"}
    return {name: words.get(str(value), value) if name in flags else value for name, value in values.items()}


def _decided(slot: str, answers: Any, slots: Slots) -> tuple[Value, ...]:
    return tuple(valued({slot: each}, slots)[slot] for each in several(answers))


def several(written: Any) -> tuple[Any, ...]:
    """One thing may stand without a list."""
    return tuple(written) if isinstance(written, list) else (written,)


def _turn(written: str | Mapping[str, Any], slots: Slots) -> Turn:
    if isinstance(written, str):
        return Turn(written)
    form = valued(written["form"], slots) if "form" in written else None
    told = written.get("say") or ", ".join(map(str, written.get("form", {}).values()))
    return Turn(told, _expected(written.get("expect", {}), slots), form)


def _expected(facts: Mapping[str, Any], slots: Slots) -> Expected:
    ended = facts.get("ended", "")
    return Expected(
        ended=("yes" if ended else "no") if isinstance(ended, bool) else ended,
        state=facts.get("state", ""),
        slots=valued(facts.get("slots", {}), slots),
        contains=several(facts.get("text", [])),
    )
