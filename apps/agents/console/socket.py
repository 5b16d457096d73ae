"""The agent's socket: parse → one verb → reply. A session cookie of this tenant and a page of this host, or nothing.

Events of the conversations that are open in this console come by their groups and are numbered like the customer's; the
inbox and what is told to the desk come by the tenant's and the member's own group.
"""

import asyncio
import time
from collections.abc import Awaitable, Mapping, Sequence
from contextlib import suppress
from typing import Any
from uuid import UUID

import structlog
from django.conf import settings
from django.db.utils import Error as DatabaseError
from django.utils import translation

from apps.agents import metrics, notices, presence
from apps.agents.casework import casework, flow_card
from apps.agents.console import badge, entry, frames, viewers
from apps.agents.console.beat import Beat
from apps.agents.console.decisions import Decisions
from apps.agents.console.inbox import Inbox
from apps.agents.console.line import Line
from apps.agents.console.verbs import Verb
from apps.conversations.customer.line import FLOODING, FORBIDDEN, NUMBERED
from apps.conversations.ledger import limits
from apps.conversations.live import progress, publish
from apps.conversations.wire import events
from apps.conversations.wire.frames import Ping
from apps.tenants import security, standing
from apps.tenants.live.threads import Full, asks_model, at_desk
from apps.tenants.refusal import Refusal
from apps.tenants.web.asgi import header_of
from apps.tenants.workspace import idle
from apps.tenants.workspace.models import Member

log = structlog.get_logger(__name__)

MOST_OPEN = 20


