"""Figures of the admins' pages, each with its change (templates/admin/overview_numbers.html)."""

from dataclasses import dataclass

from django.utils.translation import gettext as _


@dataclass(frozen=True)
class Number:
    """A figure with its change; `good` tells whether the change is welcome, None when it is neither."""

    label: str
    value: str
    change: str
    good: bool | None
    help: str = ""


def percent(share: float | None) -> str:
    return "–" if share is None else f"{100 * share:.0f} %"


def points(now: float | None, before: float | None) -> str:
    if now is None or before is None:
        return ""
    change = round(100 * (now - before))
    return _("%s points") % (f"{change:+d}".replace("-", "−") if change else "±0")
