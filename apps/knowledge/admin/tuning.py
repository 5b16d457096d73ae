"""The search's settings in the admin: one form. A save goes live as a release."""

from typing import Any

from django import forms
from django.contrib import admin
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from unfold.widgets import SELECT_CLASSES, UnfoldAdminTextareaWidget

from apps.knowledge.admin.editor import used_categories
from apps.knowledge.models import SearchSettings
from apps.knowledge.passages import synonyms
from apps.releases.saves import PublishingMixin
from apps.tenants.backoffice.adminsite import tenant_site
from apps.tenants.backoffice.rowadmin import SingleRowAdmin

EXAMPLE = "rucksack, backpack, pack\n花呗，分期"


class WeightsWidget(forms.Widget):
    """A choice for each category that articles have, or that has a weight."""

    template_name = "admin/widgets/weights.html"

    def get_context(self, name: str, value: Any, attrs: dict[str, Any] | None) -> dict[str, Any]:
        context = super().get_context(name, value, attrs)
        held = value if isinstance(value, dict) else {}
        names = sorted({*used_categories(), *held})
        context["widget"] |= {
            "css": " ".join(SELECT_CLASSES),
            "categories": [(f"{name}-{category}", category, held.get(category, 0)) for category in names],
            "choices": [(1, _("prefer")), (0, _("as usual")), (-1, _("only when nothing else fits"))],
        }
        return context

    def value_from_datadict(self, data: Any, files: Any, name: str) -> dict[str, int]:
        chosen = {key.removeprefix(f"{name}-"): data.get(key) for key in data if key.startswith(f"{name}-")}
        return {category: int(weight) for category, weight in chosen.items() if category and weight in ("1", "-1")}

    def value_omitted_from_data(self, data: Any, files: Any, name: str) -> bool:
        return False


class WeightsField(forms.Field):
    """dict[str, int]: 1 for a category that is preferred, −1 for one that stands back; the others are left out."""

    widget = WeightsWidget

    def has_changed(self, initial: Any, data: Any) -> bool:
        return bool((initial or {}) != data)


class TuningForm(forms.ModelForm):  # type: ignore[type-arg]
    synonyms = forms.CharField(
        label=gettext_lazy("Words that mean the same"),
        required=False,
        max_length=synonyms.LONGEST_TEXT,
        widget=UnfoldAdminTextareaWidget(
            {"rows": 14, "spellcheck": "false", "placeholder": "rucksack, backpack, pack\n花呗，分期"}
        ),
        help_text=gettext_lazy(
            "One group a line, words separated by commas. “iPhone 套装 → 礼盒” goes one way: whoever writes the first may mean"
            " the second. Customers' questions are also searched with the other words of a group. A line that begins with # is"
            " a note."
        ),
    )

    weights = WeightsField(
        label=gettext_lazy("Categories"),
        required=False,
        help_text=gettext_lazy(
            "Which answers come first when several fit. It changes the order, never how sure the bot is of an answer."
        ),
    )

    class Meta:
        model = SearchSettings
        fields = ("synonyms", "weights", "newer_first")

    def clean_synonyms(self) -> str:
        text: str = self.cleaned_data["synonyms"]
        synonyms.check(text)
        return text


@admin.register(SearchSettings, site=tenant_site)
class TuningAdmin(PublishingMixin, SingleRowAdmin):
    form = TuningForm
    never = ("add", "delete")
    warn_unsaved_form = True
    fieldsets = (
        (None, {"fields": ("synonyms",)}),
        (gettext_lazy("What comes first"), {"fields": ("weights", "newer_first")}),
    )

    def row(self) -> SearchSettings:
        return SearchSettings.load()

    def change_view(
        self, request: HttpRequest, object_id: str, form_url: str = "", extra_context: dict[str, Any] | None = None
    ) -> HttpResponse:
        more = {
            "title": _("Search settings"),
            "subtitle": None,
            "show_save_and_continue": False,
            "show_save_and_add_another": False,
        }
        return super().change_view(request, object_id, form_url, more | (extra_context or {}))  # type: ignore[no-any-return]

    def response_change(self, request: HttpRequest, obj: SearchSettings) -> HttpResponse:
        return redirect("admin:knowledge_searchsettings_change", obj.pk)
