"""The form of the tenant's site: lists as lines, office hours by weekday, time zones by name."""

import json
from datetime import UTC, datetime
from functools import lru_cache
from typing import Any
from zoneinfo import ZoneInfo, available_timezones

from django import forms
from django.core.exceptions import ValidationError
from django.forms import Script
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from unfold.widgets import (
    TEXTAREA_CLASSES,
    UnfoldAdminSelectWidget,
    UnfoldAdminTextareaWidget,
    UnfoldAdminTextInputWidget,
)

from apps.tenants.backoffice.fields import LinesField, LinesWidget
from apps.tenants.web.origins import origin_of
from apps.tenants.workspace.models import WEEKDAYS, Site

MOST_SUGGESTIONS, LONGEST_SUGGESTION, MOST_ORIGINS = 5, 120, 50


class HoursWidget(forms.Textarea):
    """Office hours as JSON in a text area, which static/admin/backoffice/hours.js draws as a week."""

    template_name = "admin/widgets/hours.html"

    class Media:
        js = [Script("admin/backoffice/hours.js", type="module")]

    def __init__(self, attrs: dict[str, Any] | None = None) -> None:
        super().__init__({"rows": 8, "class": " ".join(TEXTAREA_CLASSES), **(attrs or {})})


class AccentWidget(forms.TextInput):
    template_name = "admin/widgets/accent.html"

    class Media:
        js = [Script("admin/backoffice/accent.js", type="module")]


class ShareWidget(forms.NumberInput):
    """A threshold from 0 to 1; static/admin/backoffice/thresholds.js draws both on one scale."""

    template_name = "admin/widgets/share.html"

    class Media:
        js = [Script("admin/backoffice/thresholds.js", type="module")]

    def __init__(self) -> None:
        super().__init__({"min": "0", "max": "1", "step": "0.01"})


@lru_cache(maxsize=1)
def _zones() -> list[tuple[str, str]]:
    """Name and today's offset, from west to east."""
    now = datetime.now(UTC)
    found = []
    for name in available_timezones():
        if name == "UTC" or ("/" in name and not name.startswith(("Etc/", "SystemV/", "US/"))):
            offset = now.astimezone(ZoneInfo(name)).strftime("%z")
            found.append((int(offset), name, f"{name.replace('_', ' ')} (UTC{offset[:3]}:{offset[3:]})"))
    return [(name, label) for _offset, name, label in sorted(found)]


ASKED = [("name", gettext_lazy("Name")), ("email", gettext_lazy("E-mail")), ("phone", gettext_lazy("Phone"))]


class SiteForm(forms.ModelForm):  # type: ignore[type-arg]
    suggestions = LinesField(
        label=gettext_lazy("Suggestions"),
        required=False,
        widget=LinesWidget(add=gettext_lazy("Add a question"), most=MOST_SUGGESTIONS),
        help_text=gettext_lazy("Questions that customers see when they first open the chat."),
    )
    allowed_origins = LinesField(
        label=gettext_lazy("Allowed origins"),
        required=False,
        widget=LinesWidget(add=gettext_lazy("Add a site")),
        help_text=gettext_lazy(
            "Sites that may show the widget, such as https://shop.example.com. Your own hosts always may, others never."
        ),
    )
    timezone = forms.ChoiceField(label=gettext_lazy("Time zone"), choices=_zones, widget=UnfoldAdminSelectWidget)
    office_hours = forms.JSONField(
        label=gettext_lazy("Office hours"),
        required=False,
        widget=HoursWidget,
        help_text=gettext_lazy("When people answer. If no day is open, people count as always there."),
    )

    holidays = LinesField(
        label=gettext_lazy("Holidays"),
        required=False,
        widget=LinesWidget(add=gettext_lazy("Add a day")),
        help_text=gettext_lazy("Days on which nobody answers, such as 2026-12-25, whatever the hours say."),
    )

    ask_first = forms.MultipleChoiceField(
        label=gettext_lazy("Asked before the first message"),
        required=False,
        choices=ASKED,
        widget=forms.CheckboxSelectMultiple,
        help_text=gettext_lazy("What customers give before they write. Where nothing is ticked, nothing is asked."),
    )

    consent_link = forms.URLField(
        label=gettext_lazy("page about it"),
        required=False,
        assume_scheme="https",
        widget=UnfoldAdminTextInputWidget,
        help_text=gettext_lazy("Such as your privacy policy."),
    )

    class Meta:
        model = Site
        fields = (
            "name", "language", "greeting", "suggestions", "accent", "position", "mode", "allowed_origins",
            "floor", "sure", "answers_waiting", "office_hours", "holidays", "timezone", "reply_minutes",
            "ask_first", "consent", "consent_link", "explains",
        )  # fmt: skip
        widgets = {
            "greeting": UnfoldAdminTextareaWidget({"rows": 2}),
            "accent": AccentWidget,
            "sure": ShareWidget,
            "floor": ShareWidget,
            "name": UnfoldAdminTextInputWidget,
        }
        help_texts = {
            "name": gettext_lazy("Customers see it in the widget's header, and the bot introduces itself with it."),
            "language": gettext_lazy("The widget and the bot speak it when the customer's own language is not known."),
            "greeting": gettext_lazy("The first thing the bot says."),
        }

    def clean_suggestions(self) -> list[str]:
        lines: list[str] = self.cleaned_data["suggestions"]
        if len(lines) > MOST_SUGGESTIONS:
            raise ValidationError(_("Use at most %d suggestions.") % MOST_SUGGESTIONS)
        if any(len(line) > LONGEST_SUGGESTION for line in lines):
            raise ValidationError(_("Keep each suggestion under %d characters.") % LONGEST_SUGGESTION)
        return lines

    def clean_allowed_origins(self) -> list[str]:
        lines: list[str] = self.cleaned_data["allowed_origins"]
        if len(lines) > MOST_ORIGINS:
            raise ValidationError(_("Add at most %d sites.") % MOST_ORIGINS)
        return list(dict.fromkeys(origin_of(line) for line in lines))

    def clean_office_hours(self) -> dict[str, Any]:
        week = self.cleaned_data["office_hours"] or {}
        if not isinstance(week, dict):
            return {"": week}  # the model's validator says what is wrong
        return {day: spans for day in WEEKDAYS if (spans := week.get(day))} | {
            k: v for k, v in week.items() if k not in WEEKDAYS
        }


def week_json(week: object) -> str:
    return json.dumps(week, separators=(",", ":"))
