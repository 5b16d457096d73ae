"""A kind of slot: what it finds in what a customer says, which values do, and how they are shown to people."""

from dataclasses import dataclass
from datetime import datetime
from typing import ClassVar

from django.utils import timezone
from django.utils.translation import gettext as _

from apps.flows.definition.definition import Slot
from apps.flows.engine.place import Value

HIDDEN = "•"


@dataclass(frozen=True)
class Found:
    """A value that stands in a text, from `start` to before `end` (code points). Where it is not `sure`, the words may as well
    mean something else, so that they fill a slot only where it was asked for, or where its own words stand beside them."""

    value: Value
    start: int
    end: int
    sure: bool = True


class Kind:
    """One kind of slot. `rank`: where two kinds read the same words, the lower one is believed."""

    name: ClassVar[str]
    rank: ClassVar[int] = 5

    def read(self, slot: Slot, text: str, language: str, now: datetime) -> list[Found]:
        """Every value of this kind in the text, in order, also those that do not do (see `fits`)."""
        raise NotImplementedError

    def fits(self, slot: Slot, value: Value, now: datetime | None = None) -> str:
        """Why a value does not do, as one sentence in the language that is active; "" when it does. The slot's `check`, which
        may speak of other slots, is the engine's."""
        return "" if isinstance(value, str) and value.strip() else invalid(slot)

    def shown(self, slot: Slot, value: Value, language: str) -> str:
        """The value as it is said to people."""
        return str(value)

    def masked(self, slot: Slot, value: Value) -> str:
        """The value of a sensitive slot as people see it."""
        return masked(str(value))


def invalid(slot: Slot, reason: str = "") -> str:
    """The sentence of the slot's author, else the reason, else that the value does not do; with an example if there is one."""
    if slot.invalid:
        return slot.invalid
    told = reason or _("I can't use that as %(label)s.") % {"label": slot.shown}
    if not slot.example:
        return told
    return _("%(reason)s For example: %(example)s") % {"reason": told, "example": slot.example}


def masked(text: str, ends: int = 4) -> str:
    """A text of which people see the end alone: at most a third of it."""
    kept = min(ends, len(text) // 3)
    return HIDDEN * min(len(text) - kept, 8) + (text[-kept:] if kept else "")


def clock(now: datetime | None) -> datetime:
    """The moment that was given, else this one, where the tenant is."""
    return now or timezone.localtime()
