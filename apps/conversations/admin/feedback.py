"""Feedback in the admin: what was said of the bot's answers, to be listed, filtered, counted and worked off."""

from collections.abc import Iterator
from typing import Any, cast
from urllib.parse import urlencode

from django.contrib import admin, messages
from django.core.exceptions import PermissionDenied
from django.db.models import Count, OuterRef, Q, QuerySet, Subquery
from django.db.models.fields.json import KeyTextTransform, KeyTransform
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import redirect
from django.urls import URLPattern, path, reverse
from django.utils import timezone
from django.utils.html import format_html, format_html_join
from django.utils.text import Truncator, capfirst
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext
from unfold.decorators import display

from apps.conversations.models import Event, Feedback
from apps.llm import languages
from apps.tenants import security
from apps.tenants.backoffice import spreadsheet
from apps.tenants.backoffice.adminsite import tenant_site
from apps.tenants.backoffice.rowadmin import NoSuchList, RowAdmin
from apps.tenants.workspace.models import LANGUAGES, Member

MOST_ROWS = 20_000  # of a CSV file
ASKED, ANSWERED, COMMENTED, LONGEST_ASKED, LONGEST_TRIED = 90, 160, 200, 300, 900
TO_MEND = Q(kind__in=[Feedback.Kind.DOWN, Feedback.Kind.WRONG], done_at=None)


class StateFilter(admin.SimpleListFilter):
    title = gettext_lazy("state")
    parameter_name = "state"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, Any]]:
        return [("mend", _("answers to mend")), ("open", _("open")), ("done", _("done"))]

    def queryset(self, request: HttpRequest, queryset: QuerySet[Feedback]) -> QuerySet[Feedback]:
        match self.value():
            case "mend":
                return queryset.filter(TO_MEND)
            case "open":
                return queryset.filter(done_at=None)
            case "done":
                return queryset.exclude(done_at=None)
        return queryset


class LanguageFilter(admin.SimpleListFilter):
    title = gettext_lazy("language")
    parameter_name = "language"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, Any]]:
        return list(LANGUAGES)

    def queryset(self, request: HttpRequest, queryset: QuerySet[Feedback]) -> QuerySet[Feedback]:
        return queryset.filter(conversation__language=self.value()) if self.value() else queryset


