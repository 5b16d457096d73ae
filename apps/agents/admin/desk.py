"""The desk's settings in the admin: one form, and the webhook's secret and test."""

from typing import Any
from uuid import UUID

from django import forms
from django.conf import settings
from django.contrib import admin
from django.core.exceptions import PermissionDenied, ValidationError
from django.db import transaction
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import URLPattern, path, reverse
from django.utils.text import capfirst
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_POST
from unfold.widgets import UnfoldAdminURLInputWidget

from apps.agents.models import DeskSettings
from apps.agents.tickets import webhook
from apps.conversations.live import publish
from apps.tenants import email_address, security, trials
from apps.tenants.backoffice.adminsite import tenant_site
from apps.tenants.backoffice.rowadmin import RowAdmin
from apps.tenants.vault.encryption import CannotDecrypt
from apps.tenants.web import outgoing

TRY = "agents.try_webhook"
_NO_SECRET = gettext_lazy("Save the address first. That makes the secret we sign with.")
_LOCKED = gettext_lazy("The webhook secret cannot be decrypted because its key is missing. Make a new secret.")


class DeskForm(forms.ModelForm):  # type: ignore[type-arg]
    ticket_webhook = forms.URLField(
        label=capfirst(gettext_lazy("send tickets to this address")),
        required=False,
        max_length=500,
        assume_scheme="https",
        widget=UnfoldAdminURLInputWidget,
        help_text=gettext_lazy("Your own system's address: it gets every ticket, and every change of one, as signed JSON."),
    )

    def clean_ticket_email(self) -> str:
        email: str = self.cleaned_data["ticket_email"]
        if email:
            email_address.checked(email)
        if email and not settings.EMAIL_HOST:
            raise ValidationError(_("This installation has no mail server yet: whoever runs it sets EMAIL_URL."))
        return email

    def clean_ticket_webhook(self) -> str:
        url: str = self.cleaned_data["ticket_webhook"]
        if url and not url.startswith(("http://", "https://")):
            raise ValidationError(_("The address must begin with http:// or https://."))
        try:
            if url:
                outgoing.check(url)
        except outgoing.NoPlace as error:
            raise ValidationError(outgoing.NO_PLACE) from error
        except outgoing.OutOfReach as error:
            raise ValidationError(_("The address is in a network where nothing may be sent.")) from error
        return url


@admin.register(DeskSettings, site=tenant_site)
class DeskSettingsAdmin(RowAdmin):
    never = ("add", "delete")
    form = DeskForm
    fieldsets = (
        (gettext_lazy("Offers"), {"fields": ("offer_seconds", "capacity", "gone_minutes")}),
        (gettext_lazy("Customers who wait"), {"fields": ("target_seconds", "patience_minutes", "leave", "drafts")}),
        (gettext_lazy("Tickets"), {"fields": ("ticket_hours", "ticket_email", "ticket_webhook")}),
    )
    change_form_after_template = "admin/webhook.html"

    def save_model(self, request: HttpRequest, obj: DeskSettings, form: Any, change: bool) -> None:
        super().save_model(request, obj, form, change)
        transaction.on_commit(lambda: publish.to_group(publish.desk(), {"type": "desk.settings"}))

    def get_queryset(self, request: HttpRequest) -> QuerySet[DeskSettings]:
        rows: QuerySet[DeskSettings] = super().get_queryset(request)
        return rows.defer("webhook_secret")

    def get_urls(self) -> list[URLPattern]:
        wrap = self.admin_site.admin_view
        own = [
            path("webhook/test/", wrap(require_POST(self.test)), name="webhook_test"),
            path("webhook/test/<uuid:key>/", wrap(self.tested), name="webhook_tested"),
            path("webhook/secret/", wrap(self.rotate), name="webhook_secret"),
        ]
        return own + super().get_urls()  # type: ignore[no-any-return]

    def changelist_view(self, request: HttpRequest, extra_context: dict[str, Any] | None = None) -> HttpResponse:
        """One row: the list is its form."""
        if not self.has_view_permission(request):
            return super().changelist_view(request, extra_context)  # refuses
        return redirect(reverse("admin:agents_desksettings_change", args=[DeskSettings.load().pk]))

    def response_change(self, request: HttpRequest, obj: DeskSettings) -> HttpResponse:
        """The first address gets a secret, which is shown this once."""
        if obj.ticket_webhook and not DeskSettings.objects.exclude(webhook_secret="").exists():
            return self._secret_page(request, webhook.rotate())
        return super().response_change(request, obj)  # type: ignore[no-any-return]

    def test(self, request: HttpRequest) -> HttpResponse:
        """Have one event posted to the address as it stands in the form, saved or not."""
        self._check(request)
        url, row = request.POST.get("ticket_webhook", "").strip(), DeskSettings.objects.get_or_create(pk=1)[0]
        try:
            secret, problem = row.webhook_secret, _NO_SECRET
        except CannotDecrypt:
            secret, problem = "", _LOCKED
        if not secret:
            return render(request, "admin/webhook_tested.html", {"problem": problem})
        asked = {"url": url, "secret": secret}
        key = trials.begin(TRY, asked, by=request.user.pk, seconds=settings.WEBHOOK_SECONDS)
        if not key:
            return render(request, "admin/webhook_tested.html", trials.no_room())
        waiting = {"ask": reverse("admin:webhook_tested", args=[key]), "waiting": _("Waiting for an answer …")}
        return render(request, "admin/trial_waiting.html", waiting)

    def tested(self, request: HttpRequest, key: UUID) -> HttpResponse:
        self._check(request)
        found = trials.result(key, TRY, by=request.user.pk)
        return HttpResponse(status=204) if found is None else render(request, "admin/webhook_tested.html", found)

    def rotate(self, request: HttpRequest) -> HttpResponse:
        self._check(request)
        if request.method == "POST":
            self.log_change(request, DeskSettings.load(), [{"changed": {"fields": ["webhook_secret"]}}])
            return self._secret_page(request, webhook.rotate())
        asked = {
            "title": _("Make a new webhook secret?"),
            "text": _("Tickets that we send to your system are signed with it."),
            "points": [
                _("The old secret stops working at once."),
                _("Until your system knows the new one, it refuses our tickets. What fails three times is kept."),
            ],
            "verb": _("Make a new secret"),
            "variant": "danger",
            "cancel": reverse("admin:agents_desksettings_changelist"),
            "opts": self.opts,
        }
        return render(request, "admin/confirm.html", {**self.admin_site.each_context(request), **asked})

    def _check(self, request: HttpRequest) -> None:
        if not self.has_change_permission(request):
            raise PermissionDenied

    def _secret_page(self, request: HttpRequest, secret: str) -> HttpResponse:
        security.note("read_secret", person=request.user.pk, what="webhook_secret")
        shown = {
            "title": _("The webhook's secret"),
            "lead": _("Copy it to your system now: it is not shown again. Whoever has it can pretend to be us."),
            "formula": _("signature = hex HMAC-SHA256 of timestamp, method, path and body, a line each, with this secret"),
            "back": reverse("admin:agents_desksettings_changelist"),
            "secret": secret,
            "opts": self.opts,
        }
        return render(request, "admin/secret.html", {**self.admin_site.each_context(request), **shown})
