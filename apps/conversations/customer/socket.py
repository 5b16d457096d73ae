"""The customer's socket (PROTOCOL.md): parse → one verb → reply.

Durable events come from the ledger, live ones by the conversation's group.
"""

import asyncio
from dataclasses import replace
from typing import Any

import structlog
from django.conf import settings
from django.db.utils import Error as DatabaseError
from django.utils import translation
from django.utils.translation import gettext as _

from apps.conversations import metrics
from apps.conversations.customer import arrivals, pings, verbs
from apps.conversations.customer.arrivals import Door
from apps.conversations.customer.line import (
    FLOODING,
    FORBIDDEN,
    HELLO_SECONDS,
    NUMBERED,
    UNAUTHORIZED,
    Line,
)
from apps.conversations.ledger import catch_up, limits
from apps.conversations.live import here, progress, publish
from apps.conversations.wire import events, frames
from apps.tenants import context, security, standing
from apps.tenants.live.threads import in_thread
from apps.tenants.network import address_of
from apps.tenants.refusal import Refusal
from apps.tenants.web.asgi import TRY_AGAIN_LATER, header_of

log = structlog.get_logger(__name__)


# What is limited by network address too, since a fresh visitor is to be had for nothing.
SHARED: dict[type, str] = {
    frames.Hello: "hellos",
    frames.Person: "wishes",
    frames.Contact: "contacts",
    frames.Rate: "ratings",
    frames.Page: "tells",
    frames.Attributes: "tells",
}


