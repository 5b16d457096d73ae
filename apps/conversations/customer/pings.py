"""Answers pings (the newest number, whether the visitor is blocked, what the tenant's plan grants) for all sockets of a tenant
that ask within a moment.

Ten thousand quiet customers ping four hundred times a second; with two queries each that was most of a web process.
"""

from dataclasses import dataclass
from uuid import UUID

from django.db import connection

from apps.tenants.live.gathering import Together
from apps.tenants.web import hosts

GATHER_SECONDS = 0.05


@dataclass(frozen=True)
class Pulse:
    """`seq`: the conversation's newest number, 0 before its first word. `tenant_per_minute`: None when nobody knows now."""

    seq: int
    blocked: bool
    tenant_per_minute: int | None


Asked = tuple[UUID, UUID]  # conversation, visitor


def _pulses(asked: set[Asked]) -> dict[Asked, Pulse]:
    with connection.cursor() as cursor:
        cursor.execute(_PULSES, [[str(pair[0]) for pair in asked], [str(pair[1]) for pair in asked]])
        rows = cursor.fetchall()
    per_minute = hosts.messages_per_minute()
    return {(conversation, visitor): Pulse(seq, blocked, per_minute) for conversation, visitor, seq, blocked in rows}


# Blocked also while a line is still open in the name of a visitor who has since been merged into another one.
_PULSES = """
SELECT asked.conversation, asked.visitor, coalesce(c.last_seq, 0), EXISTS (
    SELECT FROM conversations_visitor v WHERE v.blocked_at IS NOT NULL AND v.id IN (
        asked.visitor, (SELECT merged_into_id FROM conversations_visitor WHERE id = asked.visitor)
    )
)
FROM unnest(%s::uuid[], %s::uuid[]) AS asked (conversation, visitor)
LEFT JOIN conversations_conversation c ON c.id = asked.conversation
"""

_pulse = Together(_pulses, pause=GATHER_SECONDS)


async def pulse(conversation: UUID, visitor: UUID) -> Pulse:
    """The pulse of a conversation of the tenant of the moment, and of its visitor. Raises DatabaseError."""
    found = await _pulse((conversation, visitor))
    if found is None:  # it answers every pair it is asked
        raise LookupError((conversation, visitor))
    return found
