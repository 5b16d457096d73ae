"""Days and hours as they were said, before it is known how they are meant, and how they become a date and an hour."""

import calendar
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta

NEAR = 90  # days; a day and a month without a year may be that long ago, else the next one is meant
DAYPARTS = {"dawn": 6, "morning": 9, "noon": 12, "afternoon": 15, "evening": 19, "night": 21}


@dataclass(frozen=True)
class Day:
    """A date that was said. `year`, `month`, `day`: what was named of it; `on`: the date itself, where today's tells it.
    `weekday`: 0 is Monday. `vague`: no single day was named, but what it is in: 2026-W50, 2026-12. `part`: of the day."""

    start: int
    end: int
    year: int | None = None
    month: int | None = None
    day: int | None = None
    on: date | None = None
    weekday: int | None = None
    vague: str = ""
    part: str = ""


@dataclass(frozen=True)
class Hour:
    """A time of day that was said. `part`: one of DAYPARTS, "" where none was named. `exact`: it cannot be meant as twelve
    hours later (15:00). Without an hour only the part of the day was named. `at`: told from now on, as “in two hours”.
    `loose`: may as well be a mere word, as “now”."""

    start: int
    end: int
    hour: int | None = None
    minute: int = 0
    part: str = ""
    exact: bool = False
    at: datetime | None = None
    loose: bool = False


def resolved(day: Day, now: datetime, direction: str = "") -> str:
    """The date in ISO 8601, or what was named of it where that is no single day. "" for a day that there is not."""
    if day.vague:
        return day.vague
    if day.on:
        return day.on.isoformat()
    today = now.date()
    if day.weekday is not None:
        ahead = (day.weekday - today.weekday()) % 7
        back = (today.weekday() - day.weekday) % 7
        return (today - timedelta(days=back) if direction == "past" else today + timedelta(days=ahead)).isoformat()
    candidates = _candidates(day, today)
    if not candidates:
        return ""
    return _chosen(candidates, today, direction, bool(day.year)).isoformat()


def _candidates(day: Day, today: date) -> list[date]:
    """The dates that a day without its year, or without its month, may be."""
    if day.year is not None:
        months = [(day.year, day.month or 1)]
    elif day.month is not None:
        months = [(today.year + years, day.month) for years in range(-8, 9)]
    else:
        months = [moved_month(today.year, today.month, by) for by in range(-3, 4)]
    return [found for year, month in months if (found := dated(year, month, day.day or 1))]


def _chosen(candidates: list[date], today: date, direction: str, named: bool) -> date:
    past = [each for each in candidates if each < today] or candidates
    ahead = [each for each in candidates if each >= today] or candidates
    if named or direction == "future":
        return ahead[0]
    if direction == "past":
        return today if today in candidates else past[-1]
    near = timedelta(days=NEAR if len(candidates) > 7 else 15)
    return past[-1] if ahead[0] - today > today - past[-1] <= near else ahead[0]


def dated(year: int, month: int, day: int) -> date | None:
    try:
        return date(year, month, day)
    except ValueError:
        return None


def moved_month(year: int, month: int, by: int) -> tuple[int, int]:
    at = year * 12 + month - 1 + by
    return at // 12, at % 12 + 1


def moved(today: date, days: int = 0, months: int = 0) -> date | None:
    """Another day, so many days and months from this one; the 31st becomes the last day of a shorter month."""
    try:
        year, month = moved_month(today.year, today.month, months)
        last = calendar.monthrange(year, month)[1]
        return date(year, month, min(today.day, last)) + timedelta(days=days)
    except (ValueError, OverflowError, calendar.IllegalMonthError):
        return None


def last_of_month(year: int, month: int) -> date:
    return date(year, month, calendar.monthrange(year, month)[1])


def weekday_of(today: date, weekday: int, weeks: int) -> date | None:
    """That day of this week (0), the next one (1), … A week begins on Monday."""
    return moved(today, days=weekday - today.weekday() + 7 * weeks)


def week(today: date, weeks: int) -> str:
    """A week as it is written in ISO 8601: 2026-W50."""
    there = moved(today, days=7 * weeks) or today
    year, number, _day = there.isocalendar()
    return f"{year}-W{number:02d}"


def hour_of(hour: Hour) -> str:
    """The time as 15:30. "" where only a part of the day was named.

    Without a word for the half of the day, one to six are the afternoon's: nobody is visited at three in the night.
    """
    if hour.at:
        return hour.at.strftime("%H:%M")
    if hour.hour is None:
        return "12:00" if hour.part == "noon" else ""
    number = hour.hour
    if not hour.exact and number <= 12:
        number = _half(number, hour.part)
    return "" if number > 24 or hour.minute > 59 else time(number % 24, hour.minute).strftime("%H:%M")


def _half(number: int, part: str) -> int:
    if part in ("morning", "dawn"):
        return 0 if number == 12 and part == "dawn" else number
    if part == "noon":
        return number + 12 if number < 11 else number
    if part == "afternoon":
        return number + 12 if number < 12 else number
    if part in ("evening", "night"):
        if number == 12:
            return 24
        return number + 12 if number >= 5 or part == "evening" else number
    return number + 12 if 1 <= number <= 6 else number
