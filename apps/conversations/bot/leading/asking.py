"""A flow's question to a colleague, with all that they see of it."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

from apps.flows.definition import templates
from apps.flows.definition.actions import Approve
from apps.flows.definition.definition import Definition, Slot
from apps.flows.engine.place import Place
from apps.flows.engine.step import Approval


@dataclass(frozen=True)
class Asking:
    """`key`, `run`, `state`, `slot`, `team`, `facts`: as of `models.Decision`. `due`: POSIX seconds until which it waits."""

    key: str
    run: str
    state: str
    slot: str
    due: float
    team: str = ""
    facts: Mapping[str, Any] = field(default_factory=dict)


def asking(definition: Definition, place: Place, asked: Approval) -> Asking:
    slot = definition.known.get(asked.slot) or Slot(asked.slot)
    state = definition.states[place.state]
    facts = {
        "question": asked.question,
        "flow": definition.shown,
        "state": state.shown,
        "label": slot.label,
        "kind": slot.kind,
        "choices": [{"value": choice.value, "label": choice.label} for choice in slot.offered(asked.choices)],
        "fields": list(_fields(definition, place)),
    }
    return Asking(asked.key, place.run, place.state, asked.slot, place.due, asked.team, facts)


def _fields(definition: Definition, place: Place) -> Iterator[dict[str, Any]]:
    """Everything that the flow knows but what colleagues have answered."""
    answers = {action.slot for state in definition.states.values() for action in state.actions if isinstance(action, Approve)}
    for name, slot in definition.known.items():
        if place.knows(name) and name not in answers:
            shown = templates.shown(slot, place.slots[name], definition.language)
            yield {"name": name, "label": slot.shown, "shown": shown, "sensitive": slot.hides(place.slots[name])}
