"""Models in the admin: endpoints with a test button, and what they used."""

from typing import Any

from django import forms
from django.contrib import admin
from django.db.models import F, QuerySet, Sum
from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from unfold.decorators import display
from unfold.widgets import UnfoldAdminURLInputWidget

from apps.llm.admin.keys import KeyForm, checked
from apps.llm.admin.trying import TryingMixin
from apps.llm.models import ModelEndpoint, Usage
from apps.releases.saves import PublishingMixin
from apps.tenants.backoffice.adminsite import tenant_site
from apps.tenants.backoffice.rowadmin import RowAdmin
from apps.tenants.workspace.models import LANGUAGES


class EndpointForm(KeyForm):
    address = "base_url"
    base_url = forms.URLField(
        label=gettext_lazy("Base URL"),
        required=False,
        max_length=200,
        assume_scheme="https",
        widget=UnfoldAdminURLInputWidget,
        help_text=gettext_lazy("Such as https://models.example.com/v1. Empty means the platform's own local model."),
    )
    languages = forms.MultipleChoiceField(
        label=gettext_lazy("Good languages"),
        choices=LANGUAGES,
        required=False,
        widget=forms.CheckboxSelectMultiple,
        help_text=gettext_lazy("The model is asked in these languages only. None ticked means all."),
    )

    class Meta:
        model = ModelEndpoint
        fields = ("name", "tier", "enabled", "answers", "base_url", "model", "api_key", "languages", "seconds", "max_tokens")
        help_texts = {
            "tier": gettext_lazy("Cheaper models are asked first. The first supported answer is used."),
            "model": gettext_lazy("The model's name, as its provider calls it."),
        }

    def clean_base_url(self) -> str:
        return checked(self.cleaned_data["base_url"])


@admin.register(ModelEndpoint, site=tenant_site)
class EndpointAdmin(PublishingMixin, TryingMixin, RowAdmin):
    empty = gettext_lazy("The bot quotes your articles without a model. Add one to have it put answers into its own words.")
    form = EndpointForm
    tried, task = "endpoint", "llm.try_endpoint"
    list_display = ("name", "tier_shown", "address", "languages_shown", "seconds", "state")
    change_form_after_template = "admin/endpoint_test.html"
    ordering = ("tier", "name")

    def get_fields(self, request: HttpRequest, obj: Any = None) -> list[str]:
        form = EndpointForm(instance=obj)
        order = [*EndpointForm.Meta.fields]
        order.insert(order.index("api_key") + 1, "forget_key")
        return [name for name in order if name in form.fields]

    def get_deleted_objects(self, objs: Any, request: HttpRequest) -> tuple[Any, Any, set[str], Any]:
        """Its usage figures go with it; that nobody may delete those alone is no reason to keep it."""
        shown, counts, _refused, protected = super().get_deleted_objects(objs, request)
        return shown, counts, set(), protected

    @display(description=gettext_lazy("tier"), ordering="tier")
    def tier_shown(self, row: ModelEndpoint) -> str:
        return f"{row.tier} · {row.get_tier_display()}"

    @display(description=gettext_lazy("address"), ordering="base_url")
    def address(self, row: ModelEndpoint) -> str:
        return row.base_url or _("the platform's own model")

    @display(description=gettext_lazy("good languages"))
    def languages_shown(self, row: ModelEndpoint) -> str:
        return ", ".join(dict(LANGUAGES).get(code, code) for code in row.languages) or _("all")

    @display(description=gettext_lazy("state"), label={"on": "success", "off": ""}, ordering="enabled")
    def state(self, row: ModelEndpoint) -> tuple[str, str]:
        if not row.enabled:
            return "off", _("off")
        return "on", _("enabled") if row.answers else _("for colleagues only")


@admin.register(Usage, site=tenant_site)
class UsageAdmin(RowAdmin):
    """Read only: what each endpoint used, by the hour."""

    empty = gettext_lazy("Calls are counted here by the hour as soon as a model is asked.")
    never = ("add", "change", "delete")
    list_display = ("hour", "endpoint", "calls", "failures", "prompt_tokens", "completion_tokens")
    list_filter = ("endpoint",)
    list_display_links = None
    date_hierarchy = "hour"
    ordering = ("-hour",)
    list_before_template = "admin/usage_sums.html"

    def get_queryset(self, request: HttpRequest) -> QuerySet[Usage]:
        rows: QuerySet[Usage] = super().get_queryset(request)
        return rows.select_related("endpoint")

    def changelist_view(self, request: HttpRequest, extra_context: dict[str, Any] | None = None) -> HttpResponse:
        sums = Usage.objects.values(called=F("endpoint__name")).order_by("called")
        totals = sums.annotate(
            all_calls=Sum("calls"), bad=Sum("failures"), tokens_in=Sum("prompt_tokens"), tokens_out=Sum("completion_tokens")
        )
        return super().changelist_view(request, {"totals": list(totals), **(extra_context or {})})
