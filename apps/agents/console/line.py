"""An agent's line beneath the verbs: who is behind it and may still be, how frames and errors leave by it."""

from typing import Any

import structlog

from apps.agents import notices
from apps.agents.console import badge
from apps.agents.models import Presence
from apps.conversations.customer.line import BAD_FRAMES, CLOSES, FLOODING
from apps.conversations.files import links
from apps.conversations.live import publish
from apps.conversations.wire import events
from apps.conversations.wire.frames import client_id_within
from apps.tenants import context, security
from apps.tenants.live.threads import at_desk
from apps.tenants.refusal import Refusal, unavailable
from apps.tenants.web import hosts
from apps.tenants.web.sockets import Socket
from apps.tenants.workspace.models import Member

log = structlog.get_logger(__name__)

GUARDED = ("not_found", "not_yours", "forbidden", "unauthorized")  # what whoever guards the product hears of


class Line(Socket):
    """`me`: the member whose session this is, None before they were let in."""

    me: Member | None = None
    bad = 0
    session: str

    async def still(self, me: Member) -> Member:
        """The member by the rows of now; adopts a new role or name. Raises badge.Ended."""
        now = await at_desk(badge.show)(self.session, me.pk)
        self.me = now
        if (now.role, str(now)) != (me.role, str(me)):
            await self._send({"type": "me", "me": {**notices.person(now), "role": now.role}})
        return now

    async def end(self, ended: badge.Ended) -> None:
        """Said in a sentence; the agent is shown as gone to colleagues."""
        if self.over or self.me is None:
            return
        await self._refuse(ended, self.me)
        await self.close(CLOSES[ended.code])
        gone = notices.presence(self.me.pk, Presence.State.OFFLINE)
        if ended.code == "forbidden":  # after a mere log-out the agent may be at another console
            publish.to_group(publish.desk(), {"type": "desk.frame", "frame": gone})

    async def standing_changed(self, message: dict[str, Any]) -> None:
        """Role, log-in, tenant: whatever it was, the rows tell."""
        hosts.forget_tenant(context.schema(), message["change"])
        await self._look()

    async def _look(self) -> None:
        if self.me is None or self.over:
            return
        try:
            await self.still(self.me)
        except badge.Ended as ended:
            await self.end(ended)

    async def visitor_blocked(self, message: dict[str, Any]) -> None:
        """Does nothing here: this message is for the customer's socket."""

    visitor_merged = visitor_blocked

    async def _refuse(self, error: Exception, me: Member, raw: str | None = None) -> None:
        """Tells every refusal of this door; `raw` is the frame that asked for it."""
        if not isinstance(error, Refusal):
            log.error("agent_socket", error=repr(error))
            error = unavailable(retry_after=3)
        if error.code in GUARDED:
            security.note("work", security.REFUSED, person=me.pk, door="agent_socket", why=error.code)
        await self._send(error.frame(client_id_within(raw)))
        if self.bad >= BAD_FRAMES:
            await self.close(FLOODING)

    async def _send(self, frame: events.Frame) -> None:
        if self.me:
            frame = links.signed(frame, links.MEMBER, self.me.pk)
        await self.send(events.text(frame))
