"""The hot path: customers' messages of many sockets committed together, each acknowledged only after that commit.

While one transaction commits, the next messages gather; so the batch grows with the load and a lone message waits for
nobody. SQL is schema-qualified on a connection of its own: no search_path, so one transaction serves many tenants. Rows are
locked in the order of schema and id, so that two processes' batches cannot deadlock.
"""

import asyncio
import json
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime
from functools import lru_cache
from typing import Any
from uuid import UUID

import psycopg
import structlog
from django.conf import settings
from psycopg import sql
from psycopg.conninfo import make_conninfo
from psycopg_pool import AsyncConnectionPool, PoolTimeout

from apps.conversations import limits, metrics
from apps.conversations.announce import Announcer, News
from apps.tenants.db.base import is_quiet
from apps.tenants.loops import PerLoop

log = structlog.get_logger(__name__)

MOST_IN_A_BATCH = 500
PATIENCE_SECONDS = 10.0
RECONNECT_SECONDS = 3.0  # as in the settings: the pauses between tries stay short


class Unavailable(RuntimeError):
    """The message could not be stored now; nothing was written. Send it again with the same client_id."""


class ConversationClosed(RuntimeError):
    """The conversation is closed or not this visitor's; say it in a new one."""


@dataclass(frozen=True, eq=False)
class Saying:
    """A message on its way into the ledger."""

    schema: str
    conversation: UUID
    visitor: UUID
    client_id: UUID
    body: dict[str, object]
    release: int
    language: str
    tenant_per_minute: int
    written: "asyncio.Future[Written]" = field(repr=False)


@dataclass(frozen=True)
class Written:
    """Where it stands. `new` is False when the same client_id had been written before."""

    seq: int
    at: datetime
    epoch: int
    owner: str
    new: bool


class GroupCommit:
    """One a process and event loop."""

    def __init__(self) -> None:
        self._waiting: asyncio.Queue[Saying] = asyncio.Queue()
        self._pool = AsyncConnectionPool(
            _conninfo(),
            min_size=1,
            max_size=1,
            open=False,
            timeout=PATIENCE_SECONDS,
            reconnect_timeout=RECONNECT_SECONDS,
            check=_check_is_alive,
        )
        self._announcer = Announcer()
        self._tasks = [asyncio.create_task(work) for work in (self._run(), self._announcer.run())]

    async def say(self, saying: Saying) -> Written:
        """Returns after the commit. Raises Unavailable, ConversationClosed or limits.TooFast; then nothing was written."""
        self._waiting.put_nowait(saying)
        return await saying.written

    async def close(self) -> None:
        for task in self._tasks:
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)
        await self._pool.close()

    async def _run(self) -> None:
        await self._pool.open()
        while True:
            batch = [await self._waiting.get()]
            while len(batch) < MOST_IN_A_BATCH and not self._waiting.empty():
                batch.append(self._waiting.get_nowait())
            try:
                await self._commit(await limits.admit(batch))
            except Exception as error:  # the pump must outlive whatever one batch meets
                log.exception("ledger_failed", messages=len(batch))
                for saying in batch:
                    _fail(saying, Unavailable(str(error)))

    async def _commit(self, batch: Sequence[Saying]) -> None:
        if not batch:
            return
        try:
            rows = await self._write(batch)
        except (psycopg.Error, PoolTimeout, OSError) as error:
            await self._one_by_one(batch, error)
            return
        metrics.BATCH.observe(len(batch))
        self._answer(batch, rows)

    async def _one_by_one(self, batch: Sequence[Saying], error: Exception) -> None:
        """A message that cannot be written must not take its neighbours with it."""
        if len(batch) > 1 and isinstance(error, psycopg.Error) and not isinstance(error, psycopg.OperationalError):
            for saying in batch:
                await self._commit([saying])
            return
        log.error("ledger_cannot_write", messages=len(batch), error=str(error))
        for saying in batch:
            _fail(saying, Unavailable(str(error)))

    async def _write(self, batch: Sequence[Saying]) -> "dict[tuple[str, UUID, UUID], Written]":
        """One transaction, and one way to the server and back."""
        cursors: dict[str, psycopg.AsyncCursor] = {}
        async with self._pool.connection() as connection:
            try:
                async with connection.pipeline(), connection.transaction():
                    for schema in sorted({saying.schema for saying in batch}):
                        cursors[schema] = await _write_tenant(connection, schema, batch)
            except psycopg.errors.ReadOnlySqlTransaction:
                await connection.close()  # it would stay so for as long as it lives
                raise
            return {
                (schema, conversation, client_id): Written(*rest)
                for schema, cursor in cursors.items()
                for conversation, client_id, *rest in await cursor.fetchall()
            }

    def _answer(self, batch: Sequence[Saying], rows: "dict[tuple[str, UUID, UUID], Written]") -> None:
        announced = set()
        for saying in batch:
            place = (saying.schema, saying.conversation, saying.client_id)
            written = rows.get(place)
            if written is None:
                _fail(saying, ConversationClosed())
                continue
            if not saying.written.done():
                saying.written.set_result(written)
            if written.new and place not in announced:
                announced.add(place)
                metrics.MESSAGES.labels("visitor").inc()
                self._announcer.put(News(saying.schema, saying.conversation, saying.client_id, saying.body, written))


