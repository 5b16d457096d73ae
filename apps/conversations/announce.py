"""What follows a committed message: its event to the listeners, its epoch to the running turn, a wake-up to the bot."""

import asyncio
from dataclasses import dataclass
from typing import TYPE_CHECKING
from uuid import UUID

from apps.conversations import events, progress, publish
from apps.conversations.models import Owner
from apps.tenants.tasks import send

if TYPE_CHECKING:
    from apps.conversations.group_commit import Written


@dataclass(frozen=True)
class News:
    schema: str
    conversation: UUID
    client_id: UUID
    body: dict[str, object]
    written: "Written"


class Announcer:
    """One a process, in order: two messages of a conversation are published as they are numbered."""

    def __init__(self) -> None:
        self._waiting: asyncio.Queue[News] = asyncio.Queue()

    def put(self, news: News) -> None:
        self._waiting.put_nowait(news)

    async def run(self) -> None:
        while True:
            batch = [await self._waiting.get()]
            while not self._waiting.empty():
                batch.append(self._waiting.get_nowait())
            await self._announce(batch)

    async def _announce(self, batch: list[News]) -> None:
        for news in batch:
            written = news.written
            frame = events.numbered("message", written.seq, written.at, news.body, news.client_id)
            await publish.send(news.conversation, frame, schema=news.schema)
        # A burst is one turn: only a conversation's newest epoch wakes the bot.
        newest = {(news.schema, news.conversation): news.written for news in batch}
        bots = [(place, written.epoch) for place, written in newest.items() if written.owner == Owner.BOT]
        if bots:
            await progress.supersede([(*place, epoch) for place, epoch in bots])
            await asyncio.to_thread(_wake, bots)


def _wake(bots: list[tuple[tuple[str, UUID], int]]) -> None:
    for (schema, conversation), epoch in bots:
        send("conversations.take_turn", schema, {"conversation": str(conversation), "epoch": epoch})
