"""The audit: rows of what the filters found, sealed, each bound to its id. Those that go with an event are written with it
(`ledger.kept`); written here are those of words that no message holds: comments, what was not sent, what left the house."""

import json
from collections.abc import Iterable, Mapping, Sequence
from typing import Any
from uuid import UUID

from django.db import connection, transaction

from apps.conversations import metrics
from apps.conversations.models import Hit
from apps.filters.rule import Direction
from apps.filters.screening.masked import Found
from apps.tenants.vault import sealing
from apps.tenants.vault.sealing import Place, Sealer
from apps.tenants.workspace.models import Member

Row = dict[str, Any]
TABLE = Hit._meta.db_table


def rows(found: Sequence[Found], **about: Any) -> tuple[list[Row], Sealer | None]:
    """A row a place, and the sealer for what else goes with them; None where nothing was found. One query."""
    if not found:
        return [], None
    sealer, ids = sealing.sealer(TABLE, len(found))
    made = [
        {**vars(place), "action": str(place.action), "text": sealer.seal(place.text, Place(TABLE, "text", str(pk))), "id": pk}
        for place, pk in zip(found, ids, strict=True)
    ]
    return [row | about for row in made], sealer


def note(
    conversation: UUID | None, found: Sequence[Found], *, release: int, direction: Direction, member: Member | None = None
) -> None:
    """Records the places, and counts them once that is committed."""
    about = {"conversation": conversation and str(conversation), "member": member and str(member.pk)}
    write(rows(found, release=release, direction=str(direction), **about)[0])
    for place in found:
        transaction.on_commit(metrics.FILTERED.labels(direction, place.action).inc)


def write(made: Iterable[Mapping[str, Any]]) -> None:
    """In one statement. A conversation that was erased meanwhile keeps no row."""
    if asked := list(made):
        with connection.cursor() as cursor:
            cursor.execute(_WRITE, [json.dumps(asked)])


_WRITE = f"""
INSERT INTO {TABLE} (id, conversation_id, member_id, release, rule, name, direction, action, what, start, "end", text, at)
SELECT found.id, conversation, member, found.release, rule, name, direction, action, what, start, "end", found.text, now()
FROM jsonb_to_recordset(%s::jsonb) AS found (
    id bigint, conversation uuid, member uuid, release int, rule text, name text, direction text, action text, what text,
    start int, "end" int, text text
)
LEFT JOIN conversations_conversation c ON c.id = conversation
WHERE conversation IS NULL OR c.id IS NOT NULL
"""  # noqa: S608  our own names