async def _check_is_alive(idle: psycopg.AsyncConnection) -> None:
    if not is_quiet(idle):
        await idle.close()  # else the pool would keep it
        raise psycopg.OperationalError("The server has said farewell.")


def _fail(saying: Saying, error: Exception) -> None:
    if not saying.written.done():
        saying.written.set_exception(error)


async def _write_tenant(connection: psycopg.AsyncConnection, schema: str, batch: Sequence[Saying]) -> psycopg.AsyncCursor:
    """Each statement sees what those before it wrote and waited for."""
    unique = {(saying.conversation, saying.client_id): saying for saying in batch if saying.schema == schema}
    said = json.dumps([_row(saying) for saying in unique.values()])
    opening, locking, writing = _statements(schema)
    await connection.execute(opening, {"said": said})
    await connection.execute(locking, {"said": said})
    return await connection.execute(writing, {"said": said})


def _row(saying: Saying) -> dict[str, object]:
    return {
        "conversation": str(saying.conversation),
        "visitor": str(saying.visitor),
        "client": str(saying.client_id),
        "body": saying.body,
        "release": saying.release,
        "language": saying.language,
    }


@lru_cache(1_000)
def _statements(schema: str) -> tuple[sql.Composed, ...]:
    tables = {
        "conversation": sql.Identifier(schema, "conversations_conversation"),
        "event": sql.Identifier(schema, "conversations_event"),
        "said": _SAID,
    }
    return tuple(statement.format(**tables) for statement in (_OPEN, _LOCK, _WRITE))


# As JSON, because an array a column costs the interpreter more than everything else here.
_SAID = sql.SQL("""
ROWS FROM (jsonb_to_recordset(%(said)s::jsonb)
    AS (conversation uuid, visitor uuid, client uuid, body jsonb, release int, language text))
    WITH ORDINALITY AS said (conversation, visitor, client, body, release, language, place)
""")

# The row of a conversation is made by its first message.
_OPEN = sql.SQL("""
INSERT INTO {conversation}
    (id, visitor_id, release, language, owner, epoch, last_seq, visitor_read, team_read, opened_at, changed_at)
SELECT DISTINCT ON (conversation) conversation, visitor, release, language, 'bot', 0, 0, 0, 0, now(), now()
FROM {said}
ORDER BY conversation
ON CONFLICT DO NOTHING
""")

_LOCK = sql.SQL("SELECT FROM {conversation} WHERE id IN (SELECT conversation FROM {said}) ORDER BY id FOR UPDATE")

# Runs on a snapshot taken after the lock, so what another process wrote a moment ago is seen.
_WRITE = sql.SQL("""
WITH said AS (
    SELECT * FROM {said}
), fresh AS (
    SELECT said.*, c.last_seq, c.epoch, row_number() OVER (PARTITION BY conversation ORDER BY place) AS nth
    FROM said JOIN {conversation} c ON c.id = conversation AND c.visitor_id = visitor AND c.closed_at IS NULL
    WHERE NOT EXISTS (SELECT FROM {event} e WHERE e.conversation_id = conversation AND e.client_id = client)
), moved AS (
    UPDATE {conversation} c
    SET last_seq = c.last_seq + n, epoch = c.epoch + n, waiting_since = coalesce(c.waiting_since, now()), changed_at = now()
    FROM (SELECT conversation, count(*) AS n FROM fresh GROUP BY conversation) AS counted
    WHERE c.id = conversation
    RETURNING c.id, c.owner
), written AS (
    INSERT INTO {event} (conversation_id, seq, kind, author, body, client_id, epoch, at)
    SELECT conversation, last_seq + nth, 'message', 'visitor', body, client, epoch + nth, now() FROM fresh
    RETURNING conversation_id, client_id, seq, at, epoch
)
SELECT conversation_id, client_id, seq, at, epoch, owner, true FROM written JOIN moved ON id = conversation_id
UNION ALL
SELECT e.conversation_id, e.client_id, e.seq, e.at, e.epoch, c.owner, false
FROM said JOIN {event} e ON e.conversation_id = conversation AND e.client_id = client
    JOIN {conversation} c ON c.id = conversation AND c.visitor_id = visitor
""")


def _conninfo() -> str:
    database: dict[str, Any] = settings.DATABASES["default"]
    names = {"host": "HOST", "port": "PORT", "user": "USER", "password": "PASSWORD", "dbname": "NAME"}
    return make_conninfo(**{name: database[key] for name, key in names.items() if database[key]})


ledger = PerLoop(GroupCommit)


async def close() -> None:
    """End the running loop's; messages not yet committed stay unacknowledged and their clients send them again."""
    found = ledger.pop()
    if found:
        await found.close()
