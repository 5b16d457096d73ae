"""Filters in the admin: listed in their order, written with their examples, tried before they are saved. A save goes live as a
release."""

from typing import Any, cast
from uuid import UUID

from django.contrib import admin, messages
from django.core.exceptions import PermissionDenied
from django.db.models import QuerySet
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import URLPattern, path, reverse
from django.utils import translation
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_POST
from unfold.decorators import display

from apps.filters import trial
from apps.filters.admin import effects
from apps.filters.admin.dry_runs import DryRunMixin, draft, wrong
from apps.filters.admin.form import KIND_NAMES, SHOWN, FilterForm
from apps.filters.models import Filter, Module
from apps.filters.models.rules import Direction
from apps.filters.past import dry_runs
from apps.filters.starters import Starter, said, starters, taking
from apps.releases.saves import PublishingMixin, announce
from apps.tenants import trials
from apps.tenants.backoffice.adminsite import tenant_site
from apps.tenants.backoffice.rowadmin import RowAdmin
from apps.tenants.workspace.models import Member, Site


@admin.register(Filter, site=tenant_site)
class FilterAdmin(DryRunMixin, PublishingMixin, RowAdmin):
    empty = gettext_lazy("A filter masks, replaces or stops what must not be said. Take a ready-made set to begin.")
    form = FilterForm
    list_display = ("name", "looks_for", "looks_at", "done", "order", "state")
    list_filter = ("enabled",)
    search_fields = ("name",)
    ordering = ("order", "name")
    warn_unsaved_form = True
    change_form_after_template = "admin/filter_form.html"
    list_before_template = "admin/filter_list_before.html"
    change_form_before_template = "admin/filter_stopped.html"
    fieldsets = (
        (None, {"fields": ("name", "enabled", "anyway", "order")}),
        (
            gettext_lazy("What it looks for"),
            {
                "fields": (
                    *("kind", "words", "words_file", "allowed", "anywhere", "pattern", "ignore_case", "data"),
                    *("examples", "others", "threshold", "weights", "module_file", "on_fault"),
                )
            },
        ),
        (gettext_lazy("Where"), {"fields": ("directions", "languages", "flows", "channels")}),
        (gettext_lazy("What is done"), {"fields": ("action", "say", "stops")}),
        (
            gettext_lazy("Examples"),
            {
                "fields": ("must_catch", "must_pass"),
                "description": gettext_lazy(
                    "Held against the rule whenever it is saved. A rule that fails one does not go live."
                ),
            },
        ),
    )

    def get_urls(self) -> list[URLPattern]:
        own = [
            path("test/", self.admin_site.admin_view(require_POST(self.test)), name="filter_test"),
            path("test/<uuid:key>/", self.admin_site.admin_view(self.tested), name="filter_tested"),
            path("starters/<slug:key>/", self.admin_site.admin_view(require_POST(self.take)), name="filter_starter"),
        ]
        return own + super().get_urls()

    def get_form(self, request: HttpRequest, obj: Any = None, change: bool = False, **kwargs: Any) -> Any:
        form = super().get_form(request, obj, change, **kwargs)
        form.by = request.user.pk
        form.chosen_weights = request.GET.get("weights", "")
        return form

    def changeform_view(
        self,
        request: HttpRequest,
        object_id: str | None = None,
        form_url: str = "",
        extra_context: dict[str, Any] | None = None,
    ) -> HttpResponse:
        own = [row for row in _stopped() if str(row.pk) == object_id]
        more = {
            "kinds": SHOWN,
            "effects": effects.told(),
            "show_save_and_add_another": False,
            "stopped_filters": own,
            **self.latest_run(request, object_id),
        }
        return super().changeform_view(request, object_id, form_url, more | (extra_context or {}))  # type: ignore[no-any-return]

    def save_model(self, request: HttpRequest, obj: Filter, form: Any, change: bool) -> None:
        obj.updated_by = cast(Member, request.user)
        super().save_model(request, obj, form, change)

    # ready-made sets

    def changelist_view(self, request: HttpRequest, extra_context: dict[str, Any] | None = None) -> HttpResponse:
        shown = [_shown(starter) for starter in starters()] if self.has_add_permission(request) else []
        more = {"starters": shown, "dry_spans": dry_runs.SPANS, "may_try": self.has_change_permission(request)}
        more["modules"] = Module.objects.count() if request.user.has_perm("filters.view_module") else 0
        return super().changelist_view(request, {**more, "stopped_filters": _stopped(), **(extra_context or {})})

    def take(self, request: HttpRequest, key: str) -> HttpResponse:
        """Makes the rules of a set the tenant's own."""
        if not self.has_add_permission(request):
            raise PermissionDenied
        starter = next((each for each in starters() if each.key == key), None)
        if starter is None:
            raise Http404
        for taken in taking.take(starter, Site.load().language, by=cast(Member, request.user)):
            self.log_addition(request, taken.row, [{"added": {}}])
            if taken.why:
                told = {"name": taken.row.name, "why": taken.why}
                messages.warning(request, _("“%(name)s” was taken as a draft. %(why)s") % told)
        announce(request)
        return redirect("admin:filters_filter_changelist")

    # trying

    def test(self, request: HttpRequest) -> HttpResponse:
        """Has a worker try what stands in the form on a text; nothing is kept."""
        key = request.POST.get("filter", "")
        row = self.get_object(request, key) if key else None
        if not (self.has_change_permission(request, row) if row else self.has_add_permission(request)):
            raise PermissionDenied
        form = draft(request, row)
        if problem := wrong(form):
            return self._result(request, {"problem": problem})
        asked = form.asked(request.POST.get("try_text", "")[:2_000])
        begun = trials.begin(trial.TASK, asked, by=request.user.pk, seconds=trial.SECONDS)
        if not begun:
            return self._result(request, trials.no_room())
        waiting = {"ask": reverse("admin:filter_tested", args=[begun]), "waiting": _("Trying it …")}
        return render(request, "admin/trial_waiting.html", waiting)

    def tested(self, request: HttpRequest, key: UUID) -> HttpResponse:
        if not self.has_view_permission(request):
            raise PermissionDenied
        found = trials.result(key, trial.TASK, by=request.user.pk)
        return HttpResponse(status=204) if found is None else self._result(request, found)

    def _result(self, request: HttpRequest, found: dict[str, Any]) -> HttpResponse:
        return render(request, "admin/filter_tested.html", found)

    # the list

    @display(description=gettext_lazy("looks for"), ordering="kind")
    def looks_for(self, row: Filter) -> Any:
        return KIND_NAMES.get(row.kind, row.kind)

    @display(description=gettext_lazy("looks at what is said"))
    def looks_at(self, row: Filter) -> str:
        return ", ".join(str(Direction(each).label) for each in row.directions)

    @display(description=gettext_lazy("what is done"), ordering="action")
    def done(self, row: Filter) -> str:
        return str(row.get_action_display())

    @display(description=gettext_lazy("state"), ordering="enabled", label={"on": "success", "off": "", "stopped": "danger"})
    def state(self, row: Filter) -> tuple[str, str]:
        if row.stopped_at:
            return ("stopped", _("switched off: its code failed"))
        return ("on", _("in force")) if row.enabled else ("off", _("draft"))


def _stopped() -> QuerySet[Filter]:
    """Filters that the product has switched off, and nobody has seen to since."""
    return Filter.objects.filter(stopped_at__isnull=False).order_by("stopped_at")


def notices(request: HttpRequest) -> dict[str, Any]:
    """Context of the first page."""
    return {"stopped_filters": _stopped()} if request.user.has_perm("filters.view_filter") else {}


tenant_site.add_overview(notices)


def _shown(starter: Starter) -> dict[str, Any]:
    """The set in the language of who reads; it is taken in the shop's."""
    language = translation.get_language() or ""
    left = taking.left(starter, Site.load().language)
    texts = {"name": said(starter.name, language), "about": said(starter.about, language)}
    return {"key": starter.key, **texts, "left": len(left), "drafts": sum(not ready.enabled for ready in left)}
