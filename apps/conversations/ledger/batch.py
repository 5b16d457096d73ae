"""Writes customers' messages into the tables: a batch of any number of tenants in one transaction and one round trip.

SQL is schema-qualified: no search_path, so one transaction serves many tenants. Rows are locked in the order of schema and
id, so that two processes' batches cannot deadlock.
"""

import asyncio
import itertools
import json
import time
from collections import OrderedDict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

import psycopg
from psycopg import sql

from apps.conversations.ledger import kept
from apps.conversations.ledger.kept import Kept
from apps.tenants.db import patience

Place = tuple[str, UUID, UUID]  # schema, conversation, client_id
TENANTS_PREPARED = 100  # on a connection; plans take memory of the server
SAID = "conversations.said"  # what sweepers of conversations and of the desk listen to
LOOKED_AFTER = 5.0  # seconds; the entry of one message serves all that are committed before it
TRUSTED = 3.0  # seconds; a batch that begins then and is not committed in time tells once more


@dataclass(frozen=True, eq=False)
class Saying:
    """A message on its way into the ledger. `answers`: the seq of the message whose form it answers; it is written only while
    nobody has said anything to that, and it is the first that does. `kept`: what is written with it. `sealed`:
    nothing that is confidential stands plain in it."""

    schema: str
    conversation: UUID
    visitor: UUID
    client_id: UUID
    body: dict[str, object]
    release: int
    language: str
    tenant_per_minute: int
    written: "asyncio.Future[Written]" = field(repr=False)
    answers: int | None = None
    kept: Kept | None = None
    sealed: bool = False

    @property
    def place(self) -> Place:
        return self.schema, self.conversation, self.client_id


@dataclass(frozen=True)
class Written:
    """The place of a written message. `new` is False when the same client_id had been written before. `seq` is 0 where nothing
    was written, because the conversation is confidential and the message is not sealed."""

    seq: int
    at: datetime
    epoch: int
    owner: str
    new: bool


class Connection(psycopg.AsyncConnection):
    """The hot path's own, in autocommit, where statements in one text are one transaction.

    A round trip a statement would be a turn of a busy loop each, with the rows locked meanwhile. So the statements are
    prepared under names and sent as one text, which psycopg's own preparing cannot do.
    """

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self._tenants: OrderedDict[str, int] = OrderedDict()
        self._counter = itertools.count(1)
        self._told: dict[str, float] = {}  # when of each tenant

    async def look_up_by_key(self) -> None:
        """A plan is made once and stays; one made while a tenant was new must not read all that came since. And no batch
        waits for ever, for a lock say: the next ones wait behind it."""
        for statement in patience.statements():
            await self.execute(statement.encode())
        for way in ("seqscan", "bitmapscan", "hashjoin", "mergejoin"):
            await self.execute(sql.SQL("SET {} = off").format(sql.Identifier(f"enable_{way}")))

    async def write(self, batch: Sequence[Saying]) -> dict[Place, Written]:
        """A message missing in the answer had no open conversation, an answered form, or a blocked visitor. Raises
        psycopg.Error with nothing written."""
        schemas = sorted({saying.schema for saying in batch})
        await self._make_room()
        for schema in schemas:
            await self._prepare(schema)
        began = time.monotonic()
        untold = [schema for schema in schemas if began - self._told.get(schema, -TRUSTED) >= TRUSTED]
        parts = [part for schema in schemas for part in self._parts(schema, batch)]
        cursor = await self.execute(sql.SQL(";").join([*parts, *map(_telling, untold)]))
        rows: dict[Place, Written] = {}
        told = iter(schemas)
        while True:
            if cursor.description:  # a tenant's last statement alone tells something
                schema = next(told)
                rows |= {(schema, talk, own): Written(*rest) for talk, own, *rest in await cursor.fetchall()}
            if not cursor.nextset():
                break
        self._told |= dict.fromkeys(untold, began)
        await self._tell_late(schemas)
        return rows

    async def _tell_late(self, schemas: Sequence[str]) -> None:
        """The look that was trusted in may have come before the commit."""
        now = time.monotonic()
        late = [schema for schema in schemas if now - self._told[schema] >= LOOKED_AFTER]
        if late:
            await self.execute(sql.SQL(";").join(map(_telling, late)))
            self._told |= dict.fromkeys(late, now)

    async def _prepare(self, schema: str) -> None:
        if schema not in self._tenants:
            number = next(self._counter)  # never twice, so what a failure leaves half prepared is in nobody's way
            await self.execute(sql.SQL(";").join(_preparing(schema, number)))
            self._tenants[schema] = number
        self._tenants.move_to_end(schema)

    async def _make_room(self) -> None:
        while len(self._tenants) > TENANTS_PREPARED:
            least_recent, number = self._tenants.popitem(last=False)
            self._told.pop(least_recent, None)
            await self.execute(sql.SQL(";").join(sql.SQL("DEALLOCATE {}").format(_name(step, number)) for step in _STEPS))

    def _parts(self, schema: str, batch: Sequence[Saying]) -> Iterator[sql.Composable]:
        unique = {saying.place: saying for saying in batch if saying.schema == schema}
        said = sql.Literal(json.dumps([_row(saying) for saying in unique.values()]))
        number = self._tenants[schema]
        yield from (sql.SQL("EXECUTE {}({})").format(_name(step, number), said) for step in _STEPS)
        if rows := [each.kept.row(each.conversation, each.client_id) for each in unique.values() if each.kept]:
            yield _keeping(schema, rows)


