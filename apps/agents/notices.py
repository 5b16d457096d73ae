"""The notices to the desk's sockets beside the conversations' own events: offers, claims, presence."""

from datetime import datetime
from typing import Any
from uuid import UUID

from django.db import transaction

from apps.conversations.live import publish
from apps.conversations.models import Handover
from apps.conversations.wire.events import Frame, moment
from apps.tenants import standing
from apps.tenants.workspace.models import Member


def group_of(member: UUID, schema: str | None = None) -> str:
    return standing.of_member(member, schema)


def person(member: Member) -> Frame:
    return {"id": str(member.pk), "name": str(member)}


def summary(handover: Handover | None) -> Frame | None:
    """The summary an agent reads first: the need in the customer's words, what the bot said, tried and found, its flow's step,
    the slots it filled."""
    if handover is None:
        return None
    told: dict[str, Any] = handover.summary
    return {
        "asked": told.get("asked", ""),
        "messages": told.get("messages", []),
        "files": told.get("files", []),
        "said": told.get("said", ""),
        "why": told.get("why", ""),
        "upset": told.get("upset", False),
        "tried": told.get("tried", handover.reason),
        "found": told.get("found", []),
        "slots": told.get("slots", {}),
        "flow": told.get("flow", ""),
        "state": told.get("state", ""),
    }


def offer(handover: Handover, until: datetime) -> Frame:
    return {
        "type": "offer",
        "handover": str(handover.pk),
        "conversation": str(handover.conversation_id),
        "expires_at": moment(until),
        "summary": summary(handover),
    }


def withdrawn(handover: Handover) -> Frame:
    return {"type": "withdrawn", "handover": str(handover.pk), "conversation": str(handover.conversation_id)}


def claimed(handover: Handover | None, conversation: UUID, by: Member, former: Member | None = None) -> Frame:
    """`from`: the colleague out of whose hands it was taken, who is told so."""
    own = str(handover.pk) if handover else None
    frame: Frame = {"type": "claimed", "handover": own, "conversation": str(conversation), "by": person(by)}
    return frame | ({"from": person(former)} if former else {})


def mention(conversation: UUID, by: Member, text: str) -> Frame:
    return {"type": "mention", "conversation": str(conversation), "by": person(by), "text": text[:200]}


def presence(member: UUID | str, state: str) -> Frame:
    return {"type": "presence", "member": str(member), "state": state}


def after_commit(member: UUID, frame: Frame) -> None:
    _send(group_of(member), frame)


def to_desk(frame: Frame) -> None:
    _send(publish.desk(), frame)


def _send(group: str, frame: Frame) -> None:
    message = {"type": "desk.frame", "frame": frame}
    transaction.on_commit(lambda: publish.to_group(group, message))
