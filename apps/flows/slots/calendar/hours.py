"""Times of day in English and in digits: 3pm, 15:30, half past three, 7 in the evening, noon, in two hours."""

import re
from dataclasses import replace
from datetime import datetime, timedelta

from apps.flows.slots import numerals
from apps.flows.slots.calendar.days import Hour
from apps.flows.slots.calendar.rules import Rules

_SMALL = "one|two|three|four|five|six|seven|eight|nine|ten|eleven|twelve"
_MINUTES = rf"(?:(?:twenty|thirty|forty|fifty)(?:[- ](?:{_SMALL}))?|o[ '](?:{_SMALL})|oh (?:{_SMALL})|ten|fifteen|five|[0-5]\d)"
_HALF = r"(?: ?(?P<half>a\.? ?m\b\.?|p\.? ?m\b\.?))"
_SURE = r"(?: ?(?P<half>a\.? ?m\b\.?|p\.? ?m\b\.?|o'? ?clock\b))"
_PART = r"(?:,? (?:in the |on the |at )?(?P<part>morning|afternoon|evening|night)\b)"
# Before an hour without am or pm.
_AT = r"(?:at|around|about|by|from|until|till?|before|after|between)"
# After a number that is no hour.
_COUNTED = (
    r"(?! ?(?:st|nd|rd|th|%|km|kg|days?|weeks?|months?|years?|people|persons?|ppl|pax|guests?|of us|adults?"
    r"|kids?|children|items?|pieces?"
    r"|hours?|hrs?|minutes?|mins?|usd|dollars?|euros?|yuan|rmb|pounds?|times?|friends?|other|others|tables?"
    r"|seats?|-?[a-z]* street|st)\b)"
)
hours: Rules[Hour] = Rules()


@hours.rule(
    rf"\b(?P<minutes>half|(?:a )?quarter|\d{{1,2}}|five|ten|twenty|twenty[- ]five)(?: minutes?"
    rf"| mins?)? (?P<way>past|to|till|before|after)"
    rf" (?P<hour>\d{{1,2}}|{_SMALL}|noon|midnight)\b{_HALF}?{_PART}?"
)
def _past(match: re.Match[str], now: datetime) -> Hour | None:
    said = match["minutes"]
    minutes = 30 if said == "half" else 15 if said.endswith("quarter") else _number(said)
    hour = {"noon": 12, "midnight": 24}.get(match["hour"]) or _number(match["hour"])
    counted = said.isdigit() and (minutes < 5 or match.string[: match.start()].endswith(("from ", "between ")))
    if minutes > 59 or hour > 24 or counted:  # from 2 to 4
        return None
    if match["way"] in ("to", "till", "before"):
        hour, minutes = (hour or 24) - 1, 60 - minutes
    return _hour(match, hour, minutes)


@hours.rule(rf"(?<![\d.:/$£€¥-])\b(?P<hour>[01]?\d|2[0-4])(?P<mark>[:.h])(?P<minute>[0-5]\d)(?![\d:/-]|\.\d|%){_HALF}?{_PART}?")
def _digital(match: re.Match[str], now: datetime) -> Hour | None:
    if match["mark"] != ":" and not (match["half"] or match["part"] or _led(match)):
        return None
    return _hour(match, int(match["hour"]), int(match["minute"]))


@hours.rule(rf"(?<![\d.:/$£€¥-])\b(?P<hour>\d{{1,2}}|{_SMALL})(?:[ :.]?(?P<minute>{_MINUTES}))?{_SURE}{_PART}?")
@hours.rule(rf"(?<![\d.:/$£€¥-])\b(?P<hour>\d{{1,2}}|{_SMALL})(?: (?P<minute>{_MINUTES}))?{_PART}")
def _with_half(match: re.Match[str], now: datetime) -> Hour | None:
    return _hour(match, _number(match["hour"]), _number(match["minute"] or "0"))


