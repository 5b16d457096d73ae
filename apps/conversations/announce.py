"""What follows a committed message: its event to the listeners, its epoch to the running turn, a wake-up to the bot."""

import asyncio
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING
from uuid import UUID

import structlog

from apps.conversations import events, progress, publish
from apps.conversations.models import Owner
from apps.tenants.tasks import send

if TYPE_CHECKING:
    from apps.conversations.group_commit import Written

log = structlog.get_logger(__name__)


@dataclass(frozen=True)
class News:
    schema: str
    conversation: UUID
    client_id: UUID
    body: dict[str, object]
    written: "Written"


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
    """Whatever fails here was committed: clients notice the hole and the sweeper the question. So it goes on."""
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
    """A burst is one turn: only a conversation's newest epoch wakes the bot, and cancels the turns before it."""
    newest = {(news.schema, news.conversation): news.written.epoch for news in batch}
    await progress.supersede([(*place, epoch) for place, epoch in newest.items()])
    await asyncio.to_thread(_send_tasks, newest)


def _send_tasks(newest: dict[tuple[str, UUID], int]) -> None:
    for (schema, conversation), epoch in newest.items():
        send("conversations.take_turn", schema, {"conversation": str(conversation), "epoch": epoch})
