"""The form by which several slots are asked for at once."""

from apps.conversations.wire.form import Field, Form, Option
from apps.flows.definition.definition import Definition, Slot
from apps.flows.engine.step import Asked


def form_of(definition: Definition, asked: Asked, id: str) -> Form | None:
    """None for a single slot, which is asked for in words."""
    slots = [definition.slots.get(name) or Slot(name) for name in asked.slots]
    return Form(id, [_field(slot) for slot in slots]) if len(slots) > 1 else None


def _field(slot: Slot) -> Field:
    return Field(
        slot.name,
        slot.shown,
        slot.kind,
        [Option(choice.shown, choice.value) for choice in slot.choices],
        required=slot.required,
        example=slot.example,
        sensitive=slot.sensitive,
    )
