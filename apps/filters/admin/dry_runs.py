"""Dry runs in the admin: a rule as it stands in the form, or all that are on, tried on the messages of the last days."""

from typing import Any, cast
from uuid import UUID

from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.urls import URLPattern, path
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from apps.filters import part
from apps.filters.admin.form import MODULE, FilterForm
from apps.filters.models import DryRun, Filter
from apps.filters.models.rules import Action
from apps.filters.past import dry_runs, showing
from apps.filters.past.tally import Change, Tally
from apps.releases import publishing
from apps.tenants.backoffice.rowadmin import RowAdmin
from apps.tenants.refusal import Refusal
from apps.tenants.workspace.models import Member

LISTS = ("directions", "languages", "flows", "channels", "data")


def draft(request: HttpRequest, row: Filter | None) -> FilterForm:
    """The form as it was sent, for a rule that is tried only."""
    lists = {name: request.POST.getlist(name) for name in LISTS}
    form = FilterForm({**request.POST.dict(), **lists, "enabled": ""}, request.FILES, instance=row)
    form.is_tried = True
    return form


def wrong(form: FilterForm) -> str:
    """The part of it that can't be tried, in sentences; "" for nothing."""
    return "" if form.is_valid() else " ".join(str(error) for errors in form.errors.values() for error in errors)


class DryRunMixin(RowAdmin):
    def get_urls(self) -> list[URLPattern]:
        wrap = self.admin_site.admin_view
        own = [
            path("dry/", wrap(require_POST(self.begin_dry_run)), name="filter_dry_run"),
            path("dry/all/", wrap(require_POST(self.begin_all)), name="filter_dry_run_all"),
            path("dry/<uuid:key>/", wrap(self.dry_run), name="filter_dry_run_state"),
            path("dry/<uuid:key>/stop/", wrap(require_POST(self.stop_dry_run)), name="filter_dry_run_stop"),
        ]
        return own + super().get_urls()  # type: ignore[no-any-return]

    def begin_dry_run(self, request: HttpRequest) -> HttpResponse:
        """Tries the rule as it stands in the form; nothing of it is kept but its figures, for a day."""
        key = request.POST.get("filter", "")
        row = self.get_object(request, key) if key else None
        if not (self.has_change_permission(request, row) if row else self.has_add_permission(request)):
            raise PermissionDenied
        form = draft(request, row)
        if problem := wrong(form):
            return render(request, "admin/filter_dry_run.html", {"problem": problem})
        if form.cleaned_data[MODULE]:
            told = _("The code is not kept yet. Save the rule as a draft first, then try it.")
            return render(request, "admin/filter_dry_run.html", {"problem": told})
        return self._begun(request, [form.rule], of=row)

    def begin_all(self, request: HttpRequest) -> HttpResponse:
        """Tries the rules that customers meet now, all together."""
        if not self.has_change_permission(request):
            raise PermissionDenied
        return self._begun(request, part.rules(publishing.active()), compared=False)

    def _begun(self, request: HttpRequest, rules: Any, **facts: Any) -> HttpResponse:
        asked = request.POST.get("dry_days", "")
        days = int(asked) if asked in map(str, dry_runs.SPANS) else dry_runs.SPANS[0]
        try:
            run = dry_runs.begin(rules, days, by=cast(Member, request.user), **facts)
        except Refusal as refusal:
            return render(request, "admin/filter_dry_run.html", {"problem": str(refusal)})
        return self._shown(request, run)

    def dry_run(self, request: HttpRequest, key: UUID) -> HttpResponse:
        if not self.has_view_permission(request):
            raise PermissionDenied
        return self._shown(request, get_object_or_404(DryRun, pk=key))

    def stop_dry_run(self, request: HttpRequest, key: UUID) -> HttpResponse:
        if not self.has_change_permission(request):
            raise PermissionDenied
        run = get_object_or_404(DryRun, pk=key)
        dry_runs.stop(run)
        run.refresh_from_db()
        return self._shown(request, run)

    def latest_run(self, request: HttpRequest, object_id: str | None) -> dict[str, Any]:
        """For the form: the spans to choose from, and the last run of this rule."""
        of = int(object_id) if object_id and object_id.isdecimal() and len(object_id) < 18 else None
        run = DryRun.objects.filter(filter=of).first() if of and self.has_view_permission(request) else None
        return {"dry_spans": dry_runs.SPANS, **(told(request, run) if run else {})}

    def _shown(self, request: HttpRequest, run: DryRun) -> HttpResponse:
        return render(request, "admin/filter_dry_run.html", told(request, run))


def told(request: HttpRequest, run: DryRun) -> dict[str, Any]:
    """A run for its page. Its messages are shown when it has ended, to those who may read conversations."""
    tally = Tally.read(run.found)
    may_read = not run.is_open and request.user.has_perm("conversations.view_conversation")
    rules = [{"name": rule.name, "hit": tally.rules[rule.key]} for rule in run.tried] if not run.compares else []
    return {
        "run": run,
        "tally": tally,
        "most": dry_runs.MOST_MESSAGES if run.done >= dry_runs.MOST_MESSAGES else 0,
        "share": tally.hit / tally.looked if tally.looked else None,
        "changes": [(each, tally.changes[each]) for each in Change] if run.compares else [],
        "actions": [(Action(name).label, count) for name, count in tally.actions.most_common()] if len(run.rules) > 1 else [],
        "each": sorted(rules, key=lambda rule: -rule["hit"]),
        "examples": showing.examples(run, tally) if may_read else [],
    }
