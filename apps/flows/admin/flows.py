"""Flows in the admin: listed with what is wrong, begun from a template or from sentences, written beside their drawing. A save
goes live as a release."""

from typing import Any, cast
from uuid import UUID

from django.contrib import admin, messages
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import redirect, render
from django.urls import URLPattern, path
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext
from django.views.decorators.http import require_POST
from unfold.decorators import display

from apps.flows.admin import checking, drawing, simulator, starting
from apps.flows.admin.form import FlowForm, told_of, told_of_others
from apps.flows.admin.language import language
from apps.flows.admin.phrases import phrases
from apps.flows.admin.start_form import StartForm
from apps.flows.definition import loading
from apps.flows.definition.loading import Loaded
from apps.flows.models import Flow
from apps.flows.models.flows import LONGEST_TEXT
from apps.flows.shelf import checked, live
from apps.releases.saves import PublishingMixin
from apps.tenants.backoffice import times
from apps.tenants.backoffice.adminsite import tenant_site
from apps.tenants.backoffice.rowadmin import RowAdmin
from apps.tenants.workspace.models import Member, Site


@admin.register(Flow, site=tenant_site)
class FlowAdmin(PublishingMixin, RowAdmin):
    empty = gettext_lazy(
        "A flow does something step by step, such as a return. Begin with a ready-made one or in your own words."
    )
    form = FlowForm
    change_form_template = "admin/flow.html"
    list_display = ("called", "state", "problems", "order", "changed")
    list_filter = ("enabled",)
    list_select_related = ("updated_by",)
    search_fields = ("name", "text")
    ordering = ("order", "name")
    warn_unsaved_form = True

    def get_urls(self) -> list[URLPattern]:
        own = (
            ("check/", require_POST(self.check_text), "flow_check"),
            ("try/", require_POST(self.try_text), "flow_try"),
            ("try/<uuid:key>/", self.tried, "flow_tried"),
            ("play/", require_POST(self.play), "flow_play"),
            ("play/<uuid:key>/", self.played, "flow_played"),
        )
        return [*(path(at, self.admin_site.admin_view(view), name=name) for at, view, name in own), *super().get_urls()]

    # the list

    def get_changelist_instance(self, request: HttpRequest) -> Any:
        """All that are enabled are read once, and held against each other."""
        shown = super().get_changelist_instance(request)
        together = live()
        for flow in shown.result_list:
            flow.loaded = together.get(flow.name) if flow.enabled else None
        return shown

    @display(description=gettext_lazy("flow"), ordering="name", header=True)
    def called(self, flow: Flow) -> list[str]:
        loaded = _loaded(flow)
        count = len(drawing.names(loaded.read)["states"])
        title = loaded.definition.title if loaded.definition else ""
        states = ngettext("%d state", "%d states", count) % count
        return [flow.name, " · ".join(part for part in (title if title != flow.name else "", states) if part)]

    @display(description=gettext_lazy("state"), ordering="enabled", label={"on": "success", "off": ""})
    def state(self, flow: Flow) -> tuple[str, str]:
        return ("on", _("enabled")) if flow.enabled else ("off", _("draft"))

    @display(description=gettext_lazy("problems"), label={"errors": "danger", "warnings": "warning"})
    def problems(self, flow: Flow) -> tuple[str, str] | None:
        found = [problem.severity for problem in _loaded(flow).problems]
        if errors := found.count("error"):
            return "errors", ngettext("%d error", "%d errors", errors) % errors
        return ("warnings", ngettext("%d warning", "%d warnings", len(found)) % len(found)) if found else None

    @display(description=gettext_lazy("last change"), ordering="updated_at", header=True)
    def changed(self, flow: Flow) -> list[Any]:
        return [times.short(flow.updated_at), flow.updated_by or ""]

    # beginning

    def add_view(self, request: HttpRequest, form_url: str = "", extra_context: dict[str, Any] | None = None) -> HttpResponse:
        """A new flow is a draft made of a ready-made one or of sentences; the editor opens with it."""
        if not self.has_add_permission(request):
            raise PermissionDenied
        form = StartForm(request.POST if "wish" in request.POST else None, initial={"language": Site.load().language})
        if request.method == "POST":
            flow = self._begun(request, form)
            if flow:
                self.log_addition(request, flow, [{"added": {}}])
                return redirect("admin:flows_flow_change", flow.pk)
        shown = {
            "title": _("New flow"),
            "form": form,
            "ready": sorted(starting.readymade(), key=lambda each: each.language != Site.load().language),
            "media": self.media + form.media,
            "opts": self.opts,
        }
        return render(request, "admin/flow_new.html", {**self.admin_site.each_context(request), **shown})

    def _begun(self, request: HttpRequest, form: StartForm) -> Flow | None:
        ready = next((each for each in starting.readymade() if each.key == request.POST.get("ready")), None)
        if ready:
            name, text = ready.title, ready.text
        elif form.is_bound and form.is_valid():
            given = form.cleaned_data
            name, text = given["wish"], starting.skeleton(given["wish"], given["sentences"], given["language"])
        else:
            return None
        return Flow.objects.create(name=starting.free_name(name), text=text, updated_by=cast(Member, request.user))

    # writing

    def changeform_view(
        self,
        request: HttpRequest,
        object_id: str | None = None,
        form_url: str = "",
        extra_context: dict[str, Any] | None = None,
    ) -> HttpResponse:
        given = {"language": language(), "phrases": phrases()}
        more = {"editor": given, "show_save_and_add_another": False, "subtitle": None}
        return super().changeform_view(request, object_id, form_url, more | (extra_context or {}))  # type: ignore[no-any-return]

    def save_model(self, request: HttpRequest, obj: Flow, form: Any, change: bool) -> None:
        obj.updated_by = cast(Member, request.user)
        super().save_model(request, obj, form, change)

    def save_related(self, request: HttpRequest, form: Any, formsets: Any, change: bool) -> None:
        """A flow that goes live although it can't do all it should is warned of."""
        super().save_related(request, form, formsets, change)
        flow: Flow = form.instance
        if flow.enabled:
            for sentence in told_of(checked(flow.text, flow.name, flow.pk).problems, "warning"):
                messages.warning(request, sentence)

    def check_text(self, request: HttpRequest) -> HttpResponse:
        """The check of what is being written; nothing is kept."""
        if not self.has_change_permission(request):
            raise PermissionDenied
        text, row = request.POST.get("text", ""), _row(request)
        if len(text) > LONGEST_TEXT:
            return JsonResponse({}, status=400)
        return JsonResponse(checking.check(text, row.name if row else "", row.pk if row else 0))

    def try_text(self, request: HttpRequest) -> HttpResponse:
        """Has a worker try what is being written; nothing is kept."""
        if not self.has_change_permission(request):
            raise PermissionDenied
        return simulator.begin(request, _row(request))

    def tried(self, request: HttpRequest, key: UUID) -> HttpResponse:
        if not self.has_change_permission(request):
            raise PermissionDenied
        return simulator.tried(request, key)

    def play(self, request: HttpRequest) -> HttpResponse:
        """Has a worker play the dialogues of what is being written."""
        if not self.has_change_permission(request):
            raise PermissionDenied
        return simulator.play(request, _row(request))

    def played(self, request: HttpRequest, key: UUID) -> HttpResponse:
        if not self.has_change_permission(request):
            raise PermissionDenied
        return simulator.played(request, key)

    # deleting

    def get_deleted_objects(self, objs: Any, request: HttpRequest) -> tuple[Any, Any, set[str], Any]:
        """A flow that another one enters stays, as that one would no longer work."""
        shown, counts, refused, protected = super().get_deleted_objects(objs, request)
        needed = [sentence for flow in objs if flow.enabled for sentence in told_of_others(flow.pk, {})]
        return shown, counts, refused, [*protected, *needed]


def _row(request: HttpRequest) -> Flow | None:
    """The row of the flow that is being written, as the page names it."""
    key = request.POST.get("flow", "")
    return Flow.objects.filter(pk=int(key)).first() if key.isascii() and key.isdigit() and len(key) < 10 else None


def _loaded(flow: Flow) -> Loaded:
    """The flow as the list has read it, a draft alone."""
    found: Loaded | None = getattr(flow, "loaded", None)
    if found is None:
        found = flow.loaded = loading.load(flow.text, flow.name)  # type: ignore[attr-defined]
    return found
