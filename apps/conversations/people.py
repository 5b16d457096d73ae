"""Whether a person could answer now. The room of agents registers how to know; until it does, nobody is there."""

from collections.abc import Callable
from datetime import datetime

from babel.dates import get_timezone_name
from django.utils import timezone, translation
from django.utils.formats import date_format
from django.utils.translation import gettext as _

from apps.tenants.workspace.models import Site

_somebody: Callable[[], bool] = lambda: False  # noqa: E731  replaced by register()


def register(somebody: Callable[[], bool]) -> None:
    """`somebody()` tells, inside a tenant, whether an agent who may take a conversation is online."""
    global _somebody
    _somebody = somebody


def online(site: Site) -> bool:
    return site.is_open() and _somebody()


def when_back(site: Site, language: str) -> str:
    """When an answer can be expected, for people: “10:00 tomorrow, Mountain Time”, or "" when nobody knows."""
    opening = site.next_opening()
    if site.is_open() or opening is None:
        return ""
    with translation.override(language):
        return _relative(opening)


def _relative(opening: datetime) -> str:
    when = {"clock": opening.strftime("%H:%M"), "zone": _zone(opening), "day": date_format(opening, "l")}
    days = (opening.date() - timezone.now().astimezone(opening.tzinfo).date()).days
    if days == 0:
        return _("%(clock)s today, %(zone)s") % when
    if days == 1:
        return _("%(clock)s tomorrow, %(zone)s") % when
    return _("%(clock)s on %(day)s, %(zone)s") % when


def _zone(opening: datetime) -> str:
    """Whose clock it is, as the customer may live elsewhere: “China Time”, “中国时间”, or the city where it has no name."""
    name = get_timezone_name(opening.tzinfo, zone_variant="generic", locale=translation.to_locale(translation.get_language()))
    if "/" in name or "UTC" in name:
        return str(opening.tzinfo).rpartition("/")[2].replace("_", " ")
    return name
