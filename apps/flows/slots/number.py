"""Numbers: how many, how much, how far."""

from datetime import datetime

from django.utils import formats, translation
from django.utils.translation import gettext as _

from apps.flows.definition.definition import Slot
from apps.flows.engine.place import Value
from apps.flows.slots import letters, numerals
from apps.flows.slots.kind import Found, Kind, invalid


class Number(Kind):
    """A whole number as int, else as float."""

    name = "number"
    rank = 7

    def read(self, slot: Slot, text: str, language: str, now: datetime) -> list[Found]:
        return [Found(each.amount, each.start, each.end, sure=False) for each in numerals.numbers(letters.plain(text))]

    def fits(self, slot: Slot, value: Value, now: datetime | None = None) -> str:
        if isinstance(value, bool) or not isinstance(value, int | float):
            return invalid(slot)
        return outside(slot, value)

    def shown(self, slot: Slot, value: Value, language: str) -> str:
        return figure(value, language)


def outside(slot: Slot, value: float) -> str:
    """Why an amount is too small or too large; "" when it is neither."""
    if slot.minimum is not None and value < slot.minimum:
        return invalid(slot, _("It has to be at least %(number)s.") % {"number": figure(slot.minimum)})
    if slot.maximum is not None and value > slot.maximum:
        return invalid(slot, _("It can be at most %(number)s.") % {"number": figure(slot.maximum)})
    return ""


def figure(value: Value, language: str = "") -> str:
    """The number as people write it: 12,500."""
    if isinstance(value, bool) or not isinstance(value, int | float):
        return str(value)
    with translation.override(language or translation.get_language()):
        places = None if value == int(value) else len(f"{value:.6f}".rstrip("0").partition(".")[2])
        return formats.number_format(int(value) if places is None else value, places, use_l10n=True, force_grouping=True)
