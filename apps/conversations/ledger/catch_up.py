"""Reads what a customer has not seen yet, for all sockets of a tenant that ask within a moment."""

import json
from dataclasses import dataclass, field
from uuid import UUID

from django.db import connection

from apps.conversations.models import Event
from apps.conversations.wire import events
from apps.tenants.live.gathering import Together

MOST_EVENTS = 10_000  # of one conversation
AT_ONCE = 50  # conversations in one reading: those of a rush would fill the memory


@dataclass
class Later:
    """The events a customer may see, and the newest number there is, a team's note included."""

    frames: list[events.Frame] = field(default_factory=list)
    newest: int = 0


Asked = tuple[UUID, int]  # a conversation of the tenant of the moment, and the number it is known up to


async def later(conversation: UUID, after: int) -> Later:
    """The later events of a conversation that the asking socket has proven to be its own. Raises DatabaseError."""
    return await _later((conversation, after)) or Later()


def _read(asked: set[Asked]) -> dict[Asked, Later]:
    found = {one: Later() for one in asked}
    conversations, known = [str(one[0]) for one in found], [one[1] for one in found]
    with connection.cursor() as cursor:
        cursor.execute(_LATER, {"conversations": conversations, "known": known, "most": MOST_EVENTS})
        rows = cursor.fetchall()
    for conversation, after, newest, seq, kind, at, body, client_id, turn in rows:
        theirs = found[conversation, after]
        theirs.newest = seq or newest
        if seq and kind != Event.Kind.NOTE:
            theirs.frames.append(events.numbered(kind, seq, at, json.loads(body), client_id, turn))
    return found


# One statement, so that events and newest number are of one moment: what is written in between would be counted as seen.
_LATER = """
SELECT asked.conversation, asked.known, coalesce(c.last_seq, 0), e.seq, e.kind, e.at, e.body, e.client_id, e.turn_id
FROM unnest(%(conversations)s::uuid[], %(known)s::int[]) AS asked (conversation, known)
LEFT JOIN conversations_conversation c ON c.id = asked.conversation
LEFT JOIN LATERAL (
    SELECT * FROM conversations_event
    WHERE conversation_id = asked.conversation AND seq > asked.known
    ORDER BY seq LIMIT %(most)s
) e ON true
ORDER BY asked.conversation, asked.known, e.seq
"""

_later = Together(_read, most=AT_ONCE)