class AgentConsumer(Line):
    used_at = 0.0

    async def connect(self) -> None:
        self.session = entry.session_of(header_of(self.scope, b"cookie"))
        own = entry.is_own_page(header_of(self.scope, b"origin"), header_of(self.scope, b"host"))
        me = await at_desk(entry.member_of)(self.session) if own and self.session else None
        if me is None:
            security.note("open", security.REFUSED, door="agent_socket", why="session" if own else "origin")
            await self.close(FORBIDDEN)
            return
        self.inbox = Inbox(me)
        self.decisions = Decisions()
        translation.activate(me.language or "en")  # in this socket's own context
        self.drafts = await at_desk(presence.read_along)()
        self.seqs: dict[UUID, int] = {}  # open conversations and the newest number sent of each
        self.jobs: set[asyncio.Task[None]] = set()
        self.pace = limits.Pace(settings.FRAMES_PER_SECOND, settings.FRAME_BURST)
        await self.accept()
        self.me = me
        metrics.CONSOLES.inc()
        for group in (publish.desk(), notices.group_of(me.pk), standing.of_session(self.session), standing.of_tenant()):
            await self.join(group)
        await self._look()  # what changed before the groups were joined was told to nobody
        if not self.over:
            await self._welcome(self.me)
            self._start(Beat(self).run())

    async def disconnect(self, code: int) -> None:
        if self.me is None:
            return
        metrics.CONSOLES.dec()
        for job in self.jobs:
            job.cancel()
        for conversation in list(self.seqs):
            await self._leave(conversation, self.me)

    async def receive(self, text_data: str | None = None, bytes_data: bytes | None = None) -> None:
        if self.me is None or self.over:
            return
        if not self.pace.take():  # each frame asks the rows, on threads that all tenants' consoles share
            await self.close(FLOODING)
            return
        try:
            self.bad += 1
            frame = frames.parse(text_data)
            self.bad = 0
            me = await self.still(self.me)
            if not isinstance(frame, Ping) and time.monotonic() - self.used_at > idle.EVERY_SECONDS:
                self.used_at = time.monotonic()
                await at_desk(entry.use)(self.session)
            await self._answer(frame, me, text_data)
        except badge.Ended as ended:
            await self.end(ended)
        except (Refusal, DatabaseError, OSError) as error:
            await self._refuse(error, self.me, text_data)

    async def _answer(self, frame: frames.Frame, me: Member, raw: str | None) -> None:
        match frame:
            case Ping():
                await self._send({"type": "pong", "n": self.inbox.n})
            case frames.Choose():
                await self._choose(me, frame.state)
            case frames.Open():
                await self._open(frame, me)
            case frames.Leave():
                await self._leave(frame.conversation, me)
            case frames.Sync(conversation=None):
                await self._whole()
            case frames.Sync(conversation=UUID() as conversation):
                await at_desk(casework.find)(conversation)
                await self.catch_up(conversation, frame.after)
            case frames.Typing():
                await at_desk(casework.find)(frame.conversation)
                told = {**events.typing("agent", frame.on), "name": str(me)}
                publish.send(frame.conversation, told, sender=self.name)
            case Verb(asks_model=True):
                self._start(self._drafted(asks_model(frame.act)(me), me, raw))
            case Verb():
                await self._reply(at_desk(frame.act)(me))

    async def _welcome(self, me: Member) -> None:
        frame = await at_desk(entry.welcome)(me)
        await self.send(await self.inbox.whole(frame))
        await self._offers(me)
        await self.tell_decisions()
        publish.to_group(publish.desk(), {"type": "desk.frame", "frame": notices.presence(me.pk, frame["presence"])})
        await at_desk(entry.wake)()

    async def _offers(self, me: Member) -> None:
        for offer in await at_desk(entry.open_offers)(me):
            await self._send(offer)

    async def _choose(self, me: Member, state: str) -> None:
        await at_desk(presence.choose)(me, state)
        publish.to_group(publish.desk(), {"type": "desk.frame", "frame": notices.presence(me.pk, state)})
        await at_desk(entry.wake)()

    async def _open(self, frame: frames.Open, me: Member) -> None:
        """Join the group first, then catch up: what happens in between waits in the channel, so nothing falls between."""
        conversation = frame.conversation
        await at_desk(casework.find)(conversation)
        if conversation not in self.seqs and len(self.seqs) >= MOST_OPEN:
            await self._leave(next(iter(self.seqs)), me)
        await self.join(publish.group(conversation))
        await viewers.here([conversation], me.pk)
        opened = await at_desk(entry.open_conversation)(conversation, frame.after, me)
        partial = await progress.partial(conversation)
        watching = await viewers.of(conversation)
        await self._send({**opened.frame, "viewers": watching, **({"partial": partial} if partial else {})})
        for event in opened.events:
            await self._send({**event, "conversation": str(conversation)})
        self.seqs[conversation] = opened.newest
        await self._tell_viewers(conversation)

    async def _leave(self, conversation: UUID, me: Member) -> None:
        if self.seqs.pop(conversation, None) is None:
            return
        self.leave(publish.group(conversation))
        await viewers.leave(conversation, me.pk)
        await self._tell_viewers(conversation)

    async def _tell_viewers(self, conversation: UUID) -> None:
        frame = {"type": "viewing", "who": await viewers.of(conversation)}
        publish.send(conversation, frame, audience=publish.TEAM)

    async def catch_up(self, conversation: UUID, after: int) -> None:
        later, newest = await at_desk(entry.later)(conversation, after)
        for event in later:
            await self._send({**event, "conversation": str(conversation)})
        if conversation in self.seqs:
            self.seqs[conversation] = max(self.seqs[conversation], newest)
        await self._flow(conversation, *later)

    async def _flow(self, conversation: UUID, *told: events.Frame) -> None:
        """Where the conversation stands in a flow, after what may have moved it."""
        if any(map(flow_card.may_move, told)):
            with suppress(Refusal):  # it was erased meanwhile
                await self._reply(at_desk(flow_card.frame)(conversation))

    async def _whole(self) -> None:
        await self.send(await self.inbox.whole({"type": "inbox", "whole": True}))

    async def _reply(self, work: Awaitable[events.Frame | None]) -> None:
        if frame := await work:
            await self._send(frame)

    async def _drafted(self, work: Awaitable[events.Frame | None], me: Member, raw: str | None) -> None:
        try:
            await self._reply(work)
        except (Refusal, Full, DatabaseError, OSError) as error:
            await self._refuse(error, me, raw)

    async def _inbox(self) -> None:
        frame = await self.inbox.frame()
        if frame:
            await self.send(frame)

    async def conversation_frame(self, message: dict[str, Any]) -> None:
        """An event of an open conversation. A hole is filled from the ledger, a repetition dropped."""
        frame: events.Frame = message["frame"]
        conversation = UUID(message["conversation"])
        if conversation not in self.seqs or message["sender"] == self.name:
            return
        if frame["type"] in NUMBERED:
            seen = self.seqs[conversation]
            if frame["seq"] <= seen:
                return
            if frame["seq"] > seen + 1:
                await self.catch_up(conversation, seen)
                return
            self.seqs[conversation] = frame["seq"]
        if frame["type"] == "typing" and not self.drafts:
            frame = {name: value for name, value in frame.items() if name != "draft"}
        await self._send({**frame, "conversation": message["conversation"]})
        await self._flow(conversation, frame)

    async def socket_gap(self, message: dict[str, Any]) -> None:
        """The line to the groups was broken: look through the open conversations, and the inbox as a whole."""
        await self._look()
        if self.over:
            return
        for conversation, seen in list(self.seqs.items()):
            await self.catch_up(conversation, seen)
        await self._whole()
        if self.me:
            await self._offers(self.me)
        await self.tell_decisions()

    async def desk_changed(self, message: dict[str, Any]) -> None:
        if self.inbox.changed(message["conversations"]):
            self._start(self._inbox())

    async def desk_decisions(self, message: dict[str, Any]) -> None:
        """Colleagues are asked something, or what they were asked is over: the rows tell."""
        await self.tell_decisions(message["ended"])

    async def tell_decisions(self, ended: Sequence[Mapping[str, str]] = ()) -> None:
        if self.me:
            await self._reply(self.decisions.news(self.me, ended))

    async def desk_settings(self, message: dict[str, Any]) -> None:
        """Whoever runs the desk changed its settings."""
        self.drafts = await at_desk(presence.read_along)()

    async def desk_frame(self, message: dict[str, Any]) -> None:
        await self._send(message["frame"])

    def _start(self, work: Any) -> None:
        job = asyncio.create_task(work)
        self.jobs.add(job)
        job.add_done_callback(self.jobs.discard)