def _telling(schema: str) -> sql.Composable:
    return _TELL.format(schema=sql.Literal(schema), kind=sql.Literal(SAID), within=sql.Literal(timedelta(seconds=LOOKED_AFTER)))


def _keeping(schema: str, rows: list[dict[str, Any]]) -> sql.Composable:
    tables = {name: sql.Identifier(schema, f"conversations_{name}") for name in kept.TABLES}
    return sql.SQL(kept.KEEP).format(**tables, rows=sql.Literal(json.dumps(rows)), same=sql.SQL(kept.SAID))


def _preparing(schema: str, number: int) -> Iterator[sql.Composable]:
    tables = {
        "conversation": sql.Identifier(schema, "conversations_conversation"),
        "event": sql.Identifier(schema, "conversations_event"),
        "visitor": sql.Identifier(schema, "conversations_visitor"),
        "said": _SAID,
    }
    for step, statement in _STEPS.items():
        yield sql.SQL("PREPARE {} (jsonb) AS {}").format(_name(step, number), statement.format(**tables))


def _name(step: str, number: int) -> sql.Identifier:
    return sql.Identifier(f"{step}_{number}")


def _row(saying: Saying) -> dict[str, object]:
    return {
        "conversation": str(saying.conversation),
        "visitor": str(saying.visitor),
        "client": str(saying.client_id),
        "body": saying.body,
        "release": saying.release,
        "language": saying.language,
        "answers": saying.answers,
        "sealed": saying.sealed,
    }


# As JSON, because an array a column costs the interpreter more than everything else here.
_SAID = sql.SQL("""
ROWS FROM (jsonb_to_recordset($1)
    AS (conversation uuid, visitor uuid, client uuid, body jsonb, release int, language text, answers int, sealed bool))
    WITH ORDINALITY AS said (conversation, visitor, client, body, release, language, answers, sealed, place)
""")

# The row of a conversation is made by its first message.
_OPEN = sql.SQL("""
INSERT INTO {conversation}
    (id, visitor_id, release, language, owner, epoch, last_seq, visitor_read, team_read, opened_at, changed_at)
SELECT DISTINCT ON (conversation) conversation, visitor, release, language, 'bot', 0, 0, 0, 0, now(), now()
FROM {said}
WHERE NOT EXISTS (SELECT FROM {visitor} v WHERE v.id = said.visitor AND v.blocked_at IS NOT NULL)
ORDER BY conversation
ON CONFLICT DO NOTHING
""")

_LOCK = sql.SQL("SELECT FROM {conversation} WHERE id IN (SELECT conversation FROM {said}) ORDER BY id FOR UPDATE")

# Runs on a snapshot taken after the lock, so what another process wrote a moment ago is seen.
_WRITE = sql.SQL("""
WITH said AS (
    SELECT * FROM {said}
), placed AS (
    SELECT said.*, c.last_seq, c.epoch, c.owner, c.closed_at, c.confidential AND c.owner = 'bot' AND NOT sealed AS open
    FROM said JOIN {conversation} c ON c.id = conversation AND c.visitor_id = visitor
), known AS (
    SELECT e.conversation_id, e.client_id, e.seq, e.at, e.epoch, placed.owner
    FROM placed JOIN {event} e ON e.conversation_id = conversation AND e.client_id = client
), fresh AS (
    SELECT *, row_number() OVER (PARTITION BY conversation ORDER BY place) AS nth
    FROM placed
    WHERE closed_at IS NULL AND NOT open AND (conversation, client) NOT IN (SELECT conversation_id, client_id FROM known)
        AND NOT EXISTS (SELECT FROM {visitor} v WHERE v.id = placed.visitor AND v.blocked_at IS NOT NULL)
        AND (answers IS NULL OR NOT EXISTS (
            SELECT FROM {event} e
            WHERE e.conversation_id = conversation AND e.seq > answers AND e.kind = 'message'
                AND (e.author IN ('bot', 'agent') OR e.body ? 'form')
        ) AND NOT EXISTS (
            SELECT FROM placed other
            WHERE other.conversation = placed.conversation AND other.answers = placed.answers AND other.place < placed.place
        ))
), moved AS (
    UPDATE {conversation} c
    SET last_seq = c.last_seq + n, epoch = c.epoch + n, waiting_since = coalesce(c.waiting_since, now()), changed_at = now()
    FROM (SELECT conversation, count(*) AS n FROM fresh GROUP BY conversation) AS counted
    WHERE c.id = conversation
), written AS (
    INSERT INTO {event} (conversation_id, seq, kind, author, body, client_id, epoch, at)
    SELECT conversation, last_seq + nth, 'message', 'visitor', body, client, epoch + nth, now() FROM fresh
)
SELECT conversation, client, last_seq + nth, now(), epoch + nth, owner, true FROM fresh
UNION ALL
SELECT conversation_id, client_id, seq, at, epoch, owner, false FROM known
UNION ALL
SELECT conversation, client, 0, now(), epoch, owner, false FROM placed
WHERE open AND closed_at IS NULL AND (conversation, client) NOT IN (SELECT conversation_id, client_id FROM known)
""")

# Not a step of each batch, and of a table that all tenants share: the last one, so that nobody waits for what it holds.
_TELL = sql.SQL("INSERT INTO public.tenants_due (schema, kind, at) VALUES ({schema}, {kind}, statement_timestamp() + {within})")

_STEPS = {"open": _OPEN, "lock": _LOCK, "write": _WRITE}
