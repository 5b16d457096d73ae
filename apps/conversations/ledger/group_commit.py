"""The hot path: customers' messages of many sockets committed together, each acknowledged only after that commit.

While one transaction commits, the next messages gather; so the batch grows with the load and a lone message waits for
nobody. How they are written: `saying`.
"""

import asyncio
from collections.abc import Sequence

import psycopg
import structlog
from django.utils.translation import gettext_lazy as _
from psycopg_pool import AsyncConnectionPool, PoolTimeout

from apps.conversations import metrics
from apps.conversations.ledger import limits
from apps.conversations.ledger.announce import Announcer, News
from apps.conversations.ledger.batch import Connection, Place, Saying, Written
from apps.tenants.db import address
from apps.tenants.db.base import is_quiet
from apps.tenants.live.loops import PerLoop
from apps.tenants.refusal import Refusal

log = structlog.get_logger(__name__)

MOST_IN_A_BATCH = 500
PATIENCE_SECONDS = 10.0
RECONNECT_SECONDS = 3.0  # as in the settings: the pauses between tries stay short


class ConversationClosed(Refusal):
    """The conversation is closed or not this visitor's (say it in a new one), or the visitor is blocked; the rows say which."""

    def __init__(self) -> None:
        super().__init__("closed", _("This conversation is closed. Your message opens a new one."))


class Confidential(Refusal):
    """A flow asks for something sensitive: say it again, sealed."""

    def __init__(self) -> None:
        super().__init__("unavailable", _("Send it again: what you say here is kept encrypted."), retry_after=1)


def unavailable() -> Refusal:
    """The message could not be stored now. Send it again with the same client_id."""
    sentence = _("We can't take messages right now. Yours is kept and will be sent again in a moment.")
    return Refusal("unavailable", sentence, retry_after=3)


class GroupCommit:
    """One a process and event loop."""

    def __init__(self) -> None:
        self._waiting: asyncio.Queue[Saying] = asyncio.Queue()
        self._pool = AsyncConnectionPool(
            address.conninfo(),
            connection_class=Connection,
            kwargs={"autocommit": True, "prepare_threshold": None},
            min_size=1,
            max_size=1,
            open=False,
            timeout=PATIENCE_SECONDS,
            reconnect_timeout=RECONNECT_SECONDS,
            configure=Connection.look_up_by_key,
            check=_check_is_alive,
        )
        self._announcer = Announcer()
        self._tasks = [asyncio.create_task(work) for work in (self._run(), self._announcer.run())]

    async def say(self, saying: Saying) -> Written:
        """Returns after the commit. Raises Refusal; then nothing was written."""
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
            except Exception:  # the pump must outlive whatever one batch meets
                log.exception("ledger_failed", messages=len(batch))
                for saying in batch:
                    _fail(saying, unavailable())

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
        cause = getattr(error, "diag", None)  # without the piece of the statement that the text of an error shows
        log.error("ledger_cannot_write", messages=len(batch), error=(cause and cause.message_primary) or str(error))
        for saying in batch:
            _fail(saying, unavailable())

    async def _write(self, batch: Sequence[Saying]) -> dict[Place, Written]:
        async with self._pool.connection() as connection:
            try:
                return await connection.write(batch)
            except psycopg.errors.ReadOnlySqlTransaction:
                await connection.close()  # it would stay so for as long as it lives
                raise

    def _answer(self, batch: Sequence[Saying], rows: dict[Place, Written]) -> None:
        announced = set()
        for saying in batch:
            written = rows.get(saying.place)
            if written is None:
                _fail(saying, ConversationClosed())
                continue
            if not written.seq:
                _fail(saying, Confidential())
                continue
            if not saying.written.done():
                saying.written.set_result(written)
            if written.new and saying.place not in announced:
                announced.add(saying.place)
                metrics.MESSAGES.labels("visitor").inc()
                if saying.kept:
                    saying.kept.count()
                self._announcer.put(News(saying.schema, saying.conversation, saying.client_id, saying.body, written))


async def _check_is_alive(idle: psycopg.AsyncConnection) -> None:
    if not is_quiet(idle):
        await idle.close()  # else the pool would keep it
        raise psycopg.OperationalError("The server has said farewell.")


def _fail(saying: Saying, error: Refusal) -> None:
    if not saying.written.done():
        saying.written.set_exception(error)


ledger = PerLoop(GroupCommit)


async def close() -> None:
    """End the running loop's; messages not yet committed stay unacknowledged and their clients send them again."""
    found = ledger.pop()
    if found:
        await found.close()
