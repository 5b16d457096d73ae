"""Models in the admin: endpoints with a test button, and what they used."""

from typing import Any
from uuid import UUID

from django import forms
from django.contrib import admin
from django.core.exceptions import PermissionDenied, ValidationError
from django.db.models import F, QuerySet, Sum
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import URLPattern, path, reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_POST
from unfold.decorators import display
from unfold.widgets import UnfoldAdminPasswordWidget, UnfoldAdminURLInputWidget

from apps.llm import reach, trial
from apps.llm.models import ModelEndpoint, Usage
from apps.releases.saves import PublishingMixin
from apps.tenants import trials
from apps.tenants.backoffice.adminsite import tenant_site
from apps.tenants.backoffice.rowadmin import RowAdmin
from apps.tenants.vault import encryption
from apps.tenants.web import outgoing
from apps.tenants.workspace.models import LANGUAGES


class EndpointForm(forms.ModelForm):  # type: ignore[type-arg]
    """The API key goes in and never comes out; it stays with the address it was given for."""

    api_key = forms.CharField(
        label=gettext_lazy("API key"), required=False, strip=True, widget=UnfoldAdminPasswordWidget({"autocomplete": "off"})
    )
    forget_key = forms.BooleanField(label=gettext_lazy("Forget the stored key"), required=False)
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

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.stored: ModelEndpoint | None = ModelEndpoint.objects.filter(pk=self.instance.pk).first()
        has_key = bool(self.stored and encryption.kept(self.stored, "api_key"))
        if has_key:
            self.fields["api_key"].widget.attrs["placeholder"] = "••••••••••••"
        self.fields["api_key"].help_text = (
            _("A key is stored and is never shown. Leave this empty to keep it.")
            if has_key
            else _("Encrypted when it is stored.")
        )
        if not has_key:
            del self.fields["forget_key"]

    def clean_base_url(self) -> str:
        address: str = self.cleaned_data["base_url"]
        try:
            if address:
                reach.check(address)
        except reach.NoPlace as error:
            raise ValidationError(outgoing.NO_PLACE) from error
        except reach.OutOfReach as error:
            raise ValidationError(_("This address is in a network where models may not be called.")) from error
        return address

    def clean(self) -> dict[str, Any]:
        given: dict[str, Any] = super().clean() or {}
        if self.stored and not given.get("api_key") and not given.get("forget_key"):
            stored = encryption.kept(self.stored, "api_key")
            if stored and given.get("base_url") != self.stored.base_url:
                self.add_error("api_key", _("The stored key belongs to the old address. Enter the key for the new one."))
            given["api_key"] = stored
        return given

    def _get_validation_exclusions(self) -> set[str]:
        """A stored key that does not open is kept all the same, without a look at it."""
        return {*super()._get_validation_exclusions(), "api_key"}  # type: ignore[misc]  # Django's own, which stubs leave out


@admin.register(ModelEndpoint, site=tenant_site)
class EndpointAdmin(PublishingMixin, RowAdmin):
    form = EndpointForm
    list_display = ("name", "tier_shown", "address", "languages_shown", "seconds", "state")
    change_form_after_template = "admin/endpoint_test.html"
    ordering = ("tier", "name")

    def get_fields(self, request: HttpRequest, obj: Any = None) -> list[str]:
        form = EndpointForm(instance=obj)
        order = [*EndpointForm.Meta.fields]
        order.insert(order.index("api_key") + 1, "forget_key")
        return [name for name in order if name in form.fields]

    def get_urls(self) -> list[URLPattern]:
        wrap = self.admin_site.admin_view
        own = [
            path("test/", wrap(require_POST(self.test)), name="endpoint_test"),
            path("test/<uuid:key>/", wrap(self.tested), name="endpoint_tested"),
        ]
        return own + super().get_urls()  # type: ignore[no-any-return]

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

    def test(self, request: HttpRequest) -> HttpResponse:
        """Have the endpoint asked one sentence, as it stands in the form, saved or not."""
        row: ModelEndpoint | None = self.get_object(request, request.POST.get("endpoint", "") or "0")
        if not (self.has_change_permission(request, row) if row else self.has_add_permission(request)):
            raise PermissionDenied
        form = EndpointForm(request.POST, instance=row)
        if not form.is_valid():
            problems = [str(error) for errors in form.errors.values() for error in errors]
            return render(request, "admin/endpoint_tested.html", {"problem": " ".join(problems)})
        endpoint: ModelEndpoint = form.save(commit=False)
        asked = trial.described(endpoint)
        key = trials.begin("llm.try_endpoint", asked, by=request.user.pk, seconds=endpoint.seconds)
        if not key:
            return render(request, "admin/endpoint_tested.html", trials.no_room())
        waiting = {"ask": reverse("admin:endpoint_tested", args=[key]), "waiting": _("Waiting for the model …")}
        return render(request, "admin/trial_waiting.html", waiting)

    def tested(self, request: HttpRequest, key: UUID) -> HttpResponse:
        found = trials.result(key, by=request.user.pk)
        return HttpResponse(status=204) if found is None else render(request, "admin/endpoint_tested.html", found)


@admin.register(Usage, site=tenant_site)
class UsageAdmin(RowAdmin):
    """Read only: what each endpoint used, by the hour."""

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
