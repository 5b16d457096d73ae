"""The words that the filters masked in a conversation, as they were written, for who may see them."""

from uuid import UUID

from django.utils.translation import gettext as _

from apps.agents.casework import casework, holding
from apps.conversations.models import Original
from apps.conversations.wire.events import Frame
from apps.tenants import security
from apps.tenants.refusal import Refusal
from apps.tenants.vault import encryption
from apps.tenants.workspace.models import Member, Role


def show(conversation: UUID, me: Member, seq: int) -> Frame:
    """A message as it was written, for this reader alone: for who has the conversation or runs the desk. The security log keeps
    who read which message."""
    row = casework.find(conversation)
    if me.role not in (Role.OWNER, Role.OPERATOR) and not holding.has(row, me):
        raise Refusal("not_yours", _("Take this conversation over to see this."))
    kept = Original.objects.filter(event__conversation=row, event__seq=seq).first()
    if kept is None:
        raise Refusal("not_found", _("Nothing is masked in this message."))
    security.note("read_original", person=me.pk, conversation=str(row.pk), seq=seq)
    text = encryption.shown(kept, "text")
    if not text:
        raise Refusal("not_found", _("This message can't be opened any more: its key is gone."))
    return {"type": "original", "conversation": str(row.pk), "seq": seq, "text": text}
