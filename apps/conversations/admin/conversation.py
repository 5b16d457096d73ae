"""Conversations in the admin, to read: drawn by the chat's own thread, with the trace of every turn beside it."""

from typing import Any

from django.contrib import admin
from django.core.exceptions import PermissionDenied
from django.core.paginator import Paginator
from django.db.models import Exists, OuterRef, QuerySet, Subquery
from django.db.models.fields.json import KeyTextTransform
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from unfold.decorators import display

from apps.conversations import site_part
from apps.conversations.admin import judged, overview, recording, tryout, visits
from apps.conversations.bot import trace
from apps.conversations.models import Conversation, Event, Handover, Owner, Turn
from apps.releases.models import Release
from apps.tenants.backoffice.adminsite import tenant_site
from apps.tenants.backoffice.rowadmin import RowAdmin
from apps.tenants.vault import blind

SNIPPET = 140

tenant_site.add_page("try/", tryout.try_it, "try")
tenant_site.add_page("flows/visits/", visits.visits, "flow_visits")
tenant_site.add_overview(overview.numbers)


class CauseFilter(admin.SimpleListFilter):
    title = gettext_lazy("handed over because")
    parameter_name = "cause"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, Any]]:
        return [("any", gettext_lazy("any reason")), ("none", gettext_lazy("not handed over")), *Handover.REASONS]

    def queryset(self, request: HttpRequest, queryset: QuerySet[Conversation]) -> QuerySet[Conversation]:
        handed = Handover.objects.filter(conversation=OuterRef("pk"))
        match self.value():
            case None:
                return queryset
            case "any":
                return queryset.filter(Exists(handed))
            case "none":
                return queryset.exclude(Exists(handed))
            case reason:
                return queryset.filter(Exists(handed.filter(reason=reason)))


class ClosedFilter(admin.SimpleListFilter):
    title = gettext_lazy("state")
    parameter_name = "state"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, Any]]:
        return [("open", gettext_lazy("open")), ("closed", gettext_lazy("closed"))]

    def queryset(self, request: HttpRequest, queryset: QuerySet[Conversation]) -> QuerySet[Conversation]:
        return queryset.filter(closed_at__isnull=self.value() == "open") if self.value() else queryset


@admin.register(Conversation, site=tenant_site)
class ConversationAdmin(RowAdmin):
    empty = gettext_lazy("Conversations come when customers write in the chat. Put it on your site under Site.")
    never = ("add", "change", "delete")
    list_display = ("asked", "owner_shown", "cause", "release", "changed_at")
    list_filter = ("owner", ClosedFilter, CauseFilter, "language")
    search_fields = ("visitor__name",)
    search_help_text = gettext_lazy("Searches messages, customers' names and whole e-mail addresses, domains or phone numbers")
    date_hierarchy = "opened_at"
    ordering = ("-changed_at",)
    list_per_page = 50
    list_select_related = ("visitor",)
    show_full_result_count = False

    def get_queryset(self, request: HttpRequest) -> QuerySet[Conversation]:
        rows: QuerySet[Conversation] = super().get_queryset(request)
        said = Event.objects.filter(conversation=OuterRef("pk"), kind=Event.Kind.MESSAGE, author=Event.Author.VISITOR)
        handed = Handover.objects.filter(conversation=OuterRef("pk")).order_by("-requested_at")
        return rows.annotate(
            words=Subquery(said.order_by("-seq").values_list(KeyTextTransform("text", "body"))[:1]),
            reason=Subquery(handed.values("reason")[:1]),
        )

    def get_search_results(self, request: HttpRequest, queryset: Any, search_term: str) -> tuple[Any, bool]:
        term = self.searchable(request, search_term)
        if not term:
            return queryset, False
        found, repeats = super().get_search_results(request, queryset, term)
        said = Event.objects.filter(conversation=OuterRef("pk"), kind=Event.Kind.MESSAGE, body__text__icontains=term)
        found |= queryset.filter(Exists(said))
        for kind, index in blind.wanted(term).items():  # addresses are encrypted: found whole or not at all
            found |= queryset.filter(**{f"visitor__{kind}_index": index})
        return found, repeats

    @display(description=gettext_lazy("last words"), header=True)
    def asked(self, row: Conversation) -> list[str]:
        words = " ".join((getattr(row, "words", "") or "–").split())
        return [words[:SNIPPET] + ("…" if len(words) > SNIPPET else ""), str(row.visitor)]

    @display(
        description=gettext_lazy("speaks next"),
        ordering="owner",
        label={Owner.BOT: "primary", Owner.QUEUE: "warning", Owner.HUMAN: "info", "closed": ""},
    )
    def owner_shown(self, row: Conversation) -> tuple[str, str]:
        return (row.owner, row.get_owner_display()) if row.is_open else ("closed", _("closed"))

    @display(description=gettext_lazy("handed over because"))
    def cause(self, row: Conversation) -> str:
        reason = getattr(row, "reason", None)
        return str(dict(Handover.REASONS)[reason]) if reason else ""

    def change_view(
        self, request: HttpRequest, object_id: str, form_url: str = "", extra_context: dict[str, Any] | None = None
    ) -> HttpResponse:
        if not self.has_view_permission(request):
            raise PermissionDenied
        row: Conversation = self.found(request, object_id)
        recorded = recording.of(row, _number(request.GET.get("at", "")))
        shown = {
            "title": _("Conversation with %s") % row.visitor,
            "conversation": row,
            "frames": recorded.frames,
            "cut": recorded.cut,
            "turns": _turns(row),
            "handovers": row.handovers.all(),
            "judged": judged.said(request, row, _number(request.GET.get("at", ""))),
            "may_try": request.user.has_perm("conversations.try_turn"),
            "may_see_release": request.user.has_perm("releases.view_release"),
            "opts": self.opts,
        }
        return render(request, "admin/conversation.html", {**self.admin_site.each_context(request), **shown})


def _number(text: str) -> int:
    """The seq of an address; 0 for none."""
    return int(text) if text.isascii() and text.isdecimal() and len(text) < 10 else 0


def _turns(row: Conversation) -> list[dict[str, Any]]:
    """Each turn with the words it answered and its timeline, oldest first."""
    turns = list(Paginator(row.turns.order_by("-epoch"), 100).page(1))
    asked = {
        event.seq: str(event.body.get("text", "")) for event in row.events.filter(seq__in=[turn.question for turn in turns])
    }
    releases = Release.objects.filter(number__in={turn.release for turn in turns})
    sites = {release.number: site_part.of(release) for release in releases}
    return [_turn(turn, asked, sites[turn.release].sure, sites[turn.release].floor) for turn in reversed(turns)]


def _turn(turn: Turn, asked: dict[int, str], sure: float, floor: float) -> dict[str, Any]:
    steps = trace.read(turn.trace)
    return {
        "turn": turn,
        "sure": sure,
        "floor": floor,
        "question": asked.get(turn.question, ""),
        "tier": trace.tier_name(turn.tier),
        "cause": turn.get_cause_display(),
        "steps": trace.timeline(steps, sure=sure, floor=floor),
        "why": trace.why(steps, sure=sure, floor=floor),
    }
