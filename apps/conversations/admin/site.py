"""The tenant's site in the admin: one row, its keys, the snippet to embed. A save goes live as a release."""

from typing import Any

from django.contrib import admin
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse, HttpResponseNotAllowed
from django.shortcuts import redirect, render
from django.urls import URLPattern, path, reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from apps.conversations.admin.site_form import SiteForm
from apps.conversations.models import RefusedOrigin
from apps.releases.saves import PublishingMixin
from apps.tenants import security
from apps.tenants.backoffice.adminsite import tenant_site
from apps.tenants.backoffice.rowadmin import SingleRowAdmin
from apps.tenants.vault import encryption
from apps.tenants.workspace.models import Site, new_secret


@admin.register(Site, site=tenant_site)
class SiteAdmin(PublishingMixin, SingleRowAdmin):
    never = ("add", "delete")
    form = SiteForm
    warn_unsaved_form = True
    change_form_outer_after_template = "admin/site_keys.html"
    fieldsets = (
        (gettext_lazy("What customers see"), {"fields": ("name", "language", "greeting", "suggestions")}),
        (gettext_lazy("Look"), {"fields": ("accent", "position", "mode")}),
        (gettext_lazy("When the bot answers"), {"fields": ("floor", "sure", "answers_waiting")}),
        (gettext_lazy("People"), {"fields": ("office_hours", "holidays", "timezone", "reply_minutes")}),
        (gettext_lazy("Before the first message"), {"fields": ("ask_first", "consent", "consent_link")}),
        (gettext_lazy("Where the widget may stand"), {"fields": ("allowed_origins",)}),
        (gettext_lazy("This admin"), {"fields": ("explains",)}),
    )

    def get_urls(self) -> list[URLPattern]:
        wrap = self.admin_site.admin_view
        own = [
            path("secret/", wrap(self.show_secret), name="site_secret"),
            path("secret/rotate/", wrap(self.rotate_secret), name="site_secret_rotate"),
        ]
        return own + super().get_urls()  # type: ignore[no-any-return]

    def row(self) -> Site:
        return Site.load()

    def change_view(
        self, request: HttpRequest, object_id: str, form_url: str = "", extra_context: dict[str, Any] | None = None
    ) -> HttpResponse:
        site: Site | None = self.get_object(request, object_id)
        snippet = site.snippet(f"{request.scheme}://{request.get_host()}") if site else ""
        more = {
            "title": _("Site"),
            "subtitle": None,
            "show_save_and_continue": False,
            "show_save_and_add_another": False,
            "snippet": snippet,
            "refused": RefusedOrigin.listed(),
            "secret_end": encryption.shown(site, "identity_secret")[-4:] if site else "",
            "may_see_secret": request.user.has_perm("workspace.secrets_site"),
        }
        return super().change_view(request, object_id, form_url, more | (extra_context or {}))  # type: ignore[no-any-return]

    def response_change(self, request: HttpRequest, obj: Site) -> HttpResponse:
        return redirect("admin:workspace_site_change", obj.pk)

    def show_secret(self, request: HttpRequest) -> HttpResponse:
        """Shows the secret by POST alone, so that it stands in no address and no history."""
        self._check_owner(request)
        if request.method != "POST":
            return HttpResponseNotAllowed(["POST"])
        return self._secret_page(request, Site.load(), _("Identity secret"))

    def rotate_secret(self, request: HttpRequest) -> HttpResponse:
        self._check_owner(request)
        site = Site.load()
        if request.method == "POST":
            site.identity_secret = new_secret()
            site.save(update_fields=["identity_secret"])
            self.log_change(request, site, [{"changed": {"fields": ["identity_secret"]}}])
            return self._secret_page(request, site, _("The new identity secret"))
        asked = {
            "title": _("Make a new identity secret?"),
            "text": _("Your server signs customers' identities with it."),
            "points": [
                _("The old secret stops working at once."),
                _("Until your server uses the new one, logged-in customers are treated as strangers."),
                _("There is no way back to the old one."),
            ],
            "verb": _("Make a new secret"),
            "variant": "danger",
            "cancel": reverse("admin:workspace_site_changelist"),
            "opts": self.opts,
        }
        return render(request, "admin/confirm.html", {**self.admin_site.each_context(request), **asked})

    def _check_owner(self, request: HttpRequest) -> None:
        if not request.user.has_perm("workspace.secrets_site"):
            raise PermissionDenied

    def _secret_page(self, request: HttpRequest, site: Site, title: str) -> HttpResponse:
        security.note("read_secret", person=request.user.pk, what="identity_secret")
        shown = {"title": title, "secret": site.identity_secret, "opts": self.opts}
        return render(request, "admin/secret.html", {**self.admin_site.each_context(request), **shown})
