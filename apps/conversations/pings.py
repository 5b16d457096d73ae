"""What a ping asks, the newest number and whether the visitor is blocked, for all sockets of a tenant that ask within a moment.

Ten thousand quiet customers ping four hundred times a second; with two queries each that was most of a web process.
"""

import asyncio
from dataclasses import dataclass
from uuid import UUID

from django.db import connection

from apps.tenants import context
from apps.tenants.loops import PerLoop
from apps.tenants.threads import in_thread

GATHER_SECONDS = 0.05


@dataclass(frozen=True)
class Pulse:
    """`seq`: the conversation's newest number, 0 before its first word."""

    seq: int
    blocked: bool


Asked = tuple[UUID, UUID]  # conversation, visitor


class Reader:
    """One a process, loop and tenant."""

    def __init__(self) -> None:
        self._asked: set[Asked] = set()
        self._coming: asyncio.Task[dict[Asked, Pulse]] | None = None

    async def read(self, conversation: UUID, visitor: UUID) -> Pulse:
        """Raises DatabaseError for all that asked together."""
        self._asked.add((conversation, visitor))
        if self._coming is None:
            self._coming = asyncio.create_task(self._read())
        return (await asyncio.shield(self._coming))[conversation, visitor]

    async def _read(self) -> dict[Asked, Pulse]:
        await asyncio.sleep(GATHER_SECONDS)
        asked, self._asked, self._coming = self._asked, set(), None
        return await in_thread(_pulses)(asked)


def _pulses(asked: set[Asked]) -> dict[Asked, Pulse]:
    with connection.cursor() as cursor:
        cursor.execute(_PULSES, [[str(pair[0]) for pair in asked], [str(pair[1]) for pair in asked]])
        return {(conversation, visitor): Pulse(seq, blocked) for conversation, visitor, seq, blocked in cursor.fetchall()}


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

_readers: PerLoop[dict[str, Reader]] = PerLoop(dict)


async def pulse(conversation: UUID, visitor: UUID) -> Pulse:
    """Of a conversation of the tenant of the moment, and of its visitor."""
    return await _readers().setdefault(context.schema(), Reader()).read(conversation, visitor)
