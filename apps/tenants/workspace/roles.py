"""The rights of each role: one table, from which Django's permissions are computed. There are no Group or permission rows.

A permission reads `app.verb_model`, as Django's admin asks for it. The verbs beyond Django's own four stand in EXTRA.
"""

from collections.abc import Mapping

from django.contrib.auth.backends import ModelBackend
from django.contrib.auth.base_user import AbstractBaseUser
from django.contrib.auth.models import AnonymousUser
from django.db.models import Model

from apps.tenants import context
from apps.tenants.workspace.models import Member, Role

ANSWERING = (Role.OWNER, Role.OPERATOR, Role.AGENT)
READ = "view"
EDIT = "view add change"  # nothing that a release may point to is ever deleted; articles are archived, members deactivated

# activate: make a release live · try: run a question through the bot · secrets: site key and identity secret
EXTRA = ("releases.activate_release", "conversations.try_turn", "workspace.secrets_site")

_AGENT: dict[str, str] = {
    "knowledge.article": READ,
    "knowledge.revision": READ,
    "conversations.conversation": READ,
    "conversations.feedback": READ,
    "conversations.hit": READ,
    "conversations.mark": "view add delete",
    "conversations.turn": "try",
    "agents.ticket": "view change",
    "agents.cannedreply": "view add change delete",  # their own; the team's and everybody's are for those who run the desk
    "agents.macro": "view add change delete",  # the same
}
_VIEWER: dict[str, str] = {
    "knowledge.article": READ,
    "knowledge.revision": READ,
    "knowledge.import": READ,
    "conversations.conversation": READ,
    "conversations.feedback": READ,
    "conversations.hit": READ,
    "conversations.mark": READ,
    "agents.report": READ,  # a page, not a row
    "releases.release": READ,
    "llm.usage": READ,
    "insights.evaluationset": READ,
    "insights.item": READ,
}
_OPERATOR: dict[str, str] = {
    **_VIEWER,
    **_AGENT,
    "knowledge.article": EDIT,
    "conversations.feedback": "view change",
    "knowledge.import": "view add",
    "knowledge.searchsettings": "view change",
    "flows.flow": "view add change delete",  # a release holds its text, so it needs no row
    "filters.filter": "view add change delete",  # a release holds its rule, so it needs no row
    "filters.module": "view delete",  # where no release names it
    "workspace.site": "view change",
    "flows.system": "view add change delete",
    "llm.modelendpoint": "view add change delete",
    "llm.reranker": "view add change delete",
    "releases.release": "view activate",
    "insights.evaluationset": "view add change delete",  # no release points to them
    "insights.item": "view add change delete",
    "agents.team": "view add change delete",
    "agents.skill": "view add change delete",
    "agents.presence": EDIT,
    "agents.desksettings": "view change",
    "agents.mailaccount": "view add change delete",
    "agents.deadletter": "view change",
}
_OWNER: dict[str, str] = {
    **_OPERATOR,
    "workspace.member": EDIT,
    "workspace.site": "view change secrets",
}

TABLE: Mapping[str, Mapping[str, str]] = {
    Role.OWNER: _OWNER,
    Role.OPERATOR: _OPERATOR,
    Role.AGENT: _AGENT,
    Role.VIEWER: _VIEWER,
}
# The platform's administrators are superusers in the public schema; a role alone gives nothing there.


def permissions(role: str) -> frozenset[str]:
    return _COMPUTED.get(role, frozenset())


def _compute(table: Mapping[str, str]) -> frozenset[str]:
    found = set()
    for name, verbs in table.items():
        app, model = name.split(".")
        found |= {f"{app}.{verb}_{model}" for verb in verbs.split()}
    return frozenset(found)


_COMPUTED = {role: _compute(table) for role, table in TABLE.items()}


def is_platform_admin(user: object) -> bool:
    """True only in the public schema: a superuser flag in a tenant's own table gives no power over the platform."""
    return isinstance(user, Member) and user.is_active and user.is_superuser and context.get() is not None and _on_platform()


def is_member(user: object) -> bool:
    """Every active member of the tenant of the moment may log in; what they see there is the table's business."""
    return isinstance(user, Member) and user.is_active and context.get() is not None and not _on_platform()


def may_answer(user: object) -> bool:
    """Whether this is a member of the tenant of the moment who answers its customers and sees what they sent."""
    return isinstance(user, Member) and is_member(user) and user.role in ANSWERING


def is_last_owner(member: Member) -> bool:
    """Whether the tenant would have nobody left to manage its members without this one.

    Needs a transaction: the owners' rows stay locked to its end, so that two of them cannot both step down at once.
    """
    owners = Member.objects.select_for_update().filter(role=Role.OWNER, is_active=True).order_by("pk")
    return list(owners.values_list("pk", flat=True)) == [member.pk]


def _on_platform() -> bool:
    return context.schema() == context.PUBLIC_SCHEMA


class RoleBackend(ModelBackend):
    """Logs members in by name and password; their permissions come from the table above."""

    def get_user_permissions(self, user_obj: AbstractBaseUser | AnonymousUser, obj: Model | None = None) -> set[str]:
        if obj is not None or not isinstance(user_obj, Member) or not is_member(user_obj):
            return set()
        return set(permissions(user_obj.role))

    def get_group_permissions(self, user_obj: AbstractBaseUser | AnonymousUser, obj: Model | None = None) -> set[str]:
        return set()

    def get_all_permissions(self, user_obj: AbstractBaseUser | AnonymousUser, obj: Model | None = None) -> set[str]:
        return self.get_user_permissions(user_obj, obj)
