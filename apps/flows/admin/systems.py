"""Systems in the admin: a form with a test, the secret that is shown once, and the calls that flows made."""

from typing import Any
from uuid import UUID

from django import forms
from django.contrib import admin
from django.core.exceptions import PermissionDenied, ValidationError
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import URLPattern, path, reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_POST
from unfold.decorators import display
from unfold.widgets import UnfoldAdminURLInputWidget

from apps.flows import trial
from apps.flows.models import Call, System
from apps.tenants import security, trials
from apps.tenants.backoffice.adminsite import tenant_site
from apps.tenants.backoffice.rowadmin import RowAdmin
from apps.tenants.vault.encryption import CannotDecrypt
from apps.tenants.web import outgoing

SHOWN_CALLS = 10


class SystemForm(forms.ModelForm):  # type: ignore[type-arg]
    base_url = forms.URLField(
        label=gettext_lazy("Address"),
        max_length=500,
        assume_scheme="https",
        widget=UnfoldAdminURLInputWidget,
        help_text=gettext_lazy("Flows add their paths to it, such as https://shop.example.com/api."),
    )

    class Meta:
        model = System
        fields = ("name", "enabled", "base_url", "health")

    def clean_base_url(self) -> str:
        url: str = self.cleaned_data["base_url"]
        if not url.startswith(("http://", "https://")):
            raise ValidationError(_("The address must begin with http:// or https://."))
        try:
            outgoing.check(url)
        except outgoing.NoPlace as error:
            raise ValidationError(outgoing.NO_PLACE) from error
        except outgoing.OutOfReach as error:
            raise ValidationError(_("The address is in a network where nothing may be sent.")) from error
        if "?" in url or "#" in url:
            raise ValidationError(_("Leave out what follows ? or #. Flows add their paths to this address."))
        return url


@admin.register(System, site=tenant_site)
class SystemAdmin(RowAdmin):
    empty = gettext_lazy("Add the address of your order system or any other, and flows can ask it.")
    form = SystemForm
    list_display = ("name", "base_url", "state")
    ordering = ("name",)
    change_form_after_template = "admin/system.html"

    def get_queryset(self, request: HttpRequest) -> QuerySet[System]:
        rows: QuerySet[System] = super().get_queryset(request)
        return rows.defer("secret")

    def get_urls(self) -> list[URLPattern]:
        wrap = self.admin_site.admin_view
        own = [
            path("test/", wrap(require_POST(self.test)), name="system_test"),
            path("test/<uuid:key>/", wrap(self.tested), name="system_tested"),
            path("<path:object_id>/secret/", wrap(self.rotate), name="system_secret"),
        ]
        return own + super().get_urls()  # type: ignore[no-any-return]

    def change_view(
        self, request: HttpRequest, object_id: str, form_url: str = "", extra_context: dict[str, Any] | None = None
    ) -> HttpResponse:
        row: System | None = self.get_object(request, object_id)
        made = Call.objects.filter(system=row.name).defer("slots")[:SHOWN_CALLS] if row else ()
        return super().change_view(request, object_id, form_url, {"calls": made, **(extra_context or {})})  # type: ignore[no-any-return]

    def response_add(self, request: HttpRequest, obj: System, post_url_continue: str | None = None) -> HttpResponse:
        """The secret is shown this once."""
        return self._secret_page(request, obj, obj.secret)

    def test(self, request: HttpRequest) -> HttpResponse:
        """Have the system asked as it stands in the form, with the secret of its row."""
        row = self.get_object(request, request.POST.get("system", "") or "0")
        if not (self.has_change_permission(request, row) if row else self.has_add_permission(request)):
            raise PermissionDenied
        form = SystemForm(request.POST, instance=row)
        if not form.is_valid():
            problems = [str(error) for errors in form.errors.values() for error in errors]
            return self._result(request, {"problem": " ".join(problems)})
        try:
            secret = row.secret if row else ""
        except CannotDecrypt:
            return self._result(request, {"problem": _("The secret of “%s” does not open. Make a new one.") % row})
        asked = {"base_url": form.cleaned_data["base_url"], "health": form.cleaned_data["health"], "secret": secret}
        key = trials.begin(trial.TASK, asked, by=request.user.pk, seconds=trial.SECONDS)
        if not key:
            return self._result(request, trials.no_room())
        waiting = {"ask": reverse("admin:system_tested", args=[key]), "waiting": _("Waiting for an answer …")}
        return render(request, "admin/trial_waiting.html", waiting)

    def tested(self, request: HttpRequest, key: UUID) -> HttpResponse:
        found = trials.result(key, trial.TASK, by=request.user.pk)
        return HttpResponse(status=204) if found is None else self._result(request, found)

    def rotate(self, request: HttpRequest, object_id: str) -> HttpResponse:
        row: System = self.found(request, object_id)
        if not self.has_change_permission(request, row):
            raise PermissionDenied
        if request.method == "POST":
            secret = row.rotate()
            self.log_change(request, row, [{"changed": {"fields": ["secret"]}}])
            return self._secret_page(request, row, secret)
        asked = {
            "title": _("Make a new secret for “%s”?") % row,
            "text": _("What flows ask of this system is signed with it."),
            "points": [
                _("The old secret stops working at once."),
                _("Until your system knows the new one, it refuses our calls, and flows go on as after an error."),
            ],
            "verb": _("Make a new secret"),
            "variant": "danger",
            "cancel": reverse("admin:flows_system_change", args=[row.pk]),
            "opts": self.opts,
        }
        return render(request, "admin/confirm.html", {**self.admin_site.each_context(request), **asked})

    @display(description=gettext_lazy("state"), label={"on": "success", "off": ""}, ordering="enabled")
    def state(self, row: System) -> tuple[str, str]:
        return ("on", _("enabled")) if row.enabled else ("off", _("off"))

    def _result(self, request: HttpRequest, found: dict[str, Any]) -> HttpResponse:
        return render(request, "admin/webhook_tested.html", found)

    def _secret_page(self, request: HttpRequest, row: System, secret: str) -> HttpResponse:
        security.note("read_secret", person=request.user.pk, what="system_secret", row=str(row.pk))
        shown = {
            "title": _("The secret of “%s”") % row,
            "lead": _("Copy it to your system now: it is not shown again. Whoever has it can pretend to be us."),
            "formula": _("signature = hex HMAC-SHA256 of timestamp, method, path and body, a line each, with this secret"),
            "back": reverse("admin:flows_system_change", args=[row.pk]),
            "secret": secret,
            "opts": self.opts,
        }
        return render(request, "admin/secret.html", {**self.admin_site.each_context(request), **shown})
