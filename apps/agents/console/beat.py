"""Every ten seconds of an open console: still here, still allowed, what changed meanwhile that no nudge told."""

import asyncio
from datetime import datetime, timedelta
from typing import Any, NamedTuple, Protocol
from uuid import UUID

import structlog
from django.db.utils import Error as DatabaseError
from django.utils import timezone

from apps.agents import notices, presence
from apps.agents.console import badge, viewers
from apps.agents.console.inbox import Inbox
from apps.conversations.models import Conversation
from apps.tenants.live.threads import at_desk
from apps.tenants.workspace.models import Member

log = structlog.get_logger(__name__)
OVERLAP = timedelta(seconds=5)  # a transaction that began before the last look may commit after it


class Console(Protocol):
    """The part of a socket that its beat needs."""

    me: Member | None
    seqs: dict[UUID, int]
    inbox: Inbox
    turn: asyncio.Lock

    async def still(self, me: Member) -> Member: ...
    async def end(self, ended: badge.Ended) -> None: ...
    async def desk_frame(self, message: dict[str, Any]) -> None: ...
    async def catch_up(self, conversation: UUID, after: int) -> None: ...
    async def tell_decisions(self) -> None: ...
    async def send(self, text_data: str | None = None) -> None: ...


class Beat:
    def __init__(self, socket: Console) -> None:
        self.socket = socket
        self.states: dict[str, str] = {}
        self.looked = timezone.now()

    async def run(self) -> None:
        while True:
            await asyncio.sleep(presence.BEAT_SECONDS)
            try:
                await self.once()
            except (DatabaseError, OSError) as error:
                log.warning("beat_missed", error=str(error))

    async def once(self) -> None:
        socket = self.socket
        if socket.me is None:
            return
        try:
            me = await socket.still(socket.me)
        except badge.Ended as ended:
            await socket.end(ended)
            return
        looked = timezone.now()
        states, changed = await at_desk(_look)(me, self.looked - OVERLAP)
        self.looked = looked
        await viewers.here(list(socket.seqs), me.pk)
        for member, state in states.items():
            if self.states.get(member, state) != state:
                await socket.desk_frame({"frame": notices.presence(member, state)})
        self.states = states
        missed = await socket.inbox.catch_up({str(each.conversation): each.at for each in changed}) if changed else None
        if missed:
            await socket.send(missed)
        if changed:
            await socket.tell_decisions()
        async with socket.turn:  # what an open conversation was told and this socket did not hear
            for each in changed:
                if socket.seqs.get(each.conversation, each.seq) < each.seq:
                    await socket.catch_up(each.conversation, socket.seqs[each.conversation])


class Changed(NamedTuple):
    conversation: UUID
    at: datetime
    seq: int


def _look(me: Member, since: datetime) -> tuple[dict[str, str], list[Changed]]:
    presence.beat(me)
    changed = Conversation.objects.filter(changed_at__gte=since).values_list("pk", "changed_at", "last_seq")[:500]
    return presence.states(), [Changed(*row) for row in changed]
