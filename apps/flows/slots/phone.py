"""Phone numbers, by Google's rules of every country."""

from collections.abc import Sequence
from datetime import datetime

import phonenumbers
import re2
from django.utils.translation import gettext as _
from phonenumbers import NumberParseException, PhoneNumber, PhoneNumberFormat

from apps.flows.definition.definition import Slot
from apps.flows.engine.place import Value
from apps.flows.slots import letters
from apps.flows.slots.kind import Found, Kind, invalid, masked

_LIKE = re2.compile(r"[+(]{0,2}\d(?:[\d() \t./-]{0,3}\d){4,17}(?: ?(?:ext|x|转)\.? ?\d{1,5})?")
_MOBILE = re2.compile(r"1[3-9]\d[ -]?\d{4}[ -]?\d{4}")  # in China, and nowhere else grouped like this
_DATE = re2.compile(r"(?:19|20)\d\d[-/.]\d{1,2}[-/.]\d{1,2}.*")


class Phone(Kind):
    """The number as it is dialled in the slot's country, digits alone; with + and the country's code where it is another's.

    Without a country of the slot's own, a number that says none is China's where the conversation is in Chinese or where it is
    grouped as mobile numbers are there, else North America's or Britain's.
    """

    name = "phone"
    rank = 1

    def read(self, slot: Slot, text: str, language: str, now: datetime) -> list[Found]:
        said = letters.digits(letters.exact(text))
        found = []
        for match in _LIKE.finditer(said):
            alone = not (_sticks(said, match.start() - 1) or _sticks(said, match.end()))
            if alone and not _DATE.fullmatch(match[0]):
                found.append(Found(_value(match[0], slot, language), match.start(), match.end()))
        return found

    def fits(self, slot: Slot, value: Value, now: datetime | None = None) -> str:
        said = str(value)
        if any(_parsed(said, region) for region in _regions(slot, said, "")):
            return ""
        return invalid(slot, _("That is no phone number that can be called."))

    def shown(self, slot: Slot, value: Value, language: str) -> str:
        said = str(value)
        for region in _regions(slot, said, language):
            if number := _parsed(said, region):
                abroad = said.startswith("+")
                return phonenumbers.format_number(
                    number, PhoneNumberFormat.INTERNATIONAL if abroad else PhoneNumberFormat.NATIONAL
                )
        return said

    def masked(self, slot: Slot, value: Value) -> str:
        return masked(str(value))


def _sticks(text: str, at: int) -> bool:
    """A letter or a digit of a longer code."""
    return 0 <= at < len(text) and text[at].isascii() and text[at].isalnum()


def _regions(slot: Slot, said: str, language: str) -> Sequence[str]:
    if slot.region:
        return (slot.region.upper(),)
    if language.startswith("zh") or _MOBILE.fullmatch(said):
        return ("CN", "US", "GB")
    return ("US", "GB", "CN")


def _parsed(said: str, region: str) -> PhoneNumber | None:
    try:
        number = phonenumbers.parse(said, region)
    except NumberParseException:
        return None
    return number if phonenumbers.is_valid_number(number) else None


def _value(said: str, slot: Slot, language: str) -> str:
    """The number as it is stored: as it was said where it tells no country, else as the slot's own country dials it."""
    digits = "".join(char for char in said if char.isdigit())
    if not said.lstrip("(").startswith("+"):
        return digits
    number = _parsed(f"+{digits}", "ZZ")
    home = _regions(slot, "", language)[0]
    if not number or phonenumbers.region_code_for_number(number) != home:
        return f"+{digits}"
    national = phonenumbers.format_number(number, PhoneNumberFormat.NATIONAL)
    return "".join(char for char in national if char.isdigit())
