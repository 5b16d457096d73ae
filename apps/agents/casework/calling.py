"""Calls: a mention or transfer stays unread for the one it calls until they have looked, whoever else reads along."""

from collections.abc import Collection
from uuid import UUID

from django.db import connection
from django.utils import timezone

from apps.agents.models import Call
from apps.conversations.ledger import pages
from apps.conversations.wire.events import Frame, moment
from apps.tenants.workspace.models import Member


def call(page: pages.Page, members: Collection[Member], kind: str, seq: int) -> None:
    """Calls them to this conversation; who is called by this note already is called once."""
    conversation = page.conversation
    calls = [Call(conversation=conversation, member=member, kind=kind, seq=seq) for member in members]
    Call.objects.bulk_create(calls, ignore_conflicts=True)


def take(page: pages.Page, member: Member) -> None:
    """Somebody has it: whom else it was passed on to need not look any more."""
    passed = Call.objects.filter(conversation=page.conversation, kind=Call.Kind.TRANSFER, read_at=None)
    passed.exclude(member=member).delete()


def read(conversation: UUID, me: Member, seq: int) -> int:
    """Marks as read what calls `me` up to `seq`; → how many that were."""
    unread = Call.objects.filter(conversation=conversation, member=me, seq__lte=seq, read_at=None)
    return unread.update(read_at=timezone.now())


def of(conversations: Collection[str]) -> dict[UUID, dict[str, Frame]]:
    """The newest call by conversation and member: its words, whether it was read, and whether any of theirs was a mention."""
    found: dict[UUID, dict[str, Frame]] = {}
    with connection.cursor() as cursor:
        cursor.execute(_NEWEST, {"ids": list(conversations)})
        newest = cursor.fetchall()
    for conversation, member, kind, read_at, mention, by, text, at in newest:
        told = {"kind": kind, "read": read_at is not None, "mention": mention, "by": by or "", "text": text or ""}
        found.setdefault(conversation, {})[str(member)] = {**told, "at": moment(at)}
    return found


_NEWEST = """
SELECT DISTINCT ON (k.conversation_id, k.member_id) k.conversation_id, k.member_id, k.kind, k.read_at,
    bool_or(k.kind = 'mention') OVER (PARTITION BY k.conversation_id, k.member_id), e.body->'author'->>'name',
    left(CASE WHEN e.kind = 'note' THEN e.body->>'text' END, 160), e.at
FROM agents_call k JOIN conversations_event e ON e.conversation_id = k.conversation_id AND e.seq = k.seq
WHERE k.conversation_id = ANY(%(ids)s::uuid[])
ORDER BY k.conversation_id, k.member_id, k.read_at IS NOT NULL, k.seq DESC
"""
