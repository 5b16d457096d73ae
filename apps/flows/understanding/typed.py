"""A slot's value as somebody of the team types it: read as a customer's answer is, and held to the same."""

from collections.abc import Mapping
from datetime import datetime

from django.utils.translation import gettext as _

from apps.flows.definition import conditions
from apps.flows.definition.definition import Choice, Definition, Slot
from apps.flows.engine.place import Value
from apps.flows.engine.step import Approval
from apps.flows.slots import kinds
from apps.flows.slots.kind import invalid


def read(definition: Definition, slot: Slot, text: str, known: Mapping[str, Value], now: datetime) -> tuple[Value, str]:
    """→ (value, why it does not do), in the language of the moment. `known`: the flow's other slots. An empty text is None."""
    if not text.strip():
        return None, ""
    if slot.kind == "file":
        return None, _("A file can only come from the customer.")
    kind = kinds[slot.kind]
    found = kind.read(slot, text, definition.language, now)
    value = found[0].value if found else text.strip()
    return value, kind.fits(slot, value, now) or _checked(definition, slot, {**known, slot.name: value}, now)


def answered(
    definition: Definition, asked: Approval, text: str, known: Mapping[str, Value], now: datetime
) -> tuple[Value, str]:
    """The answer of a colleague who was asked, typed or chosen, as of `read`; nothing typed is no answer, an empty text."""
    slot = definition.known.get(asked.slot) or Slot(asked.slot)
    said = text.strip()
    if not said:
        return "", ""
    choices = slot.offered(asked.choices)
    for choice in choices:
        if said.casefold() in (choice.value.casefold(), choice.label.casefold(), labelled(choice).casefold()):
            return (choice.value == "yes" if slot.kind == "yes_no" else choice.value), ""
    if choices:
        return None, _("Choose one of the answers that are offered.")
    return read(definition, slot, said, known, now)


def labelled(choice: Choice) -> str:
    """A colleague's choice in the language of the moment."""
    return choice.label or {"yes": _("Yes"), "no": _("No")}[choice.value]


def _checked(definition: Definition, slot: Slot, values: Mapping[str, Value], now: datetime) -> str:
    """A check that cannot be computed does not hold."""
    try:
        told = {**values, "language": definition.language, "now": now.isoformat()}
        holds = not slot.check or conditions.holds(definition, slot.check, told)
    except conditions.Failed:
        holds = False
    return "" if holds else invalid(slot)