class CustomerConsumer(Line):
    seq = 0  # the newest numbered event sent to this client
    shown_at = 0.0  # when this line last told that its customer is there

    async def connect(self) -> None:
        page = header_of(self.scope, b"origin"), header_of(self.scope, b"host")
        if not await verbs.may_enter(*page):
            security.note("open", security.REFUSED, door="customer_socket", why="origin")
            await self.close(FORBIDDEN)
            return
        self.schema, self.page, self.host, self.address = context.schema(), page, page[1], address_of(self.scope)
        self.pace = limits.Pace(settings.FRAMES_PER_SECOND, settings.FRAME_BURST)
        await self.accept()
        translation.activate("en")  # in this socket's own context, until its visitor's language is known
        try:
            await limits.acheck_address(self.address, "sockets")
        except Refusal as refusal:
            await self._refuse(refusal)
            return
        metrics.SOCKETS.inc()
        self.counted = True
        self.alarm = asyncio.get_running_loop().call_later(HELLO_SECONDS, self._ring, UNAUTHORIZED)

    async def disconnect(self, code: int) -> None:
        if getattr(self, "counted", False):
            metrics.SOCKETS.dec()
            self.alarm.cancel()
        if self.door:
            await self._tell(events.typing("visitor", False))
            await here.leave(self.door.conversation, self.name)

    async def receive(self, text_data: str | None = None, bytes_data: bytes | None = None) -> None:
        if self.over:  # what was on its way when this end closed
            return
        if not self.pace.take():
            metrics.REFUSED.labels("flooding").inc()
            await self.close(FLOODING)
            return
        self.heard_at = asyncio.get_running_loop().time()
        try:
            self.bad += 1
            frame = frames.parse(text_data)
            self.bad = 0
            if isinstance(frame, frames.Hello):
                self._watch()  # it came in time, however long a busy server takes to answer it
            if await self._is_over():
                return
            await self._answer(frame)
        except (Refusal, DatabaseError, OSError) as error:
            await self._refuse(error, text_data)

    async def _answer(self, frame: frames.Frame) -> None:
        if kind := SHARED.get(type(frame)):
            await limits.acheck_address(self.address, kind)
        if isinstance(frame, frames.Hello):
            await self._greet(frame)
            return
        if self.door is None:
            await self.close(UNAUTHORIZED)
            return
        match frame:
            case frames.Say():
                self.door, written = await verbs.say(self.door, frame)
                await self._send(events.ack(frame.client_id, written.seq, written.at))
            case frames.Submit():
                self.door, written = await verbs.submit(self.door, frame)
                await self._send(events.ack(frame.client_id, written.seq, written.at))
            case frames.Typing() if not self.blocked:
                await self._tell(events.typing("visitor", frame.on, await verbs.typed(self.door, frame.draft)))
            case frames.Read():
                await in_thread(verbs.read)(self.door, min(frame.seq, self.seq))
            case frames.Stop():
                await progress.stop(self.door.conversation)
            case frames.Person():
                await in_thread(verbs.person)(self.door, frame)
            case frames.Rate():
                await in_thread(verbs.rate)(self.door, frame)
            case frames.Contact():
                await in_thread(verbs.contact)(self.door, frame)
            case frames.Page() | frames.Attributes():
                await in_thread(verbs.tell)(self.door, frame)
            case frames.Sync():
                await limits.acheck_visitor(self.door.visitor, "catch_up")
                await self._catch_up(self.door, frame.after)
            case frames.Ping():
                now = await pings.pulse(self.door.conversation, self.door.visitor)
                self.blocked = now.blocked
                if now.tenant_per_minute is not None:
                    self.door = replace(self.door, tenant_per_minute=now.tenant_per_minute)
                await self._send(events.pong(now.seq))
                await self._is_here(again=True)

    async def _is_here(self, *, again: bool) -> None:
        now = asyncio.get_running_loop().time()
        if self.door and not (again and now - self.shown_at < here.EVERY):
            self.shown_at = now
            await here.come(self.door.conversation, self.name, again=again)

    async def _greet(self, frame: frames.Hello) -> None:
        """A hello that could not be answered leaves nothing to go on with: the client comes again."""
        try:
            await self._hello(frame)
        except (DatabaseError, OSError) as error:
            await self._refuse(error)
            await self.close(TRY_AGAIN_LATER)

    async def _hello(self, frame: frames.Hello) -> None:
        """Join the group first, then catch up: what happens in between waits in the channel, so nothing falls between."""
        entered = await arrivals.enter(frame)
        if self.door:
            self.leave(publish.group(self.door.conversation))
            await here.leave(self.door.conversation, self.name)
        door = entered.door
        await self.join(publish.group(door.conversation))
        await self.join(standing.of_tenant())
        partial = await progress.partial(door.conversation)
        later = await catch_up.later(door.conversation, frame.after if entered.found and frame.conversation else 0)
        # Only now: had one of these failed, a live event would find a hole from 0 on and send everything again.
        self.door, self.blocked, self.seq = door, entered.blocked, 0
        await self._is_here(again=False)
        translation.activate(door.language)
        structlog.contextvars.bind_contextvars(conversation=str(door.conversation))
        if not entered.found:
            await self._refuse(Refusal("not_found", _("This conversation no longer exists. We have opened a new one.")))
        await self._send(events.welcome(door.conversation, later.newest, entered.owner, entered.config, partial))
        await self._send_later(later)

    async def socket_gap(self, message: dict[str, Any]) -> None:
        """The line to the groups was broken."""
        if await self._is_over():
            return
        if self.door:
            await self._catch_up(self.door, self.seq)

    async def _catch_up(self, door: Door, after: int) -> None:
        """Everything later than `after`, in order. What comes live meanwhile waits: Channels hands over one thing at a time."""
        await self._send_later(await catch_up.later(door.conversation, after))

    async def _send_later(self, later: catch_up.Later) -> None:
        for frame in later.frames:
            await self._send(frame)
        self.seq = max(self.seq, later.newest)

    async def conversation_frame(self, message: dict[str, Any]) -> None:
        """A frame from the conversation's group; what is for the team alone stops here. A hole is filled from the ledger."""
        frame: events.Frame = message["frame"]
        if self.door is None or message["conversation"] != str(self.door.conversation):
            return  # said in the conversation that a second hello has left
        if frame["type"] in NUMBERED:
            if frame["seq"] <= self.seq:
                return
            if frame["seq"] > self.seq + 1:
                await self._catch_up(self.door, self.seq)
                return
            self.seq = frame["seq"]
        if message["audience"] == publish.EVERYBODY:  # the sender's own echo is for agents' sockets alone
            await self._send(frame)
