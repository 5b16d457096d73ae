"""An agent's console for the tests: the whole ASGI application, logged in by the session cookie, frames by the wire."""

import json
import uuid
from typing import Any

from channels.testing import WebsocketCommunicator
from django.conf import settings
from django.test import Client

from apps.tenants import context
from apps.tenants.live.threads import in_thread
from apps.tenants.models import Tenant
from apps.tenants.workspace.models import Member
from config.asgi import application

Frame = dict[str, Any]
SECONDS = 30.0  # after which a test waits in vain


def log_in(tenant: Tenant, member: Member) -> str:
    """The session cookie's value."""
    with context.inside(tenant):
        client = Client()
        client.force_login(member)
        return client.cookies[settings.SESSION_COOKIE_NAME].value


class Console:
    """One socket. `seen` keeps every frame that came."""

    def __init__(self, host: str, cookie: str, origin: str | None = None) -> None:
        shown = f"https://{host}" if origin is None else origin
        headers = [(b"host", host.encode()), (b"cookie", f"{settings.SESSION_COOKIE_NAME}={cookie}".encode())]
        headers += [(b"origin", shown.encode())] if shown else []
        self.socket = WebsocketCommunicator(application, "/ws/agent/", headers=headers)
        self.seen: list[Frame] = []

    async def connect(self) -> tuple[bool, int | str | None]:
        connected, code = await self.socket.connect(timeout=SECONDS)
        return bool(connected), code

    async def send(self, kind: str, **fields: Any) -> None:
        await self.socket.send_to(text_data=json.dumps({"type": kind, **fields}, default=str))

    async def say(self, conversation: object, text: str, client_id: str | None = None, kind: str = "say") -> Frame:
        own = client_id or str(uuid.uuid4())
        await self.send(kind, conversation=conversation, client_id=own, text=text)
        return await self.next("ack", "error")

    async def next(self, *kinds: str, seconds: float = SECONDS, **fields: Any) -> Frame:
        """The next frame of one of these types with these fields; others are kept in `seen`."""
        while True:
            frame: Frame = json.loads(await self.socket.receive_from(timeout=seconds))
            self.seen.append(frame)
            if frame["type"] in kinds and all(frame.get(name) == value for name, value in fields.items()):
                return frame

    async def row(self, conversation: object, **fields: Any) -> Frame:
        """The next inbox row of this conversation that looks so."""
        while True:
            for row in (await self.next("inbox"))["rows"]:
                same = row["conversation"] == str(conversation)
                if same and all(row.get(name) == value for name, value in fields.items()):
                    found: Frame = row
                    return found

    async def leave(self) -> None:
        await self.socket.disconnect(timeout=SECONDS)


async def sit_down(tenant: Tenant, host: str, member: Member) -> Console:
    """A member who opened the console; the welcome is in `seen`."""
    console = Console(host, await in_thread(log_in)(tenant, member))
    assert await console.connect() == (True, None)
    await console.next("welcome")
    return console
