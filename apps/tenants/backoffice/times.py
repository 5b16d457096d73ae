"""Times as the admins say them: short and by how long ago, with the whole time on hover, in the zone that the page is in."""

from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any

from django.core.exceptions import FieldDoesNotExist
from django.db.models import DateTimeField, Model
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.html import format_html
from django.utils.text import capfirst
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

WEEK = timedelta(days=7)


def short(at: datetime | None) -> str:
    """“5 min ago”, “in 2 h”; a date for what is a week away or more; an en dash for never. HTML."""
    if at is None:
        return "–"
    local = timezone.localtime(at)
    whole = f"{date_format(local, 'DATETIME_FORMAT')} ({local.tzname()})"
    return format_html('<time datetime="{}" title="{}">{}</time>', at.isoformat(timespec="seconds"), whole, _words(at, local))


def _words(at: datetime, local: datetime) -> str:
    away = timezone.now() - at
    if abs(away) >= WEEK:
        return date_format(local, "SHORT_DATE_FORMAT")
    minutes = round(abs(away).total_seconds() // 60)
    if minutes < 1:
        return _("just now") if away >= timedelta() else _("in a moment")
    if minutes < 60:
        span = ngettext("%d min", "%d min", minutes) % minutes
    elif minutes < 24 * 60:
        span = ngettext("%d h", "%d h", minutes // 60) % (minutes // 60)
    else:
        span = ngettext("%d day", "%d days", minutes // 1440) % (minutes // 1440)
    return (_("%s ago") if away >= timedelta() else _("in %s")) % span


def column(model: type[Model], name: object) -> Callable[[Any], str] | None:
    """A list's column for a field that holds a time; None for any other."""
    try:
        field = model._meta.get_field(name) if isinstance(name, str) else None
    except FieldDoesNotExist:
        return None
    if not isinstance(field, DateTimeField):
        return None

    def shown(row: Any) -> str:
        return short(getattr(row, field.name))

    shown.__name__ = field.name
    shown.short_description = capfirst(field.verbose_name)  # type: ignore[attr-defined]
    shown.admin_order_field = field.name  # type: ignore[attr-defined]
    return shown
