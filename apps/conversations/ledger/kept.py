"""The rows that go with an event whose text the filters looked at: its original, sealed, and the places for the audit."""

import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from django.db import connection

from apps.conversations import metrics


@dataclass(frozen=True)
class Kept:
    """`original`: the id of the row that the event's body names, None where nothing was masked; `text`: sealed for it; `hits`:
    rows of the audit, sealed, each with its id. `judged`: there are rules that only a worker judges by; one is to look at it
    where no turn of the bot's will."""

    original: UUID | None
    text: str
    hits: Sequence[Mapping[str, Any]]
    judged: bool = False

    def row(self, conversation: UUID, event: UUID | int) -> dict[str, Any]:
        """The row as the statement reads it. `event`: its client_id or its number."""
        about = {"conversation": str(conversation), "client" if isinstance(event, UUID) else "seq": str(event)}
        return {
            **about,
            "original": self.original and str(self.original),
            "sealed": self.text,
            "hits": self.hits,
            "judged": self.judged,
        }

    def count(self) -> None:
        for hit in self.hits:
            metrics.FILTERED.labels(hit["direction"], hit["action"]).inc()


def write(rows: Iterable[Mapping[str, Any]]) -> None:
    """In the transaction of the moment, after the events. Rows whose event has been written before write nothing."""
    if asked := list(rows):
        tables = {name: f"conversations_{name}" for name in TABLES}
        with connection.cursor() as cursor:
            cursor.execute(KEEP.format(**tables, rows="%s", same=NUMBERED), [json.dumps(asked)])


TABLES = ("event", "original", "hit", "unjudged", "conversation")
SAID, NUMBERED = "e.client_id = said.client AND e.client_id IS NOT NULL", "e.seq = said.seq"

# An event that was written before names another original, or none: so the same message sent again adds nothing.
KEEP = """
WITH kept AS (
    SELECT said.*, e.id AS event
    FROM jsonb_to_recordset({rows}::jsonb)
        AS said (conversation uuid, client uuid, seq int, original uuid, sealed text, hits jsonb, judged bool)
    JOIN {event} e ON e.conversation_id = conversation AND {same}
        AND coalesce(e.body->>'original', '') = coalesce(original::text, '')
), originals AS (
    INSERT INTO {original} (id, event_id, text)
    SELECT original, event, sealed FROM kept WHERE original IS NOT NULL
    ON CONFLICT DO NOTHING
), later AS (
    INSERT INTO {unjudged} (event_id, at)
    SELECT event, now() FROM kept JOIN {conversation} c ON c.id = kept.conversation WHERE judged AND c.owner <> 'bot'
    ON CONFLICT DO NOTHING
)
INSERT INTO {hit}
    (id, conversation_id, event_id, member_id, release, rule, name, direction, action, what, start, "end", text, at)
SELECT found.id, conversation, event, member, release, rule, name, direction, action, what, start, "end", found.text, now()
FROM kept, jsonb_to_recordset(hits) AS found (
    id bigint, member uuid, release int, rule text, name text, direction text, action text, what text, start int, "end" int,
    text text
)
ON CONFLICT DO NOTHING
"""
