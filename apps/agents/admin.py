"""The desk in the admin: teams and skills, canned replies, tickets, dead letters to repair and send again."""

from typing import Any

from django import forms
from django.contrib import admin, messages
from django.db.models import Model, QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext
from unfold.admin import ModelAdmin
from unfold.decorators import action, display
from unfold.widgets import UnfoldAdminTextareaWidget

from apps.agents import errands, macro_admin, presence
from apps.agents.models import CannedReply, DeadLetter, DeskSettings, Presence, Skill, Team, Ticket
from apps.agents.owned_admin import OwnedAdmin, runs_the_desk
from apps.tenants.adminsite import tenant_site

__all__ = ["DeskSettingsAdmin", "macro_admin"]


@admin.register(DeskSettings, site=tenant_site)
class DeskSettingsAdmin(ModelAdmin):  # type: ignore[misc]  # Unfold has no types
    fieldsets = (
        (gettext_lazy("Offers"), {"fields": ("offer_seconds", "capacity", "gone_minutes")}),
        (gettext_lazy("Customers who wait"), {"fields": ("target_seconds", "patience_minutes", "drafts")}),
        (gettext_lazy("Tickets"), {"fields": ("ticket_hours", "ticket_email")}),
    )

    def has_add_permission(self, request: HttpRequest) -> bool:
        return False

    def has_delete_permission(self, request: HttpRequest, obj: Model | None = None) -> bool:
        return False

    def changelist_view(self, request: HttpRequest, extra_context: dict[str, Any] | None = None) -> HttpResponse:
        """One row: the list is its form."""
        if not self.has_view_permission(request):
            return super().changelist_view(request, extra_context)  # type: ignore[no-any-return]  # refuses
        return redirect(reverse("admin:agents_desksettings_change", args=[DeskSettings.load().pk]))


@admin.register(Team, site=tenant_site)
class TeamAdmin(ModelAdmin):  # type: ignore[misc]  # Unfold has no types
    list_display = ("name", "people")
    filter_horizontal = ("members",)

    def get_queryset(self, request: HttpRequest) -> QuerySet[Team]:
        rows: QuerySet[Team] = super().get_queryset(request)
        return rows.prefetch_related("members")

    @display(description=gettext_lazy("members"))
    def people(self, team: Team) -> str:
        return ", ".join(str(member) for member in team.members.all()) or "–"


@admin.register(Presence, site=tenant_site)
class PresenceAdmin(ModelAdmin):  # type: ignore[misc]  # Unfold has no types
    """Agents as the queue sees them. A row is made when somebody opens the console for the first time."""

    list_display = ("member", "state_shown", "capacity", "skills", "seen_at")
    fields = ("member", "capacity", "state", "seen_at")
    readonly_fields = ("state", "seen_at")
    list_select_related = ("member",)

    def get_readonly_fields(self, request: HttpRequest, obj: Any = None) -> tuple[str, ...]:
        return ("member", *self.readonly_fields) if obj else self.readonly_fields

    def has_delete_permission(self, request: HttpRequest, obj: Model | None = None) -> bool:
        return False

    @display(description=gettext_lazy("state"), label={"online": "success", "away": "warning", "offline": ""}, ordering="state")
    def state_shown(self, row: Presence) -> tuple[str, str]:
        state = presence.states().get(str(row.member_id), Presence.State.OFFLINE)
        return state, str(Presence.State(state).label)

    @display(description=gettext_lazy("skills"))
    def skills(self, row: Presence) -> str:
        return ", ".join(row.member.skills.values_list("name", flat=True)) or "–"


@admin.register(Skill, site=tenant_site)
class SkillAdmin(ModelAdmin):  # type: ignore[misc]  # Unfold has no types
    list_display = ("member", "kind", "name")
    list_filter = ("kind",)
    list_select_related = ("member",)


@admin.register(CannedReply, site=tenant_site)
class CannedReplyAdmin(OwnedAdmin):
    list_display = ("shortcut", "title", "whose")
    search_fields = ("shortcut", "title", "text")

    def get_fields(self, request: HttpRequest, obj: Any = None) -> list[str]:
        return ["shortcut", "title", "text", *(["member", "team"] if runs_the_desk(request) else [])]


@admin.register(Ticket, site=tenant_site)
class TicketAdmin(ModelAdmin):  # type: ignore[misc]  # Unfold has no types
    list_display = ("number", "subject", "state", "priority", "assignee", "contact", "due_at")
    list_filter = ("status", "priority", "assignee")
    search_fields = ("number", "subject", "body", "contact")
    fields = ("subject", "status", "priority", "assignee", "due_at", "contact", "body", "conversation", "created_at")
    readonly_fields = ("body", "conversation", "contact", "created_at")
    list_select_related = ("assignee",)
    date_hierarchy = "created_at"

    def has_add_permission(self, request: HttpRequest) -> bool:
        return False

    @display(
        description=gettext_lazy("status"), label={"open": "warning", "pending": "info", "solved": "success"}, ordering="status"
    )
    def state(self, ticket: Ticket) -> tuple[str, str]:
        return ticket.status, ticket.get_status_display()


class LetterForm(forms.ModelForm):  # type: ignore[type-arg]
    payload = forms.JSONField(
        label=gettext_lazy("Content"),
        widget=UnfoldAdminTextareaWidget({"rows": 6}),
        help_text=gettext_lazy("Repair it and save: it is sent again."),
    )

    class Meta:
        model = DeadLetter
        fields = ()

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if self.instance.pk and "payload" in self.fields:
            self.fields["payload"].initial = self.instance.errand.payload


@admin.register(DeadLetter, site=tenant_site)
class DeadLetterAdmin(ModelAdmin):  # type: ignore[misc]  # Unfold has no types
    """What failed three times: repair its content, then send it again."""

    list_display = ("errand", "error_shown", "died_at", "resent_at")
    list_filter = (("resent_at", admin.EmptyFieldListFilter),)
    form = LetterForm
    fields = ("errand", "error", "payload", "died_at", "resent_at")
    readonly_fields = ("errand", "error", "died_at", "resent_at")
    list_select_related = ("errand",)
    actions = ("resend_all",)
    actions_detail = ("resend_one",)

    def has_add_permission(self, request: HttpRequest) -> bool:
        return False

    def has_delete_permission(self, request: HttpRequest, obj: Model | None = None) -> bool:
        return False

    def save_model(self, request: HttpRequest, obj: DeadLetter, form: Any, change: bool) -> None:
        """Saving a repaired letter sends it again."""
        errands.resend(obj, form.cleaned_data["payload"])

    @display(description=gettext_lazy("error"))
    def error_shown(self, letter: DeadLetter) -> str:
        return letter.error[:160]

    @admin.action(description=gettext_lazy("Send again"), permissions=["change"])
    def resend_all(self, request: HttpRequest, queryset: QuerySet[DeadLetter]) -> None:
        sent = 0
        for letter in queryset.filter(resent_at=None).select_related("errand"):
            errands.resend(letter)
            sent += 1
        messages.success(request, ngettext("%d is tried again.", "%d are tried again.", sent) % sent)

    @action(description=gettext_lazy("Send again"), permissions=["change"])
    def resend_one(self, request: HttpRequest, object_id: str) -> HttpResponse:
        letter = DeadLetter.objects.filter(pk=object_id if object_id.isdigit() else 0).select_related("errand").first()
        if letter:
            errands.resend(letter)
            messages.success(request, _("It is tried again."))
        return redirect("admin:agents_deadletter_changelist")
