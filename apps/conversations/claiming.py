"""The claim of a question: one statement locks the conversation, writes the Turn row and reads what its story needs.

The Turn row is the claim: one an epoch, with a lease. Should the statement have to wait for the conversation's row, it sees
the row as it is then; what it reads besides cannot be older, because each word of a customer and each new owner raises the
epoch, and of another epoch it claims nothing.
"""

import json
import uuid
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, NamedTuple

from django.db import connection
from django.utils import timezone

from apps.conversations.models import Turn

LEASE = timedelta(seconds=15)
TRANSCRIPT = 12  # messages


class Spoken(NamedTuple):
    author: str
    text: str


@dataclass(frozen=True)
class Claim:
    """`spoken`: the newest messages, the newest first. `promised`: the team has something open for this customer."""

    turn: Turn
    language: str
    release_at: datetime
    spoken: Sequence[Spoken]
    site: dict[str, Any]
    promised: bool


def claim(conversation: uuid.UUID, epoch: int) -> Claim | None:
    """None when the epoch is over, the bot is not the owner, or somebody else works or worked on it."""
    now = timezone.now()
    lease = now + LEASE
    asked: dict[str, Any] = {
        "turn": str(uuid.uuid4()),
        "conversation": str(conversation),
        "epoch": epoch,
        "now": now,
        "lease": lease,
        "transcript": TRANSCRIPT,
    }
    with connection.cursor() as cursor:
        cursor.execute(_CLAIM, asked)
        found = cursor.fetchone()
    if found is None:
        return None
    pk, question, attempt, release, release_at, language, spoken, name, spoken_here, sure, floor, promised = found
    turn = Turn(
        id=pk,
        conversation_id=conversation,
        epoch=epoch,
        question=question,
        release=release,
        attempt=attempt,
        lease_until=lease,
    )
    turn._state.adding = False
    return Claim(
        turn=turn,
        language=language,
        release_at=release_at,
        spoken=[Spoken(*one) for one in json.loads(spoken or "[]")],
        site={"name": name, "language": spoken_here, "sure": sure, "floor": floor},
        promised=promised,
    )


# The number of the message that is answered is not last_seq: an owner event may stand after it.
_CLAIM = """
WITH asked AS (
    SELECT id, release, language, last_seq FROM conversations_conversation
    WHERE id = %(conversation)s::uuid AND epoch = %(epoch)s AND owner = 'bot' AND closed_at IS NULL FOR UPDATE
), turn AS (
    INSERT INTO conversations_turn AS t
        (id, conversation_id, epoch, question, release, state, attempt, lease_until, cause, trace, tokens, started_at)
    SELECT %(turn)s::uuid, id, %(epoch)s, coalesce((
        SELECT seq FROM conversations_event
        WHERE conversation_id = asked.id AND kind = 'message' AND author = 'visitor' ORDER BY seq DESC LIMIT 1
    ), last_seq), release, 'running', 1, %(lease)s, '', '[]', 0, %(now)s
    FROM asked
    ON CONFLICT (conversation_id, epoch) DO UPDATE SET attempt = t.attempt + 1, lease_until = excluded.lease_until
    WHERE t.state = 'running' AND t.lease_until <= %(now)s
    RETURNING id, question, attempt
)
SELECT turn.id, turn.question, turn.attempt, r.number, r.created_at, asked.language, (
    SELECT jsonb_agg(jsonb_build_array(author, body->>'text') ORDER BY seq DESC)::text FROM (
        SELECT seq, author, body FROM conversations_event
        WHERE conversation_id = asked.id AND kind = 'message' ORDER BY seq DESC LIMIT %(transcript)s
    ) newest
), site.name, site.language, site.sure, site.floor, EXISTS (
    SELECT FROM conversations_handover WHERE conversation_id = asked.id AND done_at IS NULL
)
FROM turn, asked JOIN releases_release r ON r.number = asked.release, workspace_site site
"""
