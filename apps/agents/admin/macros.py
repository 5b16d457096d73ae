"""Macros in the admin: one form that reads like a list of what will be done, from top to bottom."""

import re
from typing import Any

from django import forms
from django.contrib import admin
from django.contrib.postgres.forms import SimpleArrayField
from django.http import HttpRequest
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from unfold.decorators import display
from unfold.widgets import UnfoldAdminTextareaWidget, UnfoldAdminTextInputWidget

from apps.agents.admin.owned import OwnedAdmin, runs_the_desk
from apps.agents.console.verbs import STEPS
from apps.agents.models import Macro
from apps.conversations.wire.fields import LONGEST_TAG, MOST_TAGS
from apps.tenants.backoffice.adminsite import tenant_site


class TagsField(SimpleArrayField):
    """Tags as people type them: commas of either script, spaces anywhere, none twice."""

    def prepare_value(self, value: Any) -> Any:
        return ", ".join(value) if isinstance(value, list) else value

    def clean(self, value: Any) -> Any:
        words = [word.strip() for word in re.split("[,，、]", value or "")]
        return super().clean(",".join(dict.fromkeys(filter(None, words))))


class MacroForm(forms.ModelForm):  # type: ignore[type-arg]
    tags = TagsField(
        forms.CharField(max_length=LONGEST_TAG),
        label=gettext_lazy("Add tags"),
        required=False,
        max_length=MOST_TAGS,
        widget=UnfoldAdminTextInputWidget(),
        help_text=gettext_lazy("Separated by commas."),
    )

    class Meta:
        widgets = {"reply": UnfoldAdminTextareaWidget({"rows": 4}), "note": UnfoldAdminTextareaWidget({"rows": 2})}


@admin.register(Macro, site=tenant_site)
class MacroAdmin(OwnedAdmin):
    empty = gettext_lazy("A macro does several things in one click: write one for what you do again and again.")
    form = MacroForm
    list_display = ("title", "shortcut", "what", "whose")
    search_fields = ("title", "shortcut", "reply", "note")
    list_select_related = ("member", "team", "to_team")

    def get_fieldsets(self, request: HttpRequest, obj: Any = None) -> list[tuple[Any, dict[str, Any]]]:
        whose = ["member", "team"] if runs_the_desk(request) else []
        return [
            (None, {"fields": ["title", "shortcut", *whose]}),
            (
                gettext_lazy("What it does, in this order"),
                {
                    "fields": ["reply", "note", "tags", "priority", "pass_to", "to_team", "snooze_hours", "resolve"],
                    "description": gettext_lazy("Leave empty what it should not do. If one step can't be done, none is."),
                },
            ),
        ]

    @display(description=gettext_lazy("what it does"))
    def what(self, macro: Macro) -> str:
        if "team" in macro.steps and macro.to_team is None:
            return _("Its team was deleted; choose another one.")
        return ", ".join(str(STEPS[step].words) for step in macro.steps)
