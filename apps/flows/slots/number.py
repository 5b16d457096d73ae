"""Numbers: how many, how much, how far."""

import math
import re
from datetime import datetime

from django.utils import formats, translation
from django.utils.translation import gettext as _

from apps.flows.definition.definition import Slot
from apps.flows.engine.place import Value
from apps.flows.slots import letters, numerals
from apps.flows.slots.kind import Found, Kind, invalid

_PEOPLE = re.compile(
    r"(?P<noun> ?(?:adults?|grown-?ups?|people|persons?|ppl|pax|guests|diners?|kids?|children|child|bab(?:y|ies)|toddlers?"
    r"|infants?|friends?|seniors?|men|women|girls?|boys?)\b|[个名位]?(?:大人|成人|小孩|孩子|儿童|老人|宝宝|婴儿)|个人"
    r"|[大小位人])| of us\b"
)
_AND = re.compile(r"\s?(?:,|and|&|with|plus|、|和|加|跟)?\s?(?:and )?")
_ONE_MORE = re.compile(rf"{_AND.pattern}an? (?:child|kid|baby|infant|toddler|adult|friend|senior)\b")
_SOME = re.compile(r"adult|kid|m[ae]n|child|bab|senior|infant|大人|成人|小孩|儿童|孩|老人")


class Number(Kind):
    """A whole number as int, else as float. Two adults and a child are three, unless the slot counts one sort of people."""

    name = "number"
    rank = 7

    def read(self, slot: Slot, text: str, language: str, now: datetime) -> list[Found]:
        plain = letters.plain(text)
        found: list[Found] = []
        counted, total = False, 0.0  # whether the last number was of people, and how many they are by now
        apart = bool(_SOME.search(f"{slot.name} {slot.label}".lower()))
        for each in numerals.numbers(plain):
            people = _PEOPLE.match(plain, each.end)
            end = people.end() if people and people["noun"] else each.end
            before = found[-1] if found else None
            if before and counted and people and not apart and _AND.fullmatch(plain, before.end, each.start):
                found[-1] = Found(total + each.amount, before.start, end, sure=False)
                total += each.amount
            else:
                found.append(Found(each.amount, each.start, end, sure=False))
                total = each.amount
            counted = bool(people)
            if counted and not apart and (more := _ONE_MORE.match(plain, end)):
                total += 1
                found[-1] = Found(total, found[-1].start, more.end(), sure=False)
        return found

    def fits(self, slot: Slot, value: Value, now: datetime | None = None) -> str:
        if isinstance(value, bool) or not isinstance(value, int | float):
            return invalid(slot)
        return outside(slot, value)

    def shown(self, slot: Slot, value: Value, language: str) -> str:
        return figure(value, language)


def outside(slot: Slot, value: float) -> str:
    """Why an amount is too small or too large; "" when it is neither. What is no finite fraction is no amount."""
    if not isfinite(value):
        return invalid(slot)
    if slot.minimum is not None and value < slot.minimum:
        return invalid(slot, _("It has to be at least %(number)s.") % {"number": figure(slot.minimum)})
    if slot.maximum is not None and value > slot.maximum:
        return invalid(slot, _("It can be at most %(number)s.") % {"number": figure(slot.maximum)})
    return ""


def isfinite(value: float) -> bool:
    """Also of whole numbers, which have no end in Python but one in every other place."""
    try:
        return math.isfinite(value)
    except OverflowError:
        return False


def figure(value: Value, language: str = "", least: int = 0) -> str:
    """The number as people write it: 12,500. `least`: decimals of one that is not whole."""
    if isinstance(value, bool) or not isinstance(value, int | float):
        return str(value)
    with translation.override(language or translation.get_language()):
        places = None if value == int(value) else max(least, len(f"{value:.6f}".rstrip("0").partition(".")[2]))
        return formats.number_format(int(value) if places is None else value, places, use_l10n=True, force_grouping=True)
