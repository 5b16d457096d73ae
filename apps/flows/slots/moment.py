"""Days, times of day, and both together, in Chinese and English; values are ISO 8601 by the clock of the tenant."""

from datetime import date, datetime, time

from django.utils import formats, translation
from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from apps.flows.definition.definition import Slot
from apps.flows.engine.place import Value
from apps.flows.slots.calendar import reading
from apps.flows.slots.calendar.days import Day, Hour, hour_of, resolved
from apps.flows.slots.kind import Found, Kind, clock, invalid


class Date(Kind):
    """2026-12-05. A week or a month that was said is found, and does not do: 2026-W50, 2026-12."""

    name = "date"
    rank = 3

    def read(self, slot: Slot, text: str, language: str, now: datetime) -> list[Found]:
        days, _hours, _moments = reading.read(text, now)
        found = [Found(resolved(day, now, slot.direction), day.start, day.end) for day in days]
        found = found or [
            Found(resolved(Day(start, end, day=number), now, slot.direction), start, end, sure=False)
            for number, _minute, start, end in reading.bare(text, 31)
        ]
        return [each for each in found if each.value]

    def fits(self, slot: Slot, value: Value, now: datetime | None = None) -> str:
        try:
            day = datetime.strptime(str(value), "%Y-%m-%d").date()
        except ValueError:
            return invalid(slot, _("Which day exactly?"))
        return _on_the_wrong_side(slot, day, clock(now).date())

    def shown(self, slot: Slot, value: Value, language: str) -> str:
        with translation.override(language or translation.get_language()):
            return _day_shown(date.fromisoformat(str(value)))


class Time(Kind):
    """15:30. A part of the day, such as the morning, is found, and does not do."""

    name = "time"
    rank = 3

    def read(self, slot: Slot, text: str, language: str, now: datetime) -> list[Found]:
        _days, hours, _moments = reading.read(text, now)
        found = [Found(hour_of(hour) or hour.part, hour.start, hour.end, not hour.loose) for hour in hours]
        found = found or [
            Found(hour_of(Hour(start, end, number, minute)), start, end, sure=False)
            for number, minute, start, end in reading.bare(text, 24)
        ]
        return [each for each in found if each.value]

    def fits(self, slot: Slot, value: Value, now: datetime | None = None) -> str:
        try:
            time.fromisoformat(str(value))
        except ValueError:
            return invalid(slot, _("At what time exactly?"))
        return ""

    def shown(self, slot: Slot, value: Value, language: str) -> str:
        with translation.override(language or translation.get_language()):
            return formats.time_format(time.fromisoformat(str(value)), "H:i")


class Datetime(Kind):
    """2026-12-05T15:30. A day or a time of day alone is found, and does not do."""

    name = "datetime"
    rank = 2

    def read(self, slot: Slot, text: str, language: str, now: datetime) -> list[Found]:
        _days, _hours, moments = reading.read(text, now)
        found = [
            Found(reading.iso(each, now, slot.direction), each.start, each.end, not (each.hour and each.hour.loose))
            for each in moments
        ]
        return [each for each in found if each.value]

    def fits(self, slot: Slot, value: Value, now: datetime | None = None) -> str:
        said = str(value)
        if "T" not in said:
            return invalid(slot, _("Please name the day and the time together."))
        try:
            moment = datetime.fromisoformat(said)
        except ValueError:
            return invalid(slot)
        here = clock(now)
        wrong = _on_the_wrong_side(slot, moment.date(), here.date())
        late = slot.direction == "future" and moment.replace(tzinfo=None) < here.replace(tzinfo=None)
        return wrong or (invalid(slot, _("That moment has passed.")) if late else "")

    def shown(self, slot: Slot, value: Value, language: str) -> str:
        moment = datetime.fromisoformat(str(value))
        with translation.override(language or translation.get_language()):
            return f"{_day_shown(moment.date())} {moment:%H:%M}"


def _on_the_wrong_side(slot: Slot, day: date, today: date) -> str:
    if slot.direction == "future" and day < today:
        return invalid(slot, _("That day has passed."))
    if slot.direction == "past" and day > today:
        return invalid(slot, _("That day is still to come."))
    return ""


def _day_shown(day: date) -> str:
    return formats.date_format(day, pgettext("date format", "D, M j, Y"))
