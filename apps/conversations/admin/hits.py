"""Places that filters found, in the admin: each with the message it stands in, as that is kept, and what people say of it."""

from typing import Any

from django.contrib import admin
from django.core.exceptions import PermissionDenied
from django.db.models import Case, OuterRef, QuerySet, Subquery, When
from django.db.models.fields.json import KeyTextTransform
from django.db.models.functions import Coalesce
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.html import format_html
from django.utils.text import Truncator
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from unfold.decorators import display

from apps.conversations.admin import marks
from apps.conversations.models import Event, Hit, Mark
from apps.filters.models import Filter
from apps.filters.models.rules import Direction
from apps.filters.rule import Action
from apps.tenants.backoffice.adminsite import tenant_site
from apps.tenants.backoffice.rowadmin import RowAdmin

SHOWN = 140


class RuleFilter(admin.SimpleListFilter):
    title = gettext_lazy("filter")
    parameter_name = "rule"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, Any]]:
        return [(str(pk), name) for pk, name in Filter.objects.order_by("order", "name").values_list("pk", "name")]

    def queryset(self, request: HttpRequest, queryset: QuerySet[Hit]) -> QuerySet[Hit]:
        return queryset.filter(rule=self.value()) if self.value() else queryset


@admin.register(Hit, site=tenant_site)
class HitAdmin(RowAdmin):
    empty = gettext_lazy("Each place that a filter finds comes here, with the message that it stands in.")
    never = ("add", "change", "delete")
    list_display = ("at", "name", "words", "direction", "done")
    list_display_links = ("at",)
    list_filter = (RuleFilter, "direction", "action")
    ordering = ("-id",)
    list_per_page = 50
    show_full_result_count = False

    def get_queryset(self, request: HttpRequest) -> QuerySet[Hit]:
        """Each with its message: what was asked, where a turn found it in that, or what the bot said."""
        rows: QuerySet[Hit] = super().get_queryset(request)
        asked = Event.objects.filter(conversation=OuterRef("conversation"), seq=OuterRef("turn__question")).values("pk")
        said = Event.objects.filter(turn=OuterRef("turn"), author=Event.Author.BOT).order_by("seq").values("pk")
        found = Case(When(direction=Direction.FROM_BOT, then=Subquery(said[:1])), default=Subquery(asked[:1]))
        message = Event.objects.filter(pk=OuterRef("message"))
        return rows.annotate(message=Coalesce("event_id", found)).annotate(
            said=Subquery(message.values_list(KeyTextTransform("text", "body"))[:1]),
            seq=Subquery(message.values("seq")[:1]),
            marked=Subquery(Mark.objects.filter(event=OuterRef("message")).values("offensive")[:1]),
        )

    def change_view(
        self, request: HttpRequest, object_id: str, form_url: str = "", extra_context: dict[str, Any] | None = None
    ) -> HttpResponse:
        """A row has no page of its own: it stands in its conversation, at its message."""
        if not self.has_view_permission(request):
            raise PermissionDenied
        row = self.found(request, object_id)
        if row.conversation_id is None:
            return redirect("admin:conversations_hit_changelist")
        page = reverse("admin:conversations_conversation_change", args=[row.conversation_id])
        return redirect(f"{page}?at={row.seq}" if row.seq else page)

    def get_list_display(self, request: HttpRequest) -> list[Any]:
        """With what may be said of the message."""

        @display(description=gettext_lazy("offensive?"))
        def mark(row: Any) -> str:
            if row.message is None or row.direction == Direction.TO_LOGS or Action(row.action).changes:
                return "–"  # nothing that a model would learn from
            return marks.buttons(request, row.message, row.marked)

        return [*super().get_list_display(request), mark]

    @display(description=gettext_lazy("message"))
    def words(self, row: Any) -> str:
        """The message as it is kept. The place itself is sealed, because it may be what was masked."""
        shown = Truncator(" ".join((row.said or "").split())).chars(SHOWN) or _elsewhere(row)
        return format_html('<span class="yingda-subject">{}</span>', shown)

    @display(
        description=gettext_lazy("what was done"),
        ordering="action",
        label={"log": "", "flag": "warning", "mask": "info", "replace": "info", "block": "danger", "hand_over": "danger"},
    )
    def done(self, row: Hit) -> tuple[str, str]:
        return row.action, row.get_action_display()


def _elsewhere(row: Hit) -> str:
    """The place of a find that is in no message."""
    if row.direction != Direction.TO_LOGS:
        return _("not sent")
    return _("in what left the house") if row.conversation_id else _("in a line of the log")
