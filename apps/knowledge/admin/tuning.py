"""The search's settings in the admin: one form. A save goes live as a release."""

from typing import Any

from django import forms
from django.contrib import admin
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from unfold.widgets import UnfoldAdminTextareaWidget

from apps.knowledge.models import SearchSettings
from apps.knowledge.passages import synonyms
from apps.releases.saves import PublishingMixin
from apps.tenants.backoffice.adminsite import tenant_site
from apps.tenants.backoffice.rowadmin import RowAdmin

EXAMPLE = "rucksack, backpack, pack\n花呗，分期"


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

    class Meta:
        model = SearchSettings
        fields = ("synonyms",)

    def clean_synonyms(self) -> str:
        text: str = self.cleaned_data["synonyms"]
        synonyms.check(text)
        return text


@admin.register(SearchSettings, site=tenant_site)
class TuningAdmin(PublishingMixin, RowAdmin):
    form = TuningForm
    never = ("add", "delete")
    warn_unsaved_form = True
    fieldsets = ((None, {"fields": ("synonyms",)}),)

    def changelist_view(self, request: HttpRequest, extra_context: dict[str, Any] | None = None) -> HttpResponse:
        """There is one row, so the list is its form."""
        if not self.has_view_or_change_permission(request):
            raise PermissionDenied
        return redirect("admin:knowledge_searchsettings_change", SearchSettings.load().pk)

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
