"""Days in digits alone: 2026-12-05, 2026/12/5, 5.12.2026, 12/5."""

import re
from datetime import datetime

from apps.flows.slots.calendar.days import Day, dated
from apps.flows.slots.calendar.rules import Rules

days: Rules[Day] = Rules()


@days.rule(r"(?<![\d/.-])(?P<year>(?:19|20)\d\d)(?P<mark>[-/.])(?P<month>\d{1,2})(?P=mark)(?P<day>\d{1,2})(?![\d/]|-\d|\.\d)")
@days.rule(r"(?<![\d/.-])(?P<month>\d{1,2})(?P<mark>[-/.])(?P<day>\d{1,2})(?P=mark)(?P<year>(?:19|20)\d\d)(?![\d/]|-\d|\.\d)")
@days.rule(r"(?<![\d/.-])(?P<month>\d{1,2})(?P<mark>[/])(?P<day>\d{1,2})(?![\d/%]|\.\d|-\d)")
def _day(match: re.Match[str], now: datetime) -> Day | None:
    """The month before the day, where either may be meant; with full stops the day comes first."""
    month, day = int(match["month"]), int(match["day"])
    year = match.groupdict().get("year")
    first = match.start("month") < match.start("day") and (not year or match.start("year") > match.start("month"))
    if first and (month > 12 or match["mark"] == "."):
        month, day = day, month
    if not dated(int(year or 2024), month, day):
        return None
    return Day(*match.span(), year=int(year) if year else None, month=month, day=day)


@days.rule(r"^\s*(?P<year>(?:19|20)\d\d)(?P<month>[01]\d)(?P<day>[0-3]\d)\s*$")
def _alone(match: re.Match[str], now: datetime) -> Day | None:
    """Eight digits are a day only where nothing else is said: they may as well be a number of an order."""
    year, month, day = int(match["year"]), int(match["month"]), int(match["day"])
    return Day(match.start("year"), match.end("day"), year=year, month=month, day=day) if dated(year, month, day) else None
