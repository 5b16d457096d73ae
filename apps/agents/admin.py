"""The desk in the admin: teams and skills, presence, canned replies. Its settings and tickets have modules of their own."""

from typing import Any

from django.contrib import admin
from django.db.models import Model, Q, QuerySet
from django.http import HttpRequest
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from unfold.admin import ModelAdmin
from unfold.decorators import display

from apps.agents import desk_admin, presence, ticket_admin
from apps.agents.models import CannedReply, Presence, Skill, Team
from apps.tenants.adminsite import tenant_site
from apps.tenants.workspace.models import Member, Role

__all__ = ["desk_admin", "ticket_admin"]


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
class CannedReplyAdmin(ModelAdmin):  # type: ignore[misc]  # Unfold has no types
    """Agents keep their own; who runs the desk keeps the team's and everybody's."""

    list_display = ("shortcut", "title", "whose")
    search_fields = ("shortcut", "title", "text")
    list_select_related = ("member", "team")

    def get_queryset(self, request: HttpRequest) -> QuerySet[CannedReply]:
        rows: QuerySet[CannedReply] = super().get_queryset(request)
        if _runs_the_desk(request):
            return rows
        return rows.filter(Q(member=_me(request)) | Q(member=None, team=None) | Q(team__members=_me(request))).distinct()

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        own = obj is None or _runs_the_desk(request) or obj.member_id == request.user.pk
        return own and bool(super().has_change_permission(request, obj))

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        own = _runs_the_desk(request) or (obj is not None and obj.member_id == request.user.pk)
        return own and bool(super().has_delete_permission(request, obj))

    def get_fields(self, request: HttpRequest, obj: Any = None) -> list[str]:
        return ["shortcut", "title", "text", *(["member", "team"] if _runs_the_desk(request) else [])]

    def save_model(self, request: HttpRequest, obj: CannedReply, form: Any, change: bool) -> None:
        if not _runs_the_desk(request):
            obj.member, obj.team = _me(request), None
        super().save_model(request, obj, form, change)

    @display(description=gettext_lazy("for"))
    def whose(self, reply: CannedReply) -> str:
        return str(reply.member or reply.team or _("everybody"))


def _runs_the_desk(request: HttpRequest) -> bool:
    return _me(request).role in (Role.OWNER, Role.OPERATOR)


def _me(request: HttpRequest) -> Member:
    member: Any = request.user
    found: Member = member
    return found
