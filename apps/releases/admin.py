"""Releases in the admin: what went live when, what changed, and going back to an older one."""

from typing import Any, cast

from django.contrib import admin, messages
from django.core.exceptions import PermissionDenied
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import URLPattern, path, reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from unfold.decorators import display

from apps.releases import publishing
from apps.releases.models import Candidate, Release
from apps.tenants.backoffice.adminsite import tenant_site
from apps.tenants.backoffice.rowadmin import RowAdmin
from apps.tenants.workspace.models import Member, Site


@admin.register(Release, site=tenant_site)
class ReleaseAdmin(RowAdmin):
    """Immutable: they are looked at and made live, never edited."""

    empty = gettext_lazy("A release is made with every change that matters, such as a published article.")
    never = ("add", "change", "delete")
    list_display = ("called", "state", "summary", "created_by", "created_at")
    list_display_links = ("called",)
    list_select_related = ("created_by", "candidacy")
    search_fields = ("summary", "=number")
    ordering = ("-number",)
    date_hierarchy = "created_at"
    list_before_template = "admin/release_list_before.html"

    def get_urls(self) -> list[URLPattern]:
        wrap = self.admin_site.admin_view
        activate = path("<int:number>/activate/", wrap(self.activate), name="release_activate")
        check = path("<int:number>/check/", wrap(self.check_again), name="release_check")
        return [activate, check, *super().get_urls()]

    def get_queryset(self, request: HttpRequest) -> QuerySet[Release]:
        publishing.active()  # the first release is published on first need
        rows: QuerySet[Release] = super().get_queryset(request)
        return rows

    @display(description=gettext_lazy("release"), ordering="number")
    def called(self, release: Release) -> str:
        return str(release)

    @display(description=gettext_lazy("state"), label={"live": "success", "waiting": "warning", "held": "danger"})
    def state(self, release: Release) -> tuple[str, str] | None:
        if release.active:
            return "live", _("live")
        shown = release.candidate and release.candidate.state not in (Candidate.State.PASSED, Candidate.State.FORCED)
        return (release.candidate.state, release.candidate.get_state_display()) if shown and release.candidate else None

    def change_view(
        self, request: HttpRequest, object_id: str, form_url: str = "", extra_context: dict[str, Any] | None = None
    ) -> HttpResponse:
        if not self.has_view_permission(request):
            raise PermissionDenied
        release = self._find(request, object_id)
        live = publishing.active()
        candidate = release.candidate if release.candidate and release.candidate.is_undecided else None
        before = live if candidate else Release.objects.filter(number__lt=release.number).first()
        shown = {
            "title": _("Release %s") % release,
            "release": release,
            "live": live,
            "before": before,
            "changes": publishing.changes(before, release) if before else [],
            "candidate": candidate,
            "until_live": [] if release.active or candidate else publishing.changes(release, live),
            "site": _settings(release),
            "models": release.frozen.get("models", []),
            "may_activate": request.user.has_perm("releases.activate_release"),
            "opts": self.opts,
        }
        return render(request, "admin/release.html", {**self.admin_site.each_context(request), **shown})

    def activate(self, request: HttpRequest, number: int) -> HttpResponse:
        if not request.user.has_perm("releases.activate_release"):
            raise PermissionDenied
        release = self._find(request, str(number))
        if release.active:
            messages.info(request, _("Release %s is already live.") % release)
            return redirect("admin:releases_release_changelist")
        if request.method == "POST":
            undecided = release.candidate and release.candidate.is_undecided
            publishing.activate(release, by=cast(Member, request.user))
            self.log_change(request, release, [{"changed": {"fields": ["active"]}}])
            said = _("Release %s is live.") if undecided else _("Release %s is live again. The editors show what it holds.")
            messages.success(request, said % release)
            return redirect("admin:releases_release_changelist")
        return render(request, "admin/confirm.html", {**self.admin_site.each_context(request), **self._asked(release)})

    def check_again(self, request: HttpRequest, number: int) -> HttpResponse:
        """A release that was held back waits for its check once more."""
        if request.method != "POST" or not request.user.has_perm("releases.activate_release"):
            raise PermissionDenied
        release = self._find(request, str(number))
        if release.candidate is None or not publishing.check_again(release.candidate):
            messages.info(request, _("Release %s is not held back any more.") % release)
        return redirect("admin:releases_release_change", release.pk)

    def _asked(self, release: Release) -> dict[str, Any]:
        live = publishing.active()
        if release.candidate and release.candidate.is_undecided:
            return _asked_all_the_same(release, release.candidate, live)
        return {
            "title": _("Make release %s live?") % release,
            "points": [
                _("New conversations get the answers, settings and model routes of this release at once."),
                _("Conversations that are going on keep the release they began with."),
                _("The editors are brought back to what it holds; articles made since then are archived, drafts stay."),
                _("Nothing is lost: release %s stays in the list and can be made live again.") % live,
            ],
            "lines": publishing.changes(release, live),
            "lines_title": _("What you take back (from %(this)s to %(live)s)") % {"this": release, "live": live},
            "verb": _("Make %s live") % release,
            "cancel": reverse("admin:releases_release_change", args=[release.pk]),
            "opts": self.opts,
        }

    def _find(self, request: HttpRequest, number: str) -> Release:
        release: Release = self.found(request, number)
        return release


def _asked_all_the_same(release: Release, candidate: Candidate, live: Release) -> dict[str, Any]:
    return {
        "title": _("Make release %s live all the same?") % release,
        "text": candidate.why or _("It is being checked."),
        "points": [
            _("New conversations get the answers, settings and model routes of this release at once."),
            _("It is noted who did this."),
        ],
        "lines": publishing.changes(live, release),
        "lines_title": _("What changes for customers"),
        "verb": _("Make %s live") % release,
        "cancel": reverse("admin:releases_release_change", args=[release.pk]),
        "opts": Release._meta,
    }


def _settings(release: Release) -> list[tuple[str, str]]:
    """The site's frozen settings by the names that the form uses."""
    frozen = release.frozen.get("site", {})
    shown = []
    for field in Site._meta.fields:
        if field.name in frozen:
            value = frozen[field.name]
            words = " · ".join(map(str, value)) if isinstance(value, list) else str(dict(field.flatchoices).get(value, value))
            shown.append((str(field.verbose_name), words))
    return shown
