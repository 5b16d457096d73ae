"""Filters of the admin's own pages."""

from datetime import datetime
from typing import Any

from django import template
from django.utils.formats import number_format
from django.utils.text import capfirst
from django.utils.translation import gettext as _

from apps.tenants.backoffice import navigation, times

register = template.Library()


@register.filter
def ago(at: datetime | None) -> str:
    """A time of the past or to come, as the lists say it."""
    return times.short(at)


@register.filter
def menu_name(part: dict[str, Any]) -> str:
    """A part of the path over a page: a list by its name in the menu, anything else by its own."""
    named = navigation.names()
    return capfirst(named.get(str(part.get("link") or "")) or str(part["title"]))


@register.filter
def milliseconds(value: float | None) -> str:
    """12 ms, 1.3 s; an en dash for what was not measured."""
    if value is None:
        return "–"
    if value < 1000:
        digits = 1 if value < 10 else 0
        return _("%s ms") % number_format(value, digits)
    return _("%s s") % number_format(value / 1000, 1)


@register.filter
def percent(share: float) -> str:
    """0.256 → 25.6; CSS wants a point in every language."""
    return f"{100 * max(0.0, min(1.0, share)):.1f}"


@register.filter
def percent_of(share: float) -> int:
    """0.256 → 26, for people."""
    return round(100 * share)
