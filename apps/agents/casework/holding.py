"""Holding: the agent who has a conversation, and the rights to take it from them or to be given it."""

from uuid import UUID

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from apps.agents import presence
from apps.agents.models import Case, Team
from apps.conversations.ledger import pages
from apps.conversations.models import Conversation
from apps.tenants.refusal import Refusal
from apps.tenants.workspace.models import Member, Role


def refuse_closed(page: pages.Page) -> None:
    if not page.conversation.is_open:
        raise Refusal("closed", _("This conversation is resolved. Reopen it first."))


def refuse_not_theirs(page: pages.Page, me: Member, sentence: str | Promise) -> None:
    """Refuses, with this sentence, whoever does not have the conversation."""
    if not has(page.conversation, me):
        raise Refusal("not_yours", sentence)


def has(conversation: Conversation, me: Member) -> bool:
    case = Case.objects.filter(pk=conversation.pk).first()
    return conversation.is_with_person and case is not None and case.assignee_id == me.pk


def refuse_held(page: pages.Page, me: Member) -> Member | None:
    """The holder of the conversation. Refuses while that is a colleague from whom `me` may not take it."""
    case = Case.objects.filter(pk=page.conversation.pk).select_related("assignee").first()
    holder = case.assignee if case and page.conversation.is_with_person else None
    if holder and holder != me and not _may_take_from(holder, me):
        raise Refusal("taken", _("A colleague is talking to this customer."))
    return holder


def _may_take_from(holder: Member, me: Member) -> bool:
    return me.role in (Role.OWNER, Role.OPERATOR) or not presence.available().filter(member=holder).exists()


def agent(pk: UUID | None, me: Member) -> Member | None:
    """A colleague who is there, or oneself: whoever asks is there."""
    if pk is None:
        return None
    if pk == me.pk:
        return me
    found = presence.available().filter(member=pk).select_related("member").first()
    if found is None:
        raise Refusal("not_found", _("This colleague is not online."))
    return found.member


def team(pk: int | None) -> Team | None:
    if pk is None:
        return None
    found = Team.objects.filter(pk=pk).first()
    if found is None:
        raise Refusal("not_found", _("We can't find this team."))
    return found
