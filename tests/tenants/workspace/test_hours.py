"""The times a shop is open and opens next: nights over midnight, whole days, holidays, clocks that change. One reckoning for
all."""

from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from django.core.exceptions import ValidationError
from django.utils import timezone

from apps.conversations import people
from apps.tenants.workspace.hours import check_hours
from apps.tenants.workspace.models import WEEKDAYS, Site

# 2026-11-23 is a Monday.
WORK = {"mon": [["09:00", "12:00"], ["13:00", "18:00"]], "fri": [["09:00", "16:00"]]}
NIGHT = {"fri": [["21:00", "02:00"]], "sat": [["21:00", "02:00"]]}


def site(week: dict[str, list[list[str]]], zone: str = "Europe/Berlin", *holidays: str) -> Site:
    check_hours(week)
    return Site(office_hours=week, timezone=zone, holidays=list(holidays))


def at(clock: str, zone: str = "Europe/Berlin") -> datetime:
    return datetime.fromisoformat(clock).replace(tzinfo=ZoneInfo(zone))


def every(*span: str) -> dict[str, list[list[str]]]:
    return {day: [list(span)] for day in WEEKDAYS}


@pytest.mark.parametrize(
    ("week", "holidays", "now", "opening"),
    [
        (WORK, (), "2026-11-23T10:00", None),
        (WORK, (), "2026-11-23T12:30", "2026-11-23T13:00"),  # lunch
        (WORK, (), "2026-11-23T18:00", "2026-11-27T09:00"),
        (WORK, ("2026-11-27",), "2026-11-23T18:00", "2026-11-30T09:00"),  # a holiday the widget did not know of
        (WORK, ("2026-11-23",), "2026-11-23T10:00", "2026-11-27T09:00"),
        (NIGHT, (), "2026-11-27T23:30", None),
        (NIGHT, (), "2026-11-28T01:59", None),  # Saturday by the clock, still Friday's night
        (NIGHT, (), "2026-11-28T02:00", "2026-11-28T21:00"),
        (NIGHT, (), "2026-11-29T01:00", None),
        (NIGHT, (), "2026-11-29T02:00", "2026-12-04T21:00"),
        (NIGHT, ("2026-11-27",), "2026-11-28T01:00", "2026-11-28T21:00"),  # the night before did not begin
        (NIGHT, ("2026-11-28",), "2026-11-28T00:30", "2026-12-04T21:00"),  # nor does one go on into a holiday
        (NIGHT, ("2026-11-28",), "2026-11-27T23:59", None),
        ({}, (), "2026-11-23T03:00", None),
        ({}, ("2026-11-23", "2026-11-24"), "2026-11-23T03:00", "2026-11-25T00:00"),
        (every("09:00", "24:00"), (), "2026-11-23T23:59:30", None),
        (every("09:00", "24:00"), (), "2026-11-24T00:00", "2026-11-24T09:00"),
        (every("09:00", "00:00"), (), "2026-11-24T00:00", "2026-11-24T09:00"),
        (WORK, tuple(f"2026-12-{day:02}" for day in range(1, 32)), "2026-11-30T19:00", "2027-01-01T09:00"),
    ],
)
def test_when_it_opens(week: dict[str, list[list[str]]], holidays: tuple[str, ...], now: str, opening: str | None) -> None:
    shop = site(week, "Europe/Berlin", *holidays)
    assert shop.next_opening(at(now)) == (at(opening) if opening else None)
    assert shop.is_open(at(now)) == (opening is None)


@pytest.mark.parametrize("end", ["24:00", "00:00", "23:59"])
def test_a_shop_that_is_open_all_day_never_closes(end: str) -> None:
    """23:59 was all that could be typed for midnight, and closed each night for a minute."""
    shop, now = site(every("00:00", end)), at("2026-10-24T00:00")
    for minute in range(0, 3 * 24 * 60, 7):  # over the night in which the clock goes back
        assert shop.is_open(now.astimezone(UTC) + timedelta(minutes=minute))
    for second in (0, 30, 59):
        assert shop.is_open(at(f"2026-11-23T23:59:{second:02}"))


def test_a_shop_without_any_opening_in_sight_says_none() -> None:
    assert site({"mon": [], "tue": []}).next_opening(at("2026-11-23T10:00")) is None
    days = [(at("2026-11-23") + timedelta(days=n)).date().isoformat() for n in range(200)]
    never = site({"mon": [["09:00", "10:00"]]}, "UTC", *days)
    assert never.next_opening(at("2026-11-23T12:00", "UTC")) is None
    assert people.back(never) == []


@pytest.mark.parametrize(
    ("now", "opening"),
    [
        ("2026-03-28T20:00+00:00", "2026-03-29T03:30+02:00"),  # 02:30 does not exist on that day
        ("2026-10-24T20:00+00:00", "2026-10-25T02:30+02:00"),  # 02:30 comes twice: the first
    ],
)
def test_the_night_in_which_the_clock_changes(now: str, opening: str) -> None:
    found = site(every("02:30", "20:00")).next_opening(datetime.fromisoformat(now))
    assert found is not None
    assert found.isoformat(timespec="minutes") == opening


def test_every_opening_is_one_and_no_moment_before_it_is_open() -> None:
    """Against the plain question, minute by minute: what is said to be the next opening is when `is_open` becomes true."""
    for shop in (site(WORK), site(NIGHT), site(NIGHT, "America/New_York", "2026-10-31"), site(every("22:00", "21:30"))):
        now = datetime(2026, 10, 23, 5, 17, tzinfo=UTC)
        for _ in range(12):
            opening = shop.next_opening(now)
            if opening is None:
                now += timedelta(minutes=173)
                continue
            assert shop.is_open(opening)
            assert not shop.is_open(opening.astimezone(UTC) - timedelta(minutes=1))
            steps = int((opening - now).total_seconds() // 1_700)
            assert not any(shop.is_open(now + timedelta(seconds=1_700 * n)) for n in range(steps))
            now = opening.astimezone(UTC) + timedelta(minutes=1)


@pytest.mark.parametrize("week", [{"mon": [["09:00", "09:00"]]}, {"mon": [["24:00", "02:00"]]}, {"mon": [["9:00", "18:00"]]}])
def test_what_is_no_span_is_refused(week: dict[str, list[list[str]]]) -> None:
    with pytest.raises(ValidationError):
        check_hours(week)


def test_a_page_that_stays_open_says_tomorrow_only_until_the_day_comes(monkeypatch: pytest.MonkeyPatch) -> None:
    shop = site(WORK, "Asia/Shanghai", "2026-11-27")
    monkeypatch.setattr(timezone, "now", lambda: at("2026-11-23T20:00", "Asia/Shanghai"))
    told = people.back(shop)
    assert [each["until"] for each in told] == [
        "2026-11-29T00:00:00+08:00",
        "2026-11-30T00:00:00+08:00",
        "2026-11-30T09:00:00+08:00",
    ]
    assert [each["en"] for each in told] == [
        "09:00 on November 30, China Time",
        "09:00 tomorrow, China Time",
        "09:00 today, China Time",
    ]
    assert told[1]["zh-hans"] == "明天 09:00（中国时间）"
    assert people.when_back(shop, "en") == told[0]["en"], "the bot says what the widget says"
