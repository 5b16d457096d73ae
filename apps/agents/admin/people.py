"""The people in the admin: teams, skills, presence, canned replies."""

from typing import Any

from django.contrib import admin
from django.db.models import QuerySet
from django.http import HttpRequest
from django.utils.translation import gettext_lazy
from unfold.decorators import display

from apps.agents import presence
from apps.agents.admin.owned import OwnedAdmin, runs_the_desk
from apps.agents.models import CannedReply, Presence, Skill, Team
from apps.tenants.backoffice.adminsite import tenant_site
from apps.tenants.backoffice.rowadmin import RowAdmin


@admin.register(Team, site=tenant_site)
class TeamAdmin(RowAdmin):
    empty = gettext_lazy("Make a team for people who answer the same kind of customers, such as returns.")
    list_display = ("name", "people")
    filter_horizontal = ("members",)

    def get_queryset(self, request: HttpRequest) -> QuerySet[Team]:
        rows: QuerySet[Team] = super().get_queryset(request)
        return rows.prefetch_related("members")

    @display(description=gettext_lazy("members"))
    def people(self, team: Team) -> str:
        return ", ".join(str(member) for member in team.members.all()) or "–"


@admin.register(Presence, site=tenant_site)
class PresenceAdmin(RowAdmin):
    """Agents as the queue sees them. A row is made when somebody opens the console for the first time."""

    empty = gettext_lazy("Agents come here when they open the console for the first time. Owners add members under Members.")
    never = ("delete",)
    list_display = ("member", "state_shown", "capacity", "skills", "seen_at")
    fields = ("member", "capacity", "state", "seen_at")
    readonly_fields = ("state", "seen_at")
    list_select_related = ("member",)

    def get_readonly_fields(self, request: HttpRequest, obj: Any = None) -> tuple[str, ...]:
        return ("member", *self.readonly_fields) if obj else self.readonly_fields

    @display(description=gettext_lazy("state"), label={"online": "success", "away": "warning", "offline": ""}, ordering="state")
    def state_shown(self, row: Presence) -> tuple[str, str]:
        state = presence.states().get(str(row.member_id), Presence.State.OFFLINE)
        return state, str(Presence.State(state).label)

    @display(description=gettext_lazy("skills"))
    def skills(self, row: Presence) -> str:
        return ", ".join(row.member.skills.values_list("name", flat=True)) or "–"


@admin.register(Skill, site=tenant_site)
class SkillAdmin(RowAdmin):
    empty = gettext_lazy("Note which languages or subjects an agent knows: their customers go to them first.")
    list_display = ("member", "kind", "name")
    list_filter = ("kind",)
    list_select_related = ("member",)


@admin.register(CannedReply, site=tenant_site)
class CannedReplyAdmin(OwnedAdmin):
    empty = gettext_lazy("Write down what you answer often, with a shortcut to call it in the console.")
    list_display = ("shortcut", "title", "whose")
    search_fields = ("shortcut", "title", "text")

    def get_fields(self, request: HttpRequest, obj: Any = None) -> list[str]:
        return ["shortcut", "title", "text", *(["member", "team"] if runs_the_desk(request) else [])]
