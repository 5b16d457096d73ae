"""Marks in the admin: what people said of messages, what was learnt from it, and how that comes into a rule."""

from typing import Any, cast

from django.contrib import admin, messages
from django.core.exceptions import PermissionDenied
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.template.loader import render_to_string
from django.urls import URLPattern, path, reverse
from django.utils.html import format_html
from django.utils.safestring import mark_safe
from django.utils.text import Truncator
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext
from django.views.decorators.http import require_POST
from unfold.decorators import display

from apps.conversations.marking import lessons
from apps.conversations.models import Event, Lesson, Mark
from apps.filters.learning import FEWEST
from apps.filters.models import Filter
from apps.tenants.backoffice.adminsite import tenant_site
from apps.tenants.backoffice.rowadmin import RowAdmin
from apps.tenants.refusal import Refusal
from apps.tenants.vault import encryption
from apps.tenants.workspace.models import Member

SHOWN, MOST_LINES = 160, 200
SIDES = {"1": True, "0": False}
LIST = "admin:conversations_mark_changelist"


@admin.register(Mark, site=tenant_site)
class MarkAdmin(RowAdmin):
    empty = gettext_lazy(
        "Say of messages whether they are offensive: in a conversation, or where it is listed what filters found."
    )
    never = ("add", "change")
    list_display = ("words", "side", "member", "at", "place")
    list_display_links = None
    list_filter = ("offensive",)
    ordering = ("-id",)
    list_per_page = 50
    list_select_related = ("member", "event")
    actions = ("take_back",)
    list_before_template = "admin/mark_list_before.html"

    def get_urls(self) -> list[URLPattern]:
        wrap = self.admin_site.admin_view
        own = [
            path("say/<int:event>/", wrap(require_POST(self.say)), name="mark_say"),
            path("write/", wrap(require_POST(self.write)), name="mark_write"),
            path("learn/", wrap(require_POST(self.learn)), name="mark_learn"),
            path("lesson/", wrap(self.lesson), name="mark_lesson"),
        ]
        return own + super().get_urls()  # type: ignore[no-any-return]

    def get_actions(self, request: HttpRequest) -> Any:
        actions = super().get_actions(request)
        actions.pop("delete_selected", None)  # the same, with a page between
        return actions

    def changelist_view(self, request: HttpRequest, extra_context: dict[str, Any] | None = None) -> HttpResponse:
        more = {"may_mark": self.may("add", request), **_taught(request)}
        return super().changelist_view(request, more | (extra_context or {}))

    def change_view(
        self, request: HttpRequest, object_id: str, form_url: str = "", extra_context: dict[str, Any] | None = None
    ) -> HttpResponse:
        """A mark has no page of its own."""
        if not self.has_view_permission(request):
            raise PermissionDenied
        self.found(request, object_id)
        return redirect(LIST)

    # marking

    def say(self, request: HttpRequest, event: int) -> HttpResponse:
        """Marks a message, or takes that back."""
        row = get_object_or_404(Event, pk=event)
        side = request.POST.get("offensive", "")
        if not (self.may("add", request) if side in SIDES else self.may("delete", request)):
            raise PermissionDenied
        told = ""
        try:
            if side in SIDES:
                Mark.say(row, SIDES[side], cast(Member, request.user))
            else:
                Mark.take_back(Mark.objects.filter(event=row).values_list("pk", flat=True))
        except Refusal as refusal:
            told = str(refusal)
        now = Mark.objects.filter(event=row).values_list("offensive", flat=True).first()
        return HttpResponse(buttons(request, row.pk, now, told))

    def write(self, request: HttpRequest) -> HttpResponse:
        """Marks lines that somebody wrote."""
        if not self.may("add", request):
            raise PermissionDenied
        lines = request.POST.get("texts", "").splitlines()[:MOST_LINES]
        try:
            made = Mark.write(lines, SIDES.get(request.POST.get("offensive", ""), False), cast(Member, request.user))
            messages.success(request, ngettext("%d mark more.", "%d marks more.", made) % made)
        except Refusal as refusal:
            messages.error(request, str(refusal))
        return redirect(LIST)

    @admin.action(description=gettext_lazy("Take back"), permissions=["delete"])
    def take_back(self, request: HttpRequest, queryset: QuerySet[Mark]) -> None:
        taken = Mark.take_back(queryset.order_by().values_list("pk", flat=True))
        messages.success(request, ngettext("%d mark taken back.", "%d marks taken back.", taken) % taken)

    # learning

    def learn(self, request: HttpRequest) -> HttpResponse:
        if not request.user.has_perm("filters.change_filter"):
            raise PermissionDenied
        try:
            lessons.begin(by=cast(Member, request.user))
        except Refusal as refusal:
            messages.error(request, str(refusal))
        return redirect(LIST)

    def lesson(self, request: HttpRequest) -> HttpResponse:
        """The card of what was learnt, for a page that waits."""
        if not self.has_view_permission(request):
            raise PermissionDenied
        return render(request, "admin/lesson.html", _taught(request))

    # columns

    @display(description=gettext_lazy("message"))
    def words(self, row: Mark) -> str:
        shown = Truncator(" ".join(str(encryption.shown(row, "text")).split())).chars(SHOWN)
        return format_html('<span class="yingda-subject">{}</span>', shown or "–")

    @display(description=gettext_lazy("mark"), ordering="offensive", label={"offensive": "danger", "safe": "success"})
    def side(self, row: Mark) -> tuple[str, str]:
        return "offensive" if row.offensive else "safe", str(row)

    @display(description=gettext_lazy("said in"))
    def place(self, row: Mark) -> str:
        if row.event is None:
            return _("written by hand")
        page = reverse("admin:conversations_conversation_change", args=[row.event.conversation_id])
        return format_html('<a class="yingda-link" href="{}?at={}">{}</a>', page, row.event.seq, _("Conversation"))


def buttons(request: HttpRequest, event: int, offensive: bool | None, told: str = "") -> str:
    """The part beside a message: how it is marked, and how it can be. `told`: why it could not be."""
    may = {"may_mark": request.user.has_perm("conversations.add_mark"), "event": event, "offensive": offensive}
    return mark_safe(render_to_string("admin/mark.html", {**may, "told": told}, request).strip())  # noqa: S308  the template's own


def _taught(request: HttpRequest) -> dict[str, Any]:
    """The marks that there are, the last lesson, and the rules that may take into use what it taught."""
    offensive, safe = Mark.counts()
    last = Lesson.objects.first()
    may_change = request.user.has_perm("filters.change_filter")
    rules = Filter.objects.filter(kind="classifier").order_by("order", "name") if may_change else ()
    taught = last.weights if last is not None else ""
    used = [{"row": row, "uses": row.settings.get("weights") == taught} for row in rules] if taught else []
    return {
        "offensive": offensive,
        "safe": safe,
        "enough": min(offensive, safe) >= FEWEST,
        "fewest": FEWEST,
        "lesson": last,
        "found": {} if last is None else _found(last),
        "rules": used,
        "may_learn": may_change,
    }


def _found(last: Lesson) -> dict[str, Any]:
    found = last.found or {}
    if "before" not in found:
        return {"few": found.get("few", False)}
    n = last.offensive + last.safe
    return {"n": n, "before": sum(found["before"]), "after": sum(found["held_out"]), "examples": found.get("examples", ())}
