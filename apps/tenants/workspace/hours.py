"""Office hours: one calculation for the bot, the widget, tickets and the queue, by the shop's own clock.

A span that ends at midnight says 24:00; 00:00 and 23:59 mean the same, because 23:59 was once the latest that could be
typed. A span that ends before it begins runs over midnight and belongs to the day it begins on. So it does not begin on a
holiday, and it ends at midnight when the next day is a holiday.
"""

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

WEEKDAYS = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
MIDNIGHT = ("23:59", "24:00", "00:00")
ALWAYS = (("00:00", "24:00"),)
DAYS_AHEAD = 100  # a shop that opens later than that does not say when
_CLOCK = re.compile(r"([01]\d|2[0-3]):[0-5]\d\Z|24:00\Z")


@dataclass(frozen=True)
class Hours:
    """`week`: spans by weekday, none at all for always; `holidays`: dates as 2026-12-25."""

    week: Mapping[str, Sequence[Sequence[str]]]
    holidays: Sequence[str]
    zone: ZoneInfo

    def is_open(self, at: datetime) -> bool:
        today = at.astimezone(self.zone).date()
        spans = (span for day in (today - timedelta(days=1), today) for span in self._of(day))
        return any(start <= at < end for start, end in spans)

    def next_opening(self, at: datetime) -> datetime | None:
        """The next opening after `at`, by the shop's clock; None while it is open, and when there is none in sight."""
        if self.is_open(at):
            return None
        today = at.astimezone(self.zone).date()
        for ahead in range(-1, DAYS_AHEAD):
            starts = [start for start, _end in self._of(today + timedelta(days=ahead)) if start > at]
            if starts:
                return min(starts).astimezone(self.zone)
        return None

    def _of(self, day: date) -> Iterator[tuple[datetime, datetime]]:
        """The spans that begin on this day, as moments in UTC: clocks of one zone compare wrongly when it changes its time."""
        if day.isoformat() in self.holidays:
            return
        tomorrow = day + timedelta(days=1)
        for start, end in self.week.get(WEEKDAYS[day.weekday()], ()) if any(self.week.values()) else ALWAYS:
            late = end in MIDNIGHT or (end <= start and tomorrow.isoformat() in self.holidays)
            until = self._at(tomorrow, "00:00") if late else self._at(tomorrow if end <= start else day, end)
            yield self._at(day, start), until

    def _at(self, day: date, clock: str) -> datetime:
        return datetime.combine(day, time.fromisoformat(clock), self.zone).astimezone(UTC)


def check_hours(week: object) -> None:
    """`{"mon": [["09:00", "12:00"], ["21:00", "02:00"]], …}`; a day that is missing is closed."""
    if not isinstance(week, dict) or set(week) - set(WEEKDAYS):
        raise ValidationError(_("Office hours must name the days mon, tue, wed, thu, fri, sat and sun."))
    for spans in week.values():
        for span in spans if isinstance(spans, list) else [spans]:
            if not isinstance(span, list) or len(span) != 2 or not all(isinstance(t, str) and _CLOCK.match(t) for t in span):
                raise ValidationError(_("Write office hours as pairs of times, such as 09:00 and 18:00."))
            if span[0] == "24:00":
                raise ValidationError(_("A day begins at 00:00; 24:00 is where it ends."))
            if span[0] == span[1] != "00:00":
                raise ValidationError(_("Office hours cannot end when they begin. A whole day is 00:00 to 24:00."))


def check_dates(days: object) -> None:
    """`["2026-12-25", …]`"""
    for day in days if isinstance(days, list) else [days]:
        try:
            date.fromisoformat(str(day))
        except ValueError as error:
            raise ValidationError(_("Write each holiday as a date such as 2026-12-25.")) from error
