"""A customer's line beneath the verbs: how long it stays open, what closes it, how frames and errors leave by it."""

import asyncio
from dataclasses import replace
from typing import Any
from uuid import UUID

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy

from apps.conversations import metrics
from apps.conversations.customer import arrivals, session, verbs
from apps.conversations.customer.arrivals import Door
from apps.conversations.files import links
from apps.conversations.live import publish
from apps.conversations.wire import events, frames
from apps.tenants.web import hosts
from apps.tenants.web.sockets import Socket

HELLO_SECONDS = 5.0
IDLE_SECONDS = 90.0  # clients ping every 25 s
BAD_FRAMES = 10  # in a row
UNAUTHORIZED, FORBIDDEN, IDLE, FLOODING = 4401, 4403, 4408, 4429

BLOCKED = gettext_lazy("We no longer take messages here.")
SUSPENDED = gettext_lazy("This chat is closed for now. Please come back later.")
UNAVAILABLE = gettext_lazy("We can't take messages right now. Yours is kept and will be sent again in a moment.")
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
        await self._error("forbidden", SUSPENDED)
        await self.close(FORBIDDEN)
        return True

    async def standing_changed(self, message: dict[str, Any]) -> None:
        """The tenant was suspended, its plan, hosts or settings were changed."""
        hosts.forget_tenant(self.schema, message["change"])
        if await self._is_over() or self.door is None:
            return
        if not await verbs.may_enter(*self.page):
            await self._error("origin_not_allowed", session.NOT_ALLOWED)
            await self.close(FORBIDDEN)
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
            frame = links.signed(frame, links.VISITOR, self.door.visitor)
        await self.send(events.text(frame))

    async def _refuse(self, error: frames.BadFrame) -> None:
        metrics.REFUSED.labels(error.code).inc()
        self.bad += 1
        await self._error(error.code, error.message, client_id=error.client_id)
        if self.bad >= BAD_FRAMES:
            await self.close(FLOODING)

    async def _error(
        self, code: str, message: str | Promise, *, client_id: str | None = None, retry_after: int | None = None
    ) -> None:
        await self._send(events.error(code, str(message), client_id=client_id, retry_after=retry_after))

    def _watch(self) -> None:
        """Look again when the client would have been silent for too long."""
        self.alarm.cancel()
        loop = asyncio.get_running_loop()
        left = self.heard_at + IDLE_SECONDS - loop.time()
        self.alarm = loop.call_later(left, self._watch) if left > 0 else loop.call_later(0, self._ring, IDLE)

    def _ring(self, code: int) -> None:
        self.closing = asyncio.create_task(self.close(code))
