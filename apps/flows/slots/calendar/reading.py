"""All days and hours of a text, whichever language says them, and which of them belong together."""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from functools import lru_cache

from apps.flows.slots import letters, numerals
from apps.flows.slots.calendar import chinese, english, numeric
from apps.flows.slots.calendar.days import DAYPARTS, Day, Hour, hour_of, resolved
from apps.flows.slots.calendar.hours import hours as english_hours
from apps.flows.slots.calendar.rules import longest

_HAN = re.compile("[\u3400-\u9fff]")
# What may stand between a day and its hour, and between two hours of a span.
_JOIN = re.compile(r"[\s,.;]{0,3}(?:(?:at|around|about|in|the|on|by|from|of|after|@|的|大约|大概|约|or so)[\s,]{0,2}){0,3}")
_SPAN = re.compile(r"\s*(?:-|–|—|~|到|至|to|and|or|till?|until|或者?|和)\s*")
_BARE = re.compile(
    rf"(?<![\w:/.,-])(?P<number>\d{{1,2}}|{numerals.ENGLISH})(?:[ .](?P<minute>[0-5]\d))?(?:ish)?"
    r"(?![\w:/%-]|[.,]\d| ?(?:people|persons?|ppl|pax|guests?|of us|adults?|kids?|children|items?|orders?|times?|nights?|days?"
    r"|hours?)\b)"
)
_LEAD = re.compile(r"(?:(?:on|at|in(?= the | early | late )) )?(?:(?:the|early|late) ){0,2}")
SHORT = 6  # words of an answer that may name a day or an hour by its number alone


@dataclass(frozen=True)
class Moment:
    """A day with its hour, or one of the two alone."""

    start: int
    end: int
    day: Day | None = None
    hour: Hour | None = None


@lru_cache(maxsize=64)
def read(text: str, now: datetime) -> tuple[tuple[Day, ...], tuple[Hour, ...], tuple[Moment, ...]]:
    """Days, hours, and moments made of both, each in the order of the text."""
    plain, places = _evened(letters.plain(text))
    days = english.days.read(plain, now) + numeric.days.read(plain, now)
    hours = english_hours.read(plain, now)
    if _HAN.search(plain):
        days += chinese.days(plain, now)
        hours += chinese.hours(plain, now)
    both: list[Day | Hour] = [*days, *hours]
    said = [_trimmed(each, plain) for each in longest(both)]
    days = [each for each in said if isinstance(each, Day)]
    told = _spans(plain, _with_parts(plain, [each for each in said if isinstance(each, Hour)]))
    moments = [_placed(each, places) for each in _paired(plain, days, told)]
    # The day's own word tells the half of the hour's: 明晚八点, tonight at 8.
    told = [moment.hour for moment in moments if moment.hour]
    days = [moment.day for moment in moments if moment.day]
    return tuple(days), tuple(sorted(told, key=lambda hour: hour.start)), tuple(moments)


def _evened(text: str) -> tuple[str, list[int]]:
    """The text with one space for every gap, and where each of its characters, and its end, stands in the text."""
    kept: list[str] = []
    places: list[int] = []
    for at, char in enumerate(text):
        if not char.isspace():
            kept.append(char)
        elif kept and kept[-1] != " ":
            kept.append(" ")
        else:
            continue
        places.append(at)
    return "".join(kept), [*places, len(text)]


def _trimmed(said: Day | Hour, text: str) -> Day | Hour:
    """Without the article before it and the full stop after it."""
    lead = _LEAD.match(text, said.start, said.end)
    start = lead.end() if lead and lead.end() < said.end else said.start
    dot = text[said.end - 1] == "." and text[said.end - 2] != "m"  # p.m.
    return replace(said, start=start, end=said.end - dot)


def _placed(moment: Moment, places: Sequence[int]) -> Moment:
    """The moment as it stands in the text before that was evened."""

    def start(at: int) -> int:
        return places[at]

    def end(at: int) -> int:
        return places[at - 1] + 1

    day, hour = moment.day, moment.hour
    return Moment(
        start(moment.start),
        end(moment.end),
        replace(day, start=start(day.start), end=end(day.end)) if day else None,
        replace(hour, start=start(hour.start), end=end(hour.end)) if hour else None,
    )


def bare(text: str, most: int) -> list[tuple[int, int, int, int]]:
    """(number, minutes, start, end) of a short answer that names a day or an hour by its number alone: 7, 7 30, make it 8."""
    plain = letters.plain(text)
    if len(plain.split()) > SHORT or len(plain) > 6 * SHORT:
        return []
    found = []
    for match in _BARE.finditer(plain):
        number = numerals.number(match["number"])
        if number is not None and 0 < number <= most:
            found.append((int(number), int(match["minute"] or 0) if most == 24 else 0, *match.span()))
    return found


def _with_parts(text: str, hours: list[Hour]) -> list[Hour]:
    """A part of the day that stands beside an hour belongs to it: in the morning at ten."""
    kept: list[Hour] = []
    for hour in hours:
        before = kept[-1] if kept else None
        if before and before.hour is None and not before.at and hour.hour is not None and _joined(text, before.end, hour.start):
            kept[-1] = replace(hour, start=before.start, part=hour.part or before.part)
        elif before and hour.hour is None and not hour.at and before.hour is not None and _joined(text, before.end, hour.start):
            kept[-1] = replace(before, end=hour.end, part=before.part or hour.part)
        else:
            kept.append(hour)
    return kept


def _spans(text: str, hours: list[Hour]) -> list[Hour]:
    """“下午两点到四点” ends in the afternoon too, and “from 2 to 4 pm” begins there."""
    told = list(hours)
    for at in range(1, len(told)):
        first, second = told[at - 1], told[at]
        if first.hour is None or second.hour is None or not _SPAN.fullmatch(text, first.end, second.start):
            continue
        if first.part and not second.part and not second.exact and second.hour >= first.hour:
            told[at] = replace(second, part=first.part)
        elif second.part and not first.part and not first.exact and first.hour <= second.hour:
            told[at - 1] = replace(first, part=second.part)
    return told


def _joined(text: str, start: int, end: int) -> bool:
    return start <= end <= start + 24 and bool(_JOIN.fullmatch(text, start, end))


def _paired(text: str, days: list[Day], hours: list[Hour]) -> Iterator[Moment]:
    """Each day with the hour after it, else with the one before it; then what is left alone."""
    free = list(hours)
    for day in days:
        near = [hour for hour in free if _joined(text, day.end, hour.start)]
        near = near or [hour for hour in free if _joined(text, hour.end, day.start)]
        if near:
            free.remove(near[0])
            hour = replace(near[0], part=near[0].part or day.part)
            yield Moment(min(day.start, hour.start), max(day.end, hour.end), day, hour)
        else:
            yield Moment(day.start, day.end, day)
    for hour in free:
        yield Moment(hour.start, hour.end, hour=hour)


def iso(moment: Moment, now: datetime, direction: str) -> str:
    """The moment in ISO 8601; a date or an hour alone where only that was said; "" for what there is not."""
    if moment.hour and moment.hour.at:
        return moment.hour.at.strftime("%Y-%m-%dT%H:%M")
    day = resolved(moment.day, now, direction) if moment.day else ""
    hour = hour_of(moment.hour) if moment.hour else ""
    part = (moment.hour.part if moment.hour else "") or (moment.day.part if moment.day else "")
    if day and not hour and part:
        hour = f"{DAYPARTS[part]:02d}:00"
    if day and len(day) < 10:
        return day
    return f"{day}T{hour}" if day and hour else day or hour
