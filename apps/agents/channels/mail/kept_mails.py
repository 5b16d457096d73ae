"""Answers that came by mail, as they came: beside the message stands that it was a mail, and all of its words on demand."""

from uuid import UUID

from django.utils.translation import gettext as _

from apps.agents.casework import casework, originals
from apps.agents.models import IncomingMail
from apps.conversations.live import publish
from apps.conversations.models import Conversation, Original
from apps.conversations.wire.events import Frame
from apps.tenants.refusal import Refusal
from apps.tenants.vault import encryption
from apps.tenants.workspace.models import Member


def keep(conversation: UUID, seq: int, *, whole: str, checks: str) -> None:
    row, new = IncomingMail.objects.get_or_create(
        conversation_id=conversation, seq=seq, defaults={"whole": whole, "checks": checks}
    )
    if new:
        publish.send(conversation, {"type": "mailed", **_frame(row)}, audience=publish.TEAM)


def told(row: Conversation) -> list[Frame]:
    """The mails among a conversation's messages, as `mailed` tells of those that went."""
    return [_frame(each) for each in IncomingMail.objects.filter(conversation=row)]


def _frame(mail: IncomingMail) -> Frame:
    """`cut`: there is more of it than the message shows."""
    return {"seqs": [mail.seq], "state": "came", "checks": mail.checks, "cut": bool(mail.__dict__["whole"])}


def show(conversation: UUID, me: Member, seq: int) -> Frame:
    """All that a mail says, for this reader. Where the filters masked something of it, for who may see that."""
    row = casework.find(conversation)
    kept = IncomingMail.objects.filter(conversation=row, seq=seq).first()
    if kept is None:
        raise Refusal("not_found", _("This message did not come by mail."))
    if Original.objects.filter(event__conversation=row, event__seq=seq).exists():
        originals.show(conversation, me, seq)
    return {"type": "original", "conversation": str(row.pk), "seq": seq, "text": encryption.shown(kept, "whole") or ""}