@hours.rule(
    rf"(?:\b{_AT}|@|\b(?:from|between) [\d:.a-z]{{1,8}}(?: [ap]m)? (?:to|and|until|till))"
    rf" ?(?P<hour>\d{{1,2}}|{_SMALL})(?: ?ish)?\b"
    rf"(?: (?P<minute>{_MINUTES})\b)?(?![:/.,-]?\d){_COUNTED}"
)
def _after_at(match: re.Match[str], now: datetime) -> Hour | None:
    hour = _hour(match, _number(match["hour"]), _number(match["minute"] or "0"))
    return replace(hour, start=match.start("hour")) if hour else None


@hours.rule(rf"\bhalf (?P<hour>{_SMALL}|\d{{1,2}}){_HALF}?{_PART}?")
def _half_nine(match: re.Match[str], now: datetime) -> Hour | None:
    return _hour(match, _number(match["hour"]), 30)


@hours.rule(r"(?<![\d.:/-])\b(?P<hour>1[3-9]|2[0-3]) ?h(?:rs?)?\b")
def _by_24(match: re.Match[str], now: datetime) -> Hour | None:
    return _hour(match, int(match["hour"]), 0)


@hours.rule(r"\b(?P<named>noon|mid-?day|midnight|lunch ?time)\b")
def _named(match: re.Match[str], now: datetime) -> Hour | None:
    return Hour(*match.span(), 0 if match["named"] == "midnight" else 12, exact=True)


@hours.rule(r"\b(?:in the |early |late |this |early in the )?(?P<part>morning|afternoon|evening|night)\b")
def _part(match: re.Match[str], now: datetime) -> Hour | None:
    return Hour(*match.span(), part=match["part"])


@hours.rule(
    rf"\bin (?P<count>\d{{1,3}}|an?|half an|{_SMALL}|a couple of|thirty|twenty|fifteen) (?P<unit>hours?|hrs?"
    rf"|minutes?|mins?)(?:'? time)?\b"
)
@hours.rule(
    rf"\b(?P<count>\d{{1,3}}|an?|half an|{_SMALL}|a couple of|thirty|twenty|fifteen) (?P<unit>hours?|hrs?"
    rf"|minutes?|mins?) (?P<way>ago|from now|later)\b"
)
def _counted(match: re.Match[str], now: datetime) -> Hour | None:
    count = {"a": 1.0, "an": 1.0, "half an": 0.5, "a couple of": 2.0}.get(match["count"]) or float(_number(match["count"]))
    minutes = count * (60 if match["unit"].startswith("h") else 1) * (-1 if match.groupdict().get("way") == "ago" else 1)
    return Hour(*match.span(), at=now + timedelta(minutes=minutes))


@hours.rule(r"\b(?:right now|now|asap|as soon as possible|immediately)\b")
def _now(match: re.Match[str], now: datetime) -> Hour | None:
    return Hour(*match.span(), at=now, loose=True) if match[0] != "now" or _ends(match) else None


def _ends(match: re.Match[str]) -> bool:
    """“now” is a time at the end of what is said, and a mere word at its beginning."""
    return not match.string[match.end() :].strip(" .,!?")


def _led(match: re.Match[str]) -> bool:
    return bool(re.search(rf"\b{_AT} ?$", match.string[max(0, match.start() - 9) : match.start()]))


def _hour(match: re.Match[str], hour: int, minute: int) -> Hour | None:
    half = (match.groupdict().get("half") or "")[:1]
    part = {"a": "morning", "p": "afternoon"}.get(half) or match.groupdict().get("part") or ""
    if hour > 24 or minute > 59 or (half in ("a", "p") and hour > 12 and half == "a"):
        return None
    if half == "a":
        return Hour(*match.span(), hour % 12, minute, "morning", exact=True)
    two = match.groupdict().get("mark") and len(match["hour"]) == 2 and match["hour"].startswith("0")
    return Hour(*match.span(), hour, minute, part, exact=hour > 12 or bool(two and not part))


def _number(word: str) -> int:
    word = re.sub(r"^(?:o[ ']|oh )", "", word)
    number = numerals.number(word)
    return int(number) if number is not None else 0
