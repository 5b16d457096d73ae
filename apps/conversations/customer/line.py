"""A customer's line beneath the verbs: how long it stays open, what closes it, how frames and errors leave by it."""

import asyncio
from dataclasses import replace
from typing import Any
from uuid import UUID

import structlog
from django.utils.translation import gettext_lazy

from apps.conversations import metrics
from apps.conversations.customer import arrivals, session, verbs
from apps.conversations.customer.arrivals import Door
from apps.conversations.files import links
from apps.conversations.ledger import group_commit
from apps.conversations.live import publish
from apps.conversations.wire import events, frames
from apps.tenants import security
from apps.tenants.refusal import Refusal
from apps.tenants.web import hosts
from apps.tenants.web.sockets import Socket

log = structlog.get_logger(__name__)

HELLO_SECONDS = 5.0
IDLE_SECONDS = 90.0  # clients ping every 25 s
BAD_FRAMES = 10  # in a row
UNAUTHORIZED, FORBIDDEN, IDLE, FLOODING = 4401, 4403, 4408, 4429
CLOSES = {"unauthorized": UNAUTHORIZED, "forbidden": FORBIDDEN, "origin_not_allowed": FORBIDDEN}  # what ends a line

SUSPENDED = gettext_lazy("This chat is closed for now. Please come back later.")
NUMBERED = {"message", "owner", "closed", "rated", "note"}


class Line(Socket):
    """`door`: what a good hello opened. `schema`, `page` (origin, host) and `host` are set before anything is heard."""

    door: Door | None = None
    bad = 0
    blocked = False
    schema: str
    page: tuple[str, str]
    host: str
    address: str
    heard_at: float
    alarm: asyncio.TimerHandle

    async def _is_over(self) -> bool:
        """Whether the tenant was suspended or the host given away while this line was open. Memory answers, a second old."""
        here = await hosts.afind(self.host)
        if here is not None and here.schema_name == self.schema:
            return False
        await self._refuse(Refusal("forbidden", SUSPENDED))
        return True

    async def standing_changed(self, message: dict[str, Any]) -> None:
        """The tenant was suspended, its plan, hosts or settings were changed."""
        hosts.forget_tenant(self.schema, message["change"])
        if await self._is_over() or self.door is None:
            return
        if not await verbs.may_enter(*self.page):
            await self._refuse(session.foreign())
            return
        per_minute = await arrivals.per_minute()
        if per_minute is not None:
            self.door = replace(self.door, tenant_per_minute=per_minute)

    async def visitor_merged(self, message: dict[str, Any]) -> None:
        """An agent found that this is somebody known: what they say from now on is said in that name."""
        if self.door:
            self.door = replace(self.door, visitor=UUID(message["into"]))

    async def visitor_blocked(self, message: dict[str, Any]) -> None:
        """The desk blocked the visitor, or let them in again."""
        self.blocked = message["on"]

    async def _tell(self, frame: events.Frame) -> None:
        if self.door:
            publish.send(self.door.conversation, frame, audience=publish.TEAM)

    async def _send(self, frame: events.Frame) -> None:
        if self.door:
            frame = links.signed(events.for_customer(frame), links.VISITOR, self.door.visitor)
        await self.send(events.text(frame))

    async def _refuse(self, error: Exception, raw: str | None = None) -> None:
        """Tells every refusal of this door; `raw` is the client's frame that asked for it."""
        if not isinstance(error, Refusal):
            log.error("customer_socket", error=str(error))
            error = group_commit.unavailable()
        metrics.REFUSED.labels(error.code).inc()
        await self._send(error.frame(frames.client_id_within(raw)))
        if error.code == "unauthorized":
            security.note("open", security.REFUSED, door="customer_socket", why="token")
        if error.code in CLOSES:
            await self.close(CLOSES[error.code])
        elif self.bad >= BAD_FRAMES or (error.code == "too_fast" and self.door is None):
            await self.close(FLOODING)  # without a good hello there is nothing to wait for on this line

    def _watch(self) -> None:
        """Look again when the client would have been silent for too long."""
        self.alarm.cancel()
        loop = asyncio.get_running_loop()
        left = self.heard_at + IDLE_SECONDS - loop.time()
        self.alarm = loop.call_later(left, self._watch) if left > 0 else loop.call_later(0, self._ring, IDLE)

    def _ring(self, code: int) -> None:
        self.closing = asyncio.create_task(self.close(code))
