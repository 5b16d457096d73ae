"""The claim of questions: one statement locks the conversations, writes the Turn rows and reads what their stories need.

The Turn row is the claim: one an epoch, with a lease. Should the statement have to wait for a conversation's row, it sees the
row as it is then but all else as it was before. Each word of a customer and each new owner raises the epoch; so it claims
nothing where the epoch has moved meanwhile: should there be something new to answer, it is put into the backlog again.
"""

import itertools
import json
import uuid
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, NamedTuple

from django.db import connection
from django.utils import timezone

from apps.conversations.models import Conversation, Event, Turn
from apps.flows.engine.place import Place

LEASE = timedelta(seconds=15)
TRANSCRIPT = 12  # messages


class Spoken(NamedTuple):
    """`form`, `values` and `about` as of `bot.recall.Line`; `secrets` and `original`: the ids of the values, and of
    the words, that are sealed; `covered`: what stood in the first masked place."""

    seq: int
    author: str
    text: str
    about: str = ""
    choices: Sequence[str] = ()
    form: str = ""
    values: dict[str, Any] | None = None
    secrets: str = ""
    original: str = ""
    covered: str = ""


class Row(NamedTuple):
    """A question as the statement returns it, by the statement's own column names; `spoken` as JSON."""

    turn: uuid.UUID
    conversation: uuid.UUID
    epoch: int
    question: int
    attempt: int
    started_at: datetime
    release: int
    release_at: datetime
    language: str
    spoken: str | None
    promised: bool
    flow: str
    waiting_since: datetime
    waits: bool
    heard: int


@dataclass(frozen=True)
class Claim:
    """`spoken`: the newest messages, the newest first. `promised`: the team has something open for this customer. `place`:
    where the conversation stands in a flow. `waiting_since`: when the first of the messages came that nobody answered yet.
    `waits`: the customer stands in the queue for a person; then `heard` is the number up to which the bot has looked at what
    they said."""

    turn: Turn
    language: str
    release_at: datetime
    spoken: Sequence[Spoken]
    promised: bool
    place: Place | None
    waiting_since: datetime
    waits: bool = False
    heard: int = 0

    @property
    def unheard(self) -> list[int]:
        """The numbers of the customer's last messages that the bot has not looked at, in the queue."""
        newest = itertools.takewhile(lambda said: said.author == Event.Author.VISITOR, self.spoken)
        return sorted(said.seq for said in newest if said.seq > self.heard) if self.waits else []


def take(conversations: Sequence[uuid.UUID]) -> list[Claim]:
    """Claims conversations, in their order, without those where nothing waits, the bot has nothing to say, or somebody else
    works or worked on it. While a customer stands in a queue that is attended, the bot looks at what they say there."""
    now = timezone.now()
    lease = now + LEASE
    asked: dict[str, Any] = {"conversations": list(conversations), "now": now, "lease": lease, "transcript": TRANSCRIPT}
    with connection.cursor() as cursor:
        cursor.execute(_CLAIM, asked)
        names = [column.name for column in cursor.description]
        claims = [_of_row(Row(**dict(zip(names, found, strict=True))), lease) for found in cursor.fetchall()]
    return sorted(claims, key=lambda claim: conversations.index(claim.turn.conversation_id))


def give_back(claims: Sequence[Claim]) -> list[uuid.UUID]:
    """Undoes claims; → the conversations of those that were still this worker's."""
    mine = [{"id": claim.turn.pk, "attempt": claim.turn.attempt} for claim in claims]
    with connection.cursor() as cursor:
        cursor.execute(_GIVE_BACK, [timezone.now(), json.dumps(mine, default=str)])
        return [conversation for (conversation,) in cursor.fetchall()]


def _of_row(row: Row, lease: datetime) -> Claim:
    turn = Turn(
        id=row.turn,
        conversation_id=row.conversation,
        epoch=row.epoch,
        question=row.question,
        release=row.release,
        attempt=row.attempt,
        started_at=row.started_at,
        lease_until=lease,
    )
    turn._state.adding = False
    spoken = [Spoken(*one) for one in json.loads(row.spoken or "[]")]
    facts = _FLOW.open(row.flow, row.conversation)
    place = Place.read(facts) if facts else None
    return Claim(turn, row.language, row.release_at, spoken, row.promised, place, row.waiting_since, row.waits, row.heard)


