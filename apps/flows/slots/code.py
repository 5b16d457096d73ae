"""Ids: numbers of orders, parcels and customers, by the slot's pattern."""

import re
from datetime import datetime
from functools import lru_cache
from itertools import chain, islice
from typing import Any

import re2
from django.utils.translation import gettext as _

from apps.flows.definition.definition import Slot
from apps.flows.engine.place import Value
from apps.flows.slots import letters
from apps.flows.slots.kind import Found, Kind, invalid

LONGEST = 64  # characters of an id
MOST = 100  # ids that are looked at in a text
# What looks like an id: letters and digits with a digit among them; digits in groups.
_TOKEN = re.compile(r"(?<![A-Za-z0-9_@.-])(?=[A-Za-z_-]{0,12}\d)[A-Za-z0-9][A-Za-z0-9_-]{1,63}(?![A-Za-z0-9_@])")
_ALONE = re.compile(r"[A-Z][A-Z-]{2,20}")  # an answer in capitals alone
_GROUPS = re.compile(r"(?<![A-Za-z0-9_-])[A-Za-z]{0,4}\d{1,8}(?:[ -]\d{2,8}){1,7}(?![A-Za-z0-9_])")
_PART = re.compile(
    r"(?P<set>\\d|\[0-9\]|\[A-Z\]|\[a-z\]|\[A-Za-z\]|\[a-zA-Z\]|\[A-Z0-9\]|\[A-Za-z0-9\]|\[a-zA-Z0-9\]|\\w"
    r"|[A-Za-z0-9_-])(?:\{(?P<least>\d{1,3})(?:,(?P<most>\d{0,3}))?\}|(?P<sign>[+?*]))?"
)


class Id(Kind):
    """The id as the pattern has it: its capitals, without the gaps that people make."""

    name = "id"
    rank = 6

    def read(self, slot: Slot, text: str, language: str, now: datetime) -> list[Found]:
        said = letters.digits(letters.exact(text))
        pattern = compiled(slot.pattern)
        found = _matches(pattern, said) if pattern else []
        for match in islice(chain(_GROUPS.finditer(said), _TOKEN.finditer(said)), MOST):
            if not any(match.start() < each.end and each.start < match.end() for each in found):
                found += _like(pattern, match)
        if not found and _ALONE.fullmatch(said.strip()):
            found = [Found(said.strip(), len(said) - len(said.lstrip()), len(said.rstrip()), sure=False)]
        return sorted(found, key=lambda each: each.start)

    def fits(self, slot: Slot, value: Value, now: datetime | None = None) -> str:
        pattern = compiled(slot.pattern)
        if isinstance(value, str) and value and (pattern is None or pattern.fullmatch(value)):
            return ""
        return invalid(slot, reason(slot))


@lru_cache(maxsize=512)
def compiled(pattern: str) -> Any:
    """The RE2 of a slot, None for none and for one that is no RE2."""
    options = re2.Options()
    options.log_errors = False
    options.max_mem = 1 << 20
    try:
        return re2.compile(pattern, options) if pattern else None
    except re2.error:
        return None


def _matches(pattern: Any, said: str) -> list[Found]:
    return [
        Found(match[0], match.start(), match.end())
        for match in islice(pattern.finditer(said), MOST)
        if match.end() - match.start() >= 2 and not (_sticks(said, match.start(), -1) or _sticks(said, match.end() - 1, 1))
    ]


def _sticks(text: str, at: int, way: int) -> bool:
    """The character there is part of a longer code."""
    beside = text[at + way] if 0 <= at + way < len(text) else ""
    return text[at].isascii() and text[at].isalnum() and beside.isascii() and (beside.isalnum() or beside in ("_", "@"))


def _like(pattern: Any, match: re.Match[str]) -> list[Found]:
    """A text that looks like an id, in the writing that the pattern wants. Groups of digits are one id together only
    where the pattern says so."""
    said = match[0]
    if pattern:
        close = re.sub("[ -]", "", said)
        for value in (said, said.upper(), said.lower(), close, close.upper()):
            if pattern.fullmatch(value):
                return [Found(value, match.start(), match.end())]
    if " " in said or (not pattern and len(said) < 4 and said != match.string.strip()):
        return []
    return [Found(said, match.start(), match.end(), sure=False)]


def reason(slot: Slot) -> str:
    """The pattern in words, as far as it can be said in a sentence."""
    parts = _parts(slot.pattern)
    if not parts:
        return ""
    if len(parts) == 1 and parts[0][0] in (r"\d", "[0-9]"):
        _set, least, most = parts[0]
        told = {"label": slot.shown, "least": least, "most": most}
        if most == least:
            return _("The %(label)s has %(least)d digits.") % told
        if most:
            return _("The %(label)s has %(least)d to %(most)d digits.") % told
        return _("The %(label)s has at least %(least)d digits.") % told
    if slot.example:
        return ""
    return _("The %(label)s is written like %(example)s.") % {"label": slot.shown, "example": _example(parts)}


def _parts(pattern: str) -> list[tuple[str, int, int]]:
    """(characters, at least, at most) of a pattern that is a plain row of them; none for any other. 0 at most: without end."""
    inner = pattern.removeprefix("^").removesuffix("$")
    parts, at = [], 0
    while at < len(inner):
        match = _PART.match(inner, at)
        if not match:
            return []
        least = {"+": 1, "?": 0, "*": 0}.get(match["sign"] or "", int(match["least"] or 1))
        open_end = match["sign"] in ("+", "*") or (match["least"] and inner[match.end() - 2] == ",")
        most = 0 if open_end else 1 if match["sign"] else int(match["most"] or least)
        parts.append((match["set"], least, most))
        at = match.end()
    return parts


def _example(parts: list[tuple[str, int, int]]) -> str:
    rows = {r"\d": "123456789", "[0-9]": "123456789", "[a-z]": "abcdefgh", r"\w": "A1B2C3D4"}
    told = ""
    for characters, least, _most in parts:
        row = rows.get(characters, "A1B2C3D4" if "0-9" in characters else "ABCDEFGH")
        row = row if len(characters) > 1 else characters
        told += (row * (least // len(row) + 1))[:least]
    return told[:LONGEST]
