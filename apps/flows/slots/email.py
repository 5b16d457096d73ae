"""E-mail addresses."""

from datetime import datetime

import re2
from django.utils.translation import gettext as _

from apps.flows.definition.definition import Slot
from apps.flows.engine.place import Value
from apps.flows.slots import letters
from apps.flows.slots.kind import HIDDEN, Found, Kind, invalid, masked

_LIKE = re2.compile(r"[A-Za-z0-9.!#$%&'*+/=?^_`{|}~-]+@[A-Za-z0-9._-]*")
_WHOLE = re2.compile(
    r"[A-Za-z0-9!#$%&'*+/=?^_`{|}~-]+(?:\.[A-Za-z0-9!#$%&'*+/=?^_`{"
    r"|}~-]+)*@(?:[A-Za-z0-9](?:[A-Za-z0-9-]*[A-Za-z0-9])?\.)+[A-Za-z]{2,24}"
)
_AT_END = ".,;:!?'-_"


class Email(Kind):
    """The address as it was said, the part after the @ in lower case."""

    name = "email"
    rank = 0

    def read(self, slot: Slot, text: str, language: str, now: datetime) -> list[Found]:
        found = []
        for match in _LIKE.finditer(letters.exact(text)):
            value = match[0].rstrip(_AT_END)
            lead = len(value) - len(value.lstrip("'.!?"))
            local, _at, domain = value[lead:].rpartition("@")
            found.append(Found(f"{local}@{domain.lower()}", match.start() + lead, match.start() + len(value)))
        return [each for each in found if each.start < each.end]

    def fits(self, slot: Slot, value: Value, now: datetime | None = None) -> str:
        said = str(value)
        if len(said) <= 254 and _WHOLE.fullmatch(said):
            return ""
        return invalid(slot, _("That is no whole e-mail address."))

    def masked(self, slot: Slot, value: Value) -> str:
        """A value that is none, from a company's own system, is masked as any other."""
        local, at, domain = str(value).rpartition("@")
        if not at:
            return masked(domain)
        return f"{local[:1]}{HIDDEN * 4}@{domain}"