_FLOW = Conversation._meta.get_field("flow")


# A conversation keeps its release, unless that was taken back: then the live one has a smaller number, and it moves there.
# In a queue only what was said there is looked at: whatever brought the customer there, or was done there, raised the epoch.
# The number of the message that is answered is not last_seq: an owner event may stand after it.
_CLAIM = """
WITH seen AS MATERIALIZED (
    SELECT id, epoch FROM conversations_conversation WHERE id = ANY(%(conversations)s)
), asked AS (
    SELECT c.id, c.epoch, least(c.release, (SELECT number FROM releases_release WHERE active)) AS release, c.language,
        c.last_seq, c.flow, c.waiting_since, c.owner = 'queue' AS waits
    FROM conversations_conversation c JOIN seen ON c.id = seen.id AND c.epoch = seen.epoch
    WHERE c.closed_at IS NULL AND c.waiting_since IS NOT NULL AND (c.owner = 'bot' OR c.owner = 'queue' AND EXISTS (
        SELECT FROM conversations_handover
        WHERE conversation_id = c.id AND done_at IS NULL AND state IN ('requested', 'offered')
    ) AND c.epoch = (
        SELECT epoch FROM conversations_event
        WHERE conversation_id = c.id AND kind = 'message' AND author = 'visitor' ORDER BY seq DESC LIMIT 1
    ) AND (SELECT answers_waiting FROM workspace_site))
    ORDER BY c.id FOR UPDATE OF c
), turn AS (
    INSERT INTO conversations_turn AS t
        (id, conversation_id, epoch, question, release, state, attempt, lease_until, cause, trace, tokens, started_at)
    SELECT gen_random_uuid(), id, epoch, coalesce((
        SELECT seq FROM conversations_event
        WHERE conversation_id = asked.id AND kind = 'message' AND author = 'visitor' ORDER BY seq DESC LIMIT 1
    ), last_seq), release, 'running', 1, %(lease)s, '', '[]', 0, %(now)s
    FROM asked
    ON CONFLICT (conversation_id, epoch) DO UPDATE SET attempt = t.attempt + 1, lease_until = excluded.lease_until
    WHERE t.state = 'running' AND t.lease_until <= %(now)s
    RETURNING id, conversation_id, epoch, question, attempt, started_at
)
SELECT turn.id AS turn, asked.id AS conversation, turn.epoch, turn.question, turn.attempt, turn.started_at, r.number AS release,
    r.created_at AS release_at, asked.language, (
    SELECT jsonb_agg(jsonb_build_array(seq, author, body->>'text', coalesce(body#>>'{sources,0,title}', ''),
        jsonb_path_query_array(body, '$.buttons[*].say'), coalesce(body#>>'{form,id}', ''), body->'values',
        coalesce(body->>'secrets', ''), coalesce(body->>'original', ''),
        coalesce(body#>>'{masked,0,what}', '')) ORDER BY seq DESC)::text FROM (
        SELECT seq, author, body FROM conversations_event
        WHERE conversation_id = asked.id AND kind = 'message' ORDER BY seq DESC LIMIT %(transcript)s
    ) newest
) AS spoken, EXISTS (SELECT FROM conversations_handover WHERE conversation_id = asked.id AND done_at IS NULL) AS promised,
    asked.flow, asked.waiting_since, asked.waits, CASE WHEN asked.waits THEN (
        SELECT coalesce(max(question), 0) FROM conversations_turn
        WHERE conversation_id = asked.id AND epoch < asked.epoch AND state IN ('done', 'failed')
    ) ELSE 0 END AS heard
FROM turn JOIN asked ON asked.id = turn.conversation_id JOIN releases_release r ON r.number = asked.release
"""

_GIVE_BACK = """
UPDATE conversations_turn t SET attempt = t.attempt - 1, lease_until = %s
FROM jsonb_to_recordset(%s::jsonb) AS mine (id uuid, attempt int)
WHERE t.id = mine.id AND t.attempt = mine.attempt AND t.state = 'running'
RETURNING t.conversation_id
"""
