"""Amounts of money."""

import re
from datetime import datetime

from django.utils.translation import gettext as _

from apps.flows.definition.definition import Slot
from apps.flows.engine.place import Value
from apps.flows.slots import letters, numerals
from apps.flows.slots.kind import Found, Kind, invalid
from apps.flows.slots.number import figure, outside

_SIGNS = {"CNY": "¥", "USD": "$", "EUR": "€", "GBP": "£", "HKD": "HK$"}
_AMOUNT = rf"(?:{numerals.ARABIC})(?:百万|[千万亿])?(?:\d(?!\d))?(?:k\b)?"
_HAN = rf"{numerals.HAN}{{1,16}}"
_BEFORE = re.compile(rf"(?P<mark>[¥￥$€£]|(?:us|hk)\$|\b(?:rmb|cny|usd|eur|gbp|hkd|jpy)\b|人民币) ?(?P<amount>{_AMOUNT})")
_AFTER = re.compile(
    rf"(?<![\d.])(?P<amount>{_AMOUNT}|{_HAN}|\b{numerals.ENGLISH}|\ba (?=buck|dollar|pound)) ?(?P<mark>(?:rmb"
    rf"|cny|usd|eur|gbp|hkd|jpy|yuan"
    rf"|kuai|dollars?|bucks?|euros?|pounds?|quid|yen)\b|美元|美金|欧元|英镑|港币|港元|日元|人民币|元|块钱?|[¥￥$€£]|刀(?!具|片))"
    rf"(?:(?P<tenth>[\d一二三四五六七八九])(?:[毛角](?P<cent>[\d一二三四五六七八九])?分?|(?![\d个十百千万]))|(?P<half>半))?"
)


class Money(Kind):
    """The amount alone, in whatever currency: that is the slot's own setting."""

    name = "money"
    rank = 4

    def read(self, slot: Slot, text: str, language: str, now: datetime) -> list[Found]:
        plain = letters.plain(text)
        found: list[Found] = []
        for match in sorted([*_BEFORE.finditer(plain), *_AFTER.finditer(plain)], key=lambda one: (one.start(), -one.end())):
            amount = _amount(match)
            if amount is not None and not (found and match.start() < found[-1].end):
                found.append(Found(amount, match.start(), match.end()))
        if not found:
            found = [Found(each.amount, each.start, each.end, sure=False) for each in numerals.numbers(plain)]
        return found

    def fits(self, slot: Slot, value: Value, now: datetime | None = None) -> str:
        if isinstance(value, bool) or not isinstance(value, int | float):
            return invalid(slot)
        return invalid(slot, _("An amount of money is not less than nothing.")) if value < 0 else outside(slot, value)

    def shown(self, slot: Slot, value: Value, language: str) -> str:
        said = figure(value, language, 2)
        code = slot.currency.upper()
        if code in _SIGNS:
            return f"{_SIGNS[code]}{said}"
        return f"{said} {code}".strip()


def _amount(match: re.Match[str]) -> float | int | None:
    said = match["amount"].strip()
    amount = 1 if said == "a" else numerals.number(said)
    groups = match.groupdict()
    if amount is None:
        return None
    if groups.get("half"):
        amount += 0.5
    for name, size in (("tenth", 10), ("cent", 100)):
        if groups.get(name):
            amount += (numerals.number(groups[name]) or 0) / size
    return int(amount) if amount == int(amount) else round(amount, 4)


def marked(text: str) -> list[tuple[int, int]]:
    """Where amounts with a currency stand in a text as of `letters.plain`."""
    return [match.span() for pattern in (_BEFORE, _AFTER) for match in pattern.finditer(text)]
