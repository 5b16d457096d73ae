"""Whether a person could answer now, how else they may reach a customer, and whether they read along. The room of agents
registers how to know; until it does, nobody is there, no address is asked for and nobody reads along."""

from collections.abc import Callable
from datetime import datetime, timedelta

from babel.dates import get_timezone_name
from django.utils import timezone, translation
from django.utils.formats import date_format
from django.utils.translation import gettext as _

from apps.tenants.workspace.models import LANGUAGES, Site

EMAIL, PHONE = "email", "phone"  # what a customer may be asked to leave; "" is nothing

_somebody: Callable[[], bool] = lambda: False  # noqa: E731  replaced by register()
_asks: Callable[[], str] = lambda: ""  # noqa: E731  replaced by register()
_read_along: Callable[[], bool] = lambda: False  # noqa: E731  replaced by register()


def register(somebody: Callable[[], bool], asks: Callable[[], str], read_along: Callable[[], bool]) -> None:
    """`somebody()` tells, inside a tenant, whether an agent who may take a conversation is online; `asks()` what a customer is
    asked to leave when none is: EMAIL only where a mail can be written, PHONE, or nothing; `read_along()` whether agents are
    shown what a customer has typed and not sent, of which the customer is then told."""
    global _somebody, _asks, _read_along
    _somebody, _asks, _read_along = somebody, asks, read_along


def asks() -> str:
    """EMAIL, PHONE or nothing: what the tenant can use to come back to a customer who has gone."""
    return _asks()


def read_along() -> bool:
    return _read_along()


def online() -> bool:
    """Office hours only say what may be promised when nobody is: who is there is there."""
    return _somebody()


def when_back(site: Site, language: str) -> str:
    """The time an answer can be expected, for people: “10:00 tomorrow, Mountain Time”, or "" when nobody knows."""
    now = timezone.now()
    opening = site.next_opening(now)
    if opening is None:
        return ""
    with translation.override(language):
        return _relative(opening, now)


def back(site: Site) -> list[dict[str, str]]:
    """The same for a page that stays open: `[{until, en, zh-hans} …]`, each good until its moment (ISO 8601), the first that
    still is counts. “Tomorrow” is not said any more when the day has come."""
    now = timezone.now()
    opening = site.next_opening(now)
    if opening is None:
        return []
    days = [opening.replace(hour=0, minute=0) - timedelta(days=ahead) for ahead in (1, 0)]
    told, since = [], now
    for until in (*days, opening):
        if until > since:
            told.append({"until": until.isoformat(timespec="seconds"), **_in_each_language(opening, since)})
            since = until
    return told


def _in_each_language(opening: datetime, now: datetime) -> dict[str, str]:
    words = {}
    for language, _name in LANGUAGES:
        with translation.override(language):
            words[language] = _relative(opening, now)
    return words


def _relative(opening: datetime, now: datetime) -> str:
    days = (opening.date() - now.astimezone(opening.tzinfo).date()).days
    day = date_format(opening, "l" if days < 7 else "MONTH_DAY_FORMAT")  # a Monday after next one has its date
    when = {"clock": opening.strftime("%H:%M"), "zone": _zone(opening), "day": day}
    if days == 0:
        return _("%(clock)s today, %(zone)s") % when
    if days == 1:
        return _("%(clock)s tomorrow, %(zone)s") % when
    return _("%(clock)s on %(day)s, %(zone)s") % when


def _zone(opening: datetime) -> str:
    """The name of the shop's clock, as customers may live elsewhere: “China Time”, “中国时间”, or its city."""
    name = get_timezone_name(opening.tzinfo, zone_variant="generic", locale=translation.to_locale(translation.get_language()))
    if "/" in name or "UTC" in name:
        return str(opening.tzinfo).rpartition("/")[2].replace("_", " ")
    return name
