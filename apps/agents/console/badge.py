"""Whether the person behind an open console may still: asked with every frame, and at once when something is told to change."""

from uuid import UUID

from django.utils.translation import gettext_lazy as _

from apps.agents import presence
from apps.agents.console import entry
from apps.tenants import context, standing
from apps.tenants.refusal import Refusal
from apps.tenants.workspace.models import Member


class Ended(Refusal):
    """This console is over: nothing more is done or shown."""


def show(session: str, member: UUID) -> Member:
    """The member as the rows say now, by the session that this console was opened with. Raises Ended."""
    if standing.is_suspended(context.schema()):
        raise Ended("forbidden", _("This company is switched off on the platform. Nobody can work here for now."))
    found = entry.member_of(session)
    if found and found.pk == member:
        return found
    row = Member.objects.filter(pk=member).first()
    if row is None or not row.is_active:
        raise Ended("forbidden", _("This account has been switched off. Ask an owner if that is a mistake."))
    if row.role not in presence.AGENTS:
        raise Ended("forbidden", _("You can no longer answer customers. Ask an owner if that is a mistake."))
    raise Ended("unauthorized", _("You are logged out. Log in again to go on; what you have written is kept."))
