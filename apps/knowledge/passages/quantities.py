"""Quantities: numbers with units (30 days, $50, 65 升), to tell what a question takes for granted from what a text says."""

import re
import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass

_WORDS = ("one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten", "eleven", "twelve")
_ENGLISH = {word: number for number, word in enumerate(_WORDS, 1)} | {"a": 1, "an": 1, "thirty": 30, "sixty": 60, "ninety": 90}
_DIGITS_ZH = {"一": 1, "二": 2, "两": 2, "三": 3, "四": 4, "五": 5, "六": 6, "七": 7, "八": 8, "九": 9}
_UNITS = {
    "minute": r"minutes?\b|mins?\b|分钟",
    "hour": r"hours?\b|hrs?\b|个?小时",
    "day": r"(?:business |working )?days?\b|个?工作日|天",
    "week": r"weeks?\b|个?(?:周|星期|礼拜)",
    "month": r"months?\b|个月",
    "year": r"years?\b|年",
    "money": r"dollars?\b|bucks\b|usd\b|元|块",
    "percent": "%|percent",
    "pound": r"lbs?\b|pounds?\b",
    "kilogram": r"kgs?\b|kilos?\b|公斤|千克",
    "gram": r"g\b|grams?\b|克",
    "liter": r"l\b|lit(?:er|re)s?\b|升",
    "millimeter": r"mm\b|毫米",
    "centimeter": r"cm\b|厘米",
    "meter": r"m\b|met(?:er|re)s?\b|米",
    "inch": r"inch(?:es)?\b|英寸|寸",
    "foot": r"ft\b|feet\b|foot\b",
}
_ANY_UNIT = "|".join(f"(?P<{name}>{spelt})" for name, spelt in _UNITS.items())
_DIGITS = r"\d[\d,]{0,7}(?:\.\d{1,2})?"
_NUMBER = rf"{_DIGITS}|[一二两三四五六七八九]?十[一二三四五六七八九]?|[一二两三四五六七八九]|\b(?:{'|'.join(_ENGLISH)})\b"
_WITH_UNIT = re.compile(rf"(?P<low>{_NUMBER})(?: ?(?:[–~-]|to|到|至) ?(?P<high>{_NUMBER}))?[ -]?(?:{_ANY_UNIT})")
_MONEY = re.compile(rf"[$€£¥] ?(?P<low>{_DIGITS})(?: ?[–~-] ?[$€£¥]?(?P<high>{_DIGITS}))?")
_DATE = 1900.0  # a year from here on is a date


@dataclass(frozen=True)
class Quantity:
    """From `low` to `high`, which are the same for most."""

    low: float
    high: float
    unit: str


def of(text: str) -> set[Quantity]:
    return set(_found(unicodedata.normalize("NFKC", text)[: 2 * len(text) + 100].lower().replace("*", "")))


def contradicts(question: str, text: str) -> bool:
    """Whether a question names a number of some unit, and a text numbers of this unit, but never that one."""
    asked = of(question)
    held = of(text) if asked else set()
    for one in asked:
        others = [other for other in held if other.unit == one.unit]
        if others and not any(other.low <= one.low <= other.high or one == other for other in others):
            return True
    return False


def _found(plain: str) -> Iterator[Quantity]:
    for match in _MONEY.finditer(plain):
        yield _quantity(match, "money")
    for match in _WITH_UNIT.finditer(plain):
        unit = next(name for name in _UNITS if match[name])
        found = _quantity(match, unit)
        if unit != "year" or found.low < _DATE:
            yield found


def _quantity(match: re.Match[str], unit: str) -> Quantity:
    low = _value(match["low"])
    return Quantity(low, _value(match["high"]) if match["high"] else low, unit)


def _value(spelt: str) -> float:
    """15, 1,500, 十五, fifteen as far as people write it in letters."""
    if spelt[0].isdecimal():
        return float(spelt.replace(",", ""))
    if spelt in _ENGLISH:
        return float(_ENGLISH[spelt])
    tens, ten, ones = spelt.partition("十")
    if not ten:
        return float(_DIGITS_ZH[spelt])
    return 10.0 * _DIGITS_ZH.get(tens, 1) + _DIGITS_ZH.get(ones, 0)