@admin.register(Feedback, site=tenant_site)
class FeedbackAdmin(RowAdmin):
    empty = gettext_lazy("Thumbs and ratings of customers come here, and answers that agents mark as wrong.")
    never = ("add", "delete")
    list_display = ("at", "kind_shown", "words", "remark", "state")
    list_display_links = ("at",)
    list_filter = (StateFilter, "kind", "reason", LanguageFilter, "at")
    search_fields = ("comment",)
    search_help_text = gettext_lazy("Searches what customers wrote with a rating")
    date_hierarchy = "at"
    ordering = ("-at", "-id")
    list_per_page = 50
    list_select_related = ("conversation", "member")
    show_full_result_count = False
    actions = ("finish", "reopen")
    list_before_template = "admin/feedback_before.html"

    def get_queryset(self, request: HttpRequest) -> QuerySet[Feedback]:
        """Each with what was answered, what was asked, and the first article the answer came from."""
        rows: QuerySet[Feedback] = super().get_queryset(request)
        answer = Event.objects.filter(conversation=OuterRef("conversation"), seq=OuterRef("of"))
        question = Event.objects.filter(conversation=OuterRef("conversation"), seq=OuterRef("asked_seq"))
        return rows.annotate(
            asked_seq=Subquery(answer.values("turn__question")[:1]),
            answered=Subquery(answer.values_list(KeyTextTransform("text", "body"))[:1]),
            article=Subquery(
                answer.values_list(KeyTextTransform("article", KeyTransform("0", KeyTransform("sources", "body"))))[:1]
            ),
        ).annotate(asked=Subquery(question.values_list(KeyTextTransform("text", "body"))[:1]))

    def get_urls(self) -> list[URLPattern]:
        return [path("csv/", self.admin_site.admin_view(self.csv), name="feedback_csv"), *super().get_urls()]

    def changelist_view(self, request: HttpRequest, extra_context: dict[str, Any] | None = None) -> HttpResponse:
        response = super().changelist_view(request, extra_context)
        if cl := (getattr(response, "context_data", None) or {}).get("cl"):
            response.context_data["counts"] = _counts(cl.queryset)  # type: ignore[attr-defined]
            response.context_data["query"] = request.GET.urlencode()  # type: ignore[attr-defined]
        return response

    def change_view(
        self, request: HttpRequest, object_id: str, form_url: str = "", extra_context: dict[str, Any] | None = None
    ) -> HttpResponse:
        """A row has no page of its own: it stands in its conversation, at its message."""
        if not self.has_view_permission(request):
            raise PermissionDenied
        return HttpResponseRedirect(_place(self.found(request, object_id)))

    def csv(self, request: HttpRequest) -> HttpResponse:
        """The list as it is filtered."""
        if not self.has_view_permission(request):
            raise PermissionDenied
        try:
            rows = self.get_changelist_instance(request).queryset[:MOST_ROWS]
        except NoSuchList:
            return redirect("admin:conversations_feedback_changelist")
        security.note("export", person=request.user.pk, what="feedback", form="csv")
        header = (
            _("given"),
            _("kind"),
            _("stars"),
            _("question"),
            _("answer"),
            _("why"),
            _("comment"),
            _("language"),
            _("agent"),
        )
        more = (_("done at"), _("conversation"), _("message"))
        return spreadsheet.file("feedback", (*header, *more), map(_cells, rows))

    # columns

    def get_list_display(self, request: HttpRequest) -> list[Any]:
        """With the doors that are open to this person."""

        @display(description=gettext_lazy("go to"))
        def doors(row: Any) -> str:
            links = [
                (_place(row), _("Conversation")),
                *(_doors(row, cast(Member, request.user)) if row.of and row.asked else ()),
            ]
            return format_html_join("", '<a class="yingda-link yingda-door" href="{}">{}</a>', links)

        return [*super().get_list_display(request), doors]

    @display(
        description=gettext_lazy("kind"),
        ordering="kind",
        label={"up": "success", "down": "danger", "csat": "info", "wrong": "warning"},
    )
    def kind_shown(self, row: Feedback) -> tuple[str, str]:
        if row.kind == Feedback.Kind.CSAT:
            return row.kind, ngettext("%d star", "%d stars", row.score or 0) % (row.score or 0)
        return row.kind, row.get_kind_display()

    @display(description=gettext_lazy("question and answer"))
    def words(self, row: Any) -> str:
        if not row.of:
            return _("the whole conversation")
        asked, answered = Truncator(row.asked or "–").chars(ASKED), Truncator(row.answered or "–").chars(ANSWERED)
        return format_html('<span class="yingda-subject">{}<br><span class="yingda-quiet">{}</span></span>', asked, answered)

    @display(description=gettext_lazy("comment"))
    def remark(self, row: Feedback) -> str:
        if row.kind == Feedback.Kind.WRONG:
            return str(row.member or "–")
        shown = Truncator(row.comment).chars(COMMENTED)
        if row.reason:
            shown = format_html("<b>{}</b> {}", capfirst(row.get_reason_display()), shown)
        return format_html('<span class="yingda-subject">{}</span>', shown) if shown else "–"

    @display(description=gettext_lazy("state"), ordering="done_at", label={"open": "warning", "done": "success"})
    def state(self, row: Feedback) -> tuple[str, str]:
        return ("open", _("open")) if row.done_at is None else ("done", _("done"))

    # working it off

    @admin.action(description=gettext_lazy("Mark as done"), permissions=["change"])
    def finish(self, request: HttpRequest, queryset: QuerySet[Feedback]) -> None:
        _told(request, Feedback.objects.filter(pk__in=_chosen(queryset)).finish(cast(Member, request.user)))

    @admin.action(description=gettext_lazy("Open again"), permissions=["change"])
    def reopen(self, request: HttpRequest, queryset: QuerySet[Feedback]) -> None:
        _told(request, Feedback.objects.filter(pk__in=_chosen(queryset)).reopen())


def _chosen(queryset: QuerySet[Feedback]) -> Any:
    return queryset.order_by().values("pk")


def _told(request: HttpRequest, changed: int) -> None:
    messages.success(request, ngettext("%d row changed.", "%d rows changed.", changed) % changed)


def _place(row: Feedback) -> str:
    """The conversation's page, at the message."""
    page = reverse("admin:conversations_conversation_change", args=[row.conversation_id])
    return f"{page}?at={row.of}" if row.of else page


def _doors(row: Any, person: Member) -> Iterator[tuple[str, str]]:
    """From an answer to its article, or to a new one for its question, and to “try it”."""
    asked = " ".join(row.asked.split())
    if row.article:
        yield reverse("admin:knowledge_article_change", args=[row.article]), _("Article")
    elif person.has_perm("knowledge.add_article"):
        told = {"title": asked[:LONGEST_ASKED], "language": row.conversation.language or languages.of(asked)}
        yield f"{reverse('admin:knowledge_article_add')}?{urlencode(told)}", _("Write an answer")
    if person.has_perm("conversations.try_turn"):
        yield f"{reverse('admin:try')}?{urlencode({'q': asked[:LONGEST_TRIED]})}", _("Try it")


def _counts(rows: QuerySet[Feedback]) -> list[tuple[str, int, str]]:
    """(label, rows, query) of each kind, and of the answers to mend, among the rows that the list shows."""
    held = dict(rows.order_by().values_list("kind").annotate(n=Count("pk")))
    told = [(_("answers to mend"), rows.filter(TO_MEND).count(), "state=mend")]
    told += [(str(label), held.get(kind, 0), f"kind__exact={kind}") for kind, label in Feedback.Kind.choices]
    return told


def _cells(row: Any) -> tuple[object, ...]:
    return (
        timezone.localtime(row.at).strftime("%Y-%m-%d %H:%M"),
        row.get_kind_display(),
        row.score or "",
        row.asked or "",
        row.answered or "",
        row.get_reason_display(),
        row.comment,
        row.conversation.language,
        str(row.member or ""),
        timezone.localtime(row.done_at).strftime("%Y-%m-%d %H:%M") if row.done_at else "",
        str(row.conversation_id),
        row.of or "",
    )
