"""The tenant's mail in the admin: one form, with a test that mails whoever presses it."""

from typing import Any
from uuid import UUID

from django import forms
from django.contrib import admin
from django.core.exceptions import PermissionDenied, ValidationError
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import URLPattern, path, reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_POST
from unfold.widgets import UnfoldAdminPasswordWidget

from apps.agents.channels import ways_back
from apps.agents.channels.mail import incoming, server, trial
from apps.agents.models import MailAccount
from apps.tenants import due, email_address, trials
from apps.tenants.backoffice.adminsite import tenant_site
from apps.tenants.backoffice.rowadmin import SingleRowAdmin
from apps.tenants.vault import encryption
from apps.tenants.web import outgoing, places


class MailForm(forms.ModelForm):  # type: ignore[type-arg]
    """The password goes in and never comes out; it stays with the server it was given for."""

    password = forms.CharField(
        label=gettext_lazy("Password"),
        required=False,
        strip=False,
        max_length=500,
        widget=UnfoldAdminPasswordWidget({"autocomplete": "off"}),
    )

    class Meta:
        model = MailAccount
        fields = (
            "sender",
            "sender_name",
            "host",
            "port",
            "security",
            "user",
            "password",
            "wait_minutes",
            "plus",
            "imap_host",
            "imap_port",
            "imap_security",
            "folder",
        )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.stored = MailAccount.objects.filter(pk=self.instance.pk).first()
        if self.stored and encryption.kept(self.stored, "password"):
            self.fields["password"].widget.attrs["placeholder"] = "••••••••••••"
            self.fields["password"].help_text = _("A password is stored and is never shown. Leave this empty to keep it.")
        else:
            self.fields["password"].help_text = _("Encrypted when it is stored.")

    def clean_sender(self) -> str:
        return email_address.checked(self.cleaned_data["sender"])

    def clean_sender_name(self) -> str:
        return " ".join(self.cleaned_data["sender_name"].split())

    def clean_host(self) -> str:
        return checked_host(self.cleaned_data["host"])

    def clean_imap_host(self) -> str:
        return checked_host(self.cleaned_data["imap_host"]) if self.cleaned_data["imap_host"].strip() else ""

    def clean(self) -> dict[str, Any]:
        given: dict[str, Any] = super().clean() or {}
        if self.stored and not given.get("password") and given.get("user"):
            stored = encryption.kept(self.stored, "password")
            if stored and any(given.get(name) != getattr(self.stored, name) for name in ("host", "user", "imap_host")):
                message = _("The stored password belongs to the old server or user. Enter the one for the new.")
                self.add_error("password", message)
            given["password"] = stored
        return given

    def _get_validation_exclusions(self) -> set[str]:
        """A stored password that does not open is kept all the same, without a look at it."""
        return {*super()._get_validation_exclusions(), "password"}  # type: ignore[misc]  # Django's own, which stubs leave out


def checked_host(name: str) -> str:
    """The host, if mail may go there. Raises ValidationError."""
    try:
        host = places.host(name.strip().lower())
    except places.NoPlace as error:
        raise ValidationError(_("Enter the server's name alone, such as smtp.example.com.")) from error
    try:
        outgoing.find(host, outgoing.CHECK_SECONDS)
    except outgoing.OutOfReach as error:
        raise ValidationError(_("The mail server is in a network where nothing may be sent.")) from error
    except outgoing.Unanswered:
        return host  # it has no address now; sending looks again
    return host


@admin.register(MailAccount, site=tenant_site)
class MailAdmin(SingleRowAdmin):
    form = MailForm
    fieldsets = (
        (gettext_lazy("Sender"), {"fields": ("sender", "sender_name", "plus")}),
        (gettext_lazy("Outgoing server"), {"fields": ("host", "port", "security", "user", "password")}),
        (gettext_lazy("Replies to customers who have left"), {"fields": ("wait_minutes",)}),
        (gettext_lazy("Answers by mail"), {"fields": ("imap_host", "imap_port", "imap_security", "folder", "problem")}),
    )
    readonly_fields = ("problem",)
    change_form_after_template = "admin/mail_test.html"

    def has_add_permission(self, request: HttpRequest) -> bool:
        return super().has_add_permission(request) and not MailAccount.objects.exists()

    def get_urls(self) -> list[URLPattern]:
        wrap = self.admin_site.admin_view
        own = [
            path("test/", wrap(require_POST(self.test)), name="mail_test"),
            path("test/<uuid:key>/", wrap(self.tested), name="mail_tested"),
        ]
        return own + super().get_urls()  # type: ignore[no-any-return]

    def save_model(self, request: HttpRequest, obj: MailAccount, form: Any, change: bool) -> None:
        obj.origin = request.build_absolute_uri("/").rstrip("/")  # the host at which the tenant works
        if {"imap_host", "folder"} & set(form.changed_data):
            obj.generation, obj.read_up_to = None, 0  # another mailbox: what lies in it is old
        super().save_model(request, obj, form, change)
        due.tell(incoming.SET_UP)

    def test(self, request: HttpRequest) -> HttpResponse:
        """Have a mail sent to the address typed beside the button, by what stands in the form, saved or not."""
        row = MailAccount.objects.first()
        if not (self.has_change_permission(request, row) if row else self.has_add_permission(request)):
            raise PermissionDenied
        form = MailForm(request.POST, instance=row)
        to = request.POST.get("test_to", "").strip()
        problems = [str(error) for errors in form.errors.values() for error in errors]
        if not email_address.is_one(to):
            problems = [_("Enter the address to which the test is to go.")]
        if problems:
            return render(request, "admin/mail_tested.html", {"problem": " ".join(problems)})
        asked = trial.described(form.save(commit=False), to)
        key = trials.begin(trial.TASK, asked, by=request.user.pk, seconds=server.WHOLE_SECONDS)
        if not key:
            return render(request, "admin/mail_tested.html", trials.no_room())
        waiting = {"ask": reverse("admin:mail_tested", args=[key]), "waiting": _("Waiting for the mail server …")}
        return render(request, "admin/trial_waiting.html", waiting)

    def tested(self, request: HttpRequest, key: UUID) -> HttpResponse:
        found = trials.result(key, trial.TASK, by=request.user.pk)
        return HttpResponse(status=204) if found is None else render(request, "admin/mail_tested.html", found)


def notices(request: HttpRequest) -> dict[str, Any]:
    """Context of the first page: whether mail is wanted and not set up, and whether this person could."""
    may = request.user.has_perm("agents.view_desksettings")
    return {"lacks_mail": may and ways_back.lacks_mail(), "may_set_up_mail": request.user.has_perm("agents.add_mailaccount")}


tenant_site.add_overview(notices)
