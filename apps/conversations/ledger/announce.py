"""The news of a committed message: its event to the listeners, its epoch to the running turn, a wake-up to the bot."""

import asyncio
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from uuid import UUID

import structlog
from redis.exceptions import RedisError

from apps.conversations.ledger.batch import Written
from apps.conversations.live import backlog, progress, publish
from apps.conversations.models import Owner
from apps.conversations.wire import events
from apps.tenants.live import valkey

log = structlog.get_logger(__name__)


@dataclass(frozen=True)
class News:
    schema: str
    conversation: UUID
    client_id: UUID
    body: dict[str, object]
    written: Written


class Announcer:
    """One a process. Publishing keeps the order of the numbers; waking runs beside it, because a broker may be slow."""

    def __init__(self) -> None:
        self._news: asyncio.Queue[News] = asyncio.Queue()
        self._asleep: asyncio.Queue[News] = asyncio.Queue()

    def put(self, news: News) -> None:
        self._news.put_nowait(news)
        if news.written.owner != Owner.HUMAN:  # in a queue that nobody attends the bot may still help
            self._asleep.put_nowait(news)

    async def run(self) -> None:
        await asyncio.gather(_pump(self._news, _publish), _pump(self._asleep, _wake))


async def _pump(waiting: asyncio.Queue[News], work: Callable[[list[News]], Awaitable[None]]) -> None:
    """Goes on after a failure, because the messages are committed: clients notice the hole, and the sweeper the question."""
    while True:
        batch = [await waiting.get()]
        while not waiting.empty():
            batch.append(waiting.get_nowait())
        try:
            await work(batch)
        except Exception:
            log.exception("announcement_failed", messages=len(batch))


async def _publish(batch: list[News]) -> None:
    messages = []
    for news in batch:
        written = news.written
        frame = events.numbered("message", written.seq, written.at, news.body, news.client_id)
        messages.append(publish.addressed(news.conversation, frame, schema=news.schema))
    publish.to_groups(*messages)
    changed: dict[str, set[UUID]] = {}
    for news in batch:
        changed.setdefault(news.schema, set()).add(news.conversation)
    for schema, conversations in changed.items():
        publish.nudge(*conversations, schema=schema)


async def _wake(batch: list[News]) -> None:
    """A burst is one turn: a conversation's newest epoch cancels the turns before it, and it waits in the backlog once."""
    newest = {(news.schema, news.conversation): news.written.epoch for news in batch}
    waiting: dict[str, list[UUID]] = {}
    for schema, conversation in newest:
        waiting.setdefault(schema, []).append(conversation)
    try:
        pipe = valkey.aclient().pipeline()
        progress.supersede(pipe, [(*place, epoch) for place, epoch in newest.items()])
        for schema, conversations in waiting.items():
            backlog.queue_up(pipe, schema, conversations)
        answers = iter((await pipe.execute())[len(newest) :])
        tasks = {schema: backlog.Length(next(answers), next(answers)).tasks for schema in waiting}
    except (RedisError, OSError) as error:
        log.warning("backlog_lost", error=str(error))
        await asyncio.to_thread(_name, waiting)
        return
    if any(tasks.values()):
        await asyncio.to_thread(_send_tasks, tasks)


def _send_tasks(tasks: dict[str, int]) -> None:
    for schema, count in tasks.items():
        backlog.wake(schema, count)


def _name(waiting: dict[str, list[UUID]]) -> None:
    for schema, conversations in waiting.items():
        backlog.name(conversations, schema=schema)
