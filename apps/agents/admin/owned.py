"""The texts that agents keep for themselves, their team or everybody, in the admin: canned replies, macros."""

from typing import Any

from django.db.models import Q, QuerySet
from django.http import HttpRequest
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from unfold.decorators import display

from apps.tenants.backoffice.rowadmin import RowAdmin
from apps.tenants.workspace.models import Member, Role


class OwnedAdmin(RowAdmin):
    """Agents keep their own; people who run the desk keep the team's and everybody's."""

    list_select_related: tuple[str, ...] = ("member", "team")

    def get_queryset(self, request: HttpRequest) -> QuerySet[Any]:
        rows: QuerySet[Any] = super().get_queryset(request)
        if runs_the_desk(request):
            return rows
        return rows.filter(Q(member=me(request)) | Q(member=None, team=None) | Q(team__members=me(request))).distinct()

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        own = obj is None or runs_the_desk(request) or obj.member_id == request.user.pk
        return own and bool(super().has_change_permission(request, obj))

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        own = runs_the_desk(request) or (obj is not None and obj.member_id == request.user.pk)
        return own and bool(super().has_delete_permission(request, obj))

    def save_model(self, request: HttpRequest, obj: Any, form: Any, change: bool) -> None:
        if not runs_the_desk(request):
            obj.member, obj.team = me(request), None
        super().save_model(request, obj, form, change)

    @display(description=gettext_lazy("for"))
    def whose(self, row: Any) -> str:
        return str(row.member or row.team or _("everybody"))


def runs_the_desk(request: HttpRequest) -> bool:
    return me(request).role in (Role.OWNER, Role.OPERATOR)


def me(request: HttpRequest) -> Member:
    member: Any = request.user
    found: Member = member
    return found
