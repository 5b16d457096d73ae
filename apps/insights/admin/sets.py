"""Evaluation sets in the admin: the list with the last figures, the page of a set with what fails, runs, files in and out."""

from typing import Any, ClassVar, cast
from uuid import UUID

from django import forms
from django.contrib import admin, messages
from django.core.exceptions import PermissionDenied
from django.db.models import Count, QuerySet
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import URLPattern, path, reverse
from django.utils.text import slugify
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext
from unfold.decorators import display
from unfold.widgets import UnfoldAdminFileFieldWidget

from apps.insights import failing, figures, runs, sets, suggesting
from apps.insights.models import EvaluationSet, Run
from apps.tenants import due, security
from apps.tenants.backoffice.adminsite import tenant_site
from apps.tenants.backoffice.rowadmin import RowAdmin
from apps.tenants.refusal import Refusal
from apps.tenants.workspace.models import Member

MOST_SETS = 50
SHOWN_RUNS, SHOWN_PROBLEMS = 20, 200


class FileForm(forms.Form):
    file = forms.FileField(
        label=gettext_lazy("File"), widget=UnfoldAdminFileFieldWidget({"accept": ".jsonl,.ndjson,.json,.txt"})
    )


@admin.register(EvaluationSet, site=tenant_site)
class EvaluationSetAdmin(RowAdmin):
    empty = gettext_lazy(
        "A set holds questions with the answers you expect, and tells after each change whether they still come."
    )
    list_display = ("called", "last_run", "good", "bar_shown", "on_publish")
    search_fields = ("name",)
    ordering = ("name",)
    list_per_page = 25
    fields = ("name", "on_publish", "bar", "below")
    radio_fields: ClassVar = {"below": admin.VERTICAL}
    warn_unsaved_form = True

    def has_add_permission(self, request: HttpRequest) -> bool:
        return bool(super().has_add_permission(request)) and EvaluationSet.objects.count() < MOST_SETS

    def get_queryset(self, request: HttpRequest) -> QuerySet[EvaluationSet]:
        rows: QuerySet[EvaluationSet] = super().get_queryset(request)
        return rows.annotate(count=Count("items"))

    def get_urls(self) -> list[URLPattern]:
        wrap, own = self.admin_site.admin_view, []
        for name in ("settings", "run", "cancel", "import", "export", "decide"):
            own.append(path(f"<int:number>/{name}/", wrap(getattr(self, f"{name}_set")), name=f"evaluationset_{name}"))
        return [*own, *super().get_urls()]

    # the list

    @display(description=gettext_lazy("name"), ordering="name", header=True)
    def called(self, row: EvaluationSet) -> list[str]:
        count = getattr(row, "count", 0)
        return [row.name, ngettext("%d question", "%d questions", count) % count]

    @display(description=gettext_lazy("last run"))
    def last_run(self, row: EvaluationSet) -> str:
        if row.open_run:
            return _("running")
        run = figures.last(row)
        return _("release #%d") % run.release if run else "–"

    @display(description=gettext_lazy("right or shown"), header=True)
    def good(self, row: EvaluationSet) -> list[str]:
        run = figures.last(row)
        if run is None:
            return ["–", ""]
        first = figures.numbers(run, figures.before(run))[0]
        return [first.value, first.change]

    @display(description=gettext_lazy("bar"), ordering="bar")
    def bar_shown(self, row: EvaluationSet) -> str:
        if not row.bar:
            return "–"
        return _("%d %%, or it waits") % row.bar if row.below == EvaluationSet.Below.REFUSE else f"{row.bar} %"

    # the page of a set

    def change_view(
        self, request: HttpRequest, object_id: str, form_url: str = "", extra_context: dict[str, Any] | None = None
    ) -> HttpResponse:
        if not self.has_view_permission(request):
            raise PermissionDenied
        chosen: EvaluationSet = self.found(request, object_id)
        run = _wanted(chosen, request.GET.get("run", "")) or figures.last(chosen)
        shown = {
            "title": chosen.name,
            "chosen": chosen,
            "original": chosen,
            "open": (going := chosen.open_run),
            "just_ended": going is None and "HX-Request" in request.headers and "ended" not in request.GET,
            "run": run,
            "runs": [(each, figures.share(each)) for each in chosen.runs.select_related("created_by")[:SHOWN_RUNS]],
            "may_change": (may_change := self.has_change_permission(request, chosen)),
            "suggestions": suggesting.suggestions() if may_change else [],
            "may_write": request.user.has_perm("knowledge.add_article"),
            "may_try": request.user.has_perm("conversations.try_turn"),
            "opts": self.opts,
            **(_figures(run, request) if run else {}),
        }
        return render(request, "admin/evaluation_set.html", {**self.admin_site.each_context(request), **shown})

    def settings_set(self, request: HttpRequest, number: int) -> HttpResponse:
        return self.changeform_view(request, str(number))  # type: ignore[no-any-return]

    def response_add(self, request: HttpRequest, obj: EvaluationSet, post_url_continue: str | None = None) -> HttpResponse:
        return redirect("admin:insights_evaluationset_change", obj.pk)

    def response_change(self, request: HttpRequest, obj: EvaluationSet) -> HttpResponse:
        return redirect("admin:insights_evaluationset_change", obj.pk)

    def save_model(self, request: HttpRequest, obj: EvaluationSet, form: Any, change: bool) -> None:
        if not change:
            obj.created_by = cast(Member, request.user)
        super().save_model(request, obj, form, change)
        due.tell(runs.CHANGED)

    def delete_model(self, request: HttpRequest, obj: EvaluationSet) -> None:
        super().delete_model(request, obj)
        due.tell(runs.CHANGED)

    def delete_queryset(self, request: HttpRequest, queryset: QuerySet[EvaluationSet]) -> None:
        super().delete_queryset(request, queryset)
        due.tell(runs.CHANGED)

    def get_deleted_objects(self, objs: Any, request: HttpRequest) -> tuple[Any, Any, Any, Any]:
        """The rows that go with a set are counted, because it may be tens of thousands of rows."""
        chosen = list(objs)
        counts = {
            _("evaluation sets"): len(chosen),
            _("questions"): sum(each.items.count() for each in chosen),
            _("runs"): sum(each.runs.count() for each in chosen),
        }
        return [str(each) for each in chosen], counts, set(), []

    # runs

    def run_set(self, request: HttpRequest, number: int) -> HttpResponse:
        chosen = self._changed(request, number)
        try:
            runs.begin(chosen, by=cast(Member, request.user))
        except Refusal as refusal:
            messages.warning(request, str(refusal))
        return redirect("admin:insights_evaluationset_change", chosen.pk)

    def cancel_set(self, request: HttpRequest, number: int) -> HttpResponse:
        chosen = self._changed(request, number)
        if chosen.open_run and runs.cancel(chosen.open_run):
            messages.info(request, _("The run was cancelled. The figures are those of the one before."))
        return redirect("admin:insights_evaluationset_change", chosen.pk)

    def _changed(self, request: HttpRequest, number: int) -> EvaluationSet:
        chosen: EvaluationSet = self.found(request, str(number))
        if request.method != "POST" or not self.has_change_permission(request, chosen):
            raise PermissionDenied
        return chosen

    # what customers chose

    def decide_set(self, request: HttpRequest, number: int) -> HttpResponse:
        """Takes a suggestion into this set, or dismisses it."""
        chosen = self._changed(request, number)
        by = cast(Member, request.user)
        try:
            turn = UUID(request.POST.get("turn", ""))
        except ValueError as error:
            raise Http404 from error
        try:
            if "accept" in request.POST:
                item = suggesting.accept(turn, chosen, by=by)
                messages.success(request, _("“%s” is asked from the next run on.") % item)
            else:
                suggesting.dismiss(turn, by=by)
        except Refusal as refusal:
            messages.warning(request, str(refusal))
        return redirect("admin:insights_evaluationset_change", chosen.pk)

    # files

    def import_set(self, request: HttpRequest, number: int) -> HttpResponse:
        chosen: EvaluationSet = self.found(request, str(number))
        if not self.has_change_permission(request, chosen):
            raise PermissionDenied
        form = FileForm(request.POST or None, request.FILES or None)
        taken = None
        if request.method == "POST" and form.is_valid():
            taken = self._take_in(request, chosen, form)
            if taken and not taken.problems:
                return redirect("admin:insights_evaluationset_change", chosen.pk)
        shown = {
            "title": _("Import questions"),
            "chosen": chosen,
            "original": chosen,
            "form": form,
            "problems": taken.problems[:SHOWN_PROBLEMS] if taken else (),
            "bad": len(taken.problems) if taken else 0,
            "most": sets.MOST_ITEMS,
            "largest": sets.LARGEST_FILE // 2**20,
            "opts": self.opts,
        }
        return render(request, "admin/evaluation_import.html", {**self.admin_site.each_context(request), **shown})

    def _take_in(self, request: HttpRequest, chosen: EvaluationSet, form: FileForm) -> sets.TakenIn | None:
        file = form.cleaned_data["file"]
        try:
            taken = sets.take_in(chosen, file.read(sets.LARGEST_FILE + 1), by=cast(Member, request.user))
        except Refusal as refusal:
            form.add_error("file", str(refusal))
            return None
        if not taken.problems:
            self.log_change(request, chosen, [{"changed": {"fields": ["items"]}}])
            sentence = _("Imported: %(added)d added, %(changed)d changed, %(unchanged)d unchanged.")
            counts = {"added": taken.added, "changed": taken.changed, "unchanged": taken.unchanged}
            messages.success(request, sentence % counts)
        return taken

    def export_set(self, request: HttpRequest, number: int) -> HttpResponse:
        """Whole, not streamed: a stream would run after the tenant was left."""
        if not self.has_view_permission(request) or request.method != "GET":
            raise PermissionDenied
        chosen: EvaluationSet = self.found(request, str(number))
        security.note("export", person=request.user.pk, what="evaluation", form="jsonl")
        response = HttpResponse("".join(sets.export(chosen)), content_type="application/jsonl; charset=utf-8")
        name = slugify(chosen.name) or "questions"
        response["Content-Disposition"] = f'attachment; filename="{name}.jsonl"'
        return response


def _wanted(chosen: EvaluationSet, number: str) -> Run | None:
    """An earlier run of this set, by the address. Raises Http404 for one that is not, or of which no results are kept."""
    if not number:
        return None
    run = chosen.runs.filter(pk=int(number), state=Run.State.DONE).first() if number.isdecimal() and len(number) < 18 else None
    if run is None:
        raise Http404
    return run


def _figures(run: Run, request: HttpRequest) -> dict[str, Any]:
    earlier = figures.before(run)
    against = _("compared with release #%d") % earlier.release if earlier else _("no earlier release to compare with")
    query = request.GET
    return {
        "numbers": figures.numbers(run, earlier),
        "against": against,
        "kinds": list(figures.kinds(run, earlier)),
        "failing": failing.of(run, query.get("fault", ""), query.get("p", "1")),
        "fault": query.get("fault", ""),
        "share": figures.share(run),
        "page_of": f"{reverse('admin:insights_evaluationset_change', args=[run.set_id])}?run={run.pk}",
    }
