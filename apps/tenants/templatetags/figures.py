"""Filters of the admin's own pages."""

from django import template
from django.utils.formats import number_format
from django.utils.translation import gettext as _

register = template.Library()


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
