"""A customer's client for the tests: the whole ASGI application, tenant by host, sockets by the wire's frames."""

import json
import uuid
from typing import Any

from channels.testing import WebsocketCommunicator
from django.test import Client

from apps.tenants import context
from apps.tenants.live.threads import in_thread
from apps.tenants.models import Tenant
from apps.tenants.workspace.models import Site
from config.asgi import application

Frame = dict[str, Any]
SECONDS = 30.0  # after which a test waits in vain


def site_of(tenant: Tenant) -> Site:
    with context.inside(tenant):
        return opened(Site.load())


def opened(site: Site) -> Site:
    """With its secret read, which only its tenant can."""
    _ = site.identity_secret
    return site


def open_session(tenant: Tenant, host: str, **fields: Any) -> Frame:
    """The widget's answer from `POST /api/v1/widget/session`."""
    body = {"site_key": site_of(tenant).site_key, **fields}
    answer = Client().post("/api/v1/widget/session", json.dumps(body), content_type="application/json", headers={"host": host})
    found: Frame = answer.json()
    return found


class Customer:
    """One socket. `seen` keeps every frame that came."""

    def __init__(self, host: str, origin: str = "") -> None:
        headers = [(b"host", host.encode()), *([(b"origin", origin.encode())] if origin else [])]
        self.socket = WebsocketCommunicator(application, "/ws/chat/", headers=headers)
        self.seen: list[Frame] = []
        self.token = self.conversation = ""

    async def connect(self) -> bool:
        connected, _code = await self.socket.connect(timeout=SECONDS)
        return bool(connected)

    async def hello(self, token: str, conversation: str | None = None, after: int = 0) -> Frame:
        await self.send({"type": "hello", "token": token, "conversation": conversation, "after": after})
        welcome = await self.next("welcome")
        self.token, self.conversation = token, welcome["conversation"]
        return welcome

    async def send(self, frame: Any) -> None:
        await self.socket.send_to(text_data=frame if isinstance(frame, str) else json.dumps(frame))

    async def say(self, text: str, client_id: str | None = None, **more: Any) -> Frame:
        own = client_id or str(uuid.uuid4())
        await self.send({"type": "say", "client_id": own, "text": text, **more})
        return await self.next("ack")

    async def next(self, *kinds: str, seconds: float = SECONDS) -> Frame:
        """The next frame of one of these types; others are kept in `seen`."""
        while True:
            frame: Frame = json.loads(await self.socket.receive_from(timeout=seconds))
            self.seen.append(frame)
            if frame["type"] in kinds:
                return frame

    async def closed(self, seconds: float = SECONDS) -> int:
        """The close code, whatever frames come before it."""
        while True:
            event = await self.socket.receive_output(timeout=seconds)
            if event["type"] == "websocket.close":
                return int(event.get("code", 1000))

    async def leave(self) -> None:
        await self.socket.disconnect(timeout=SECONDS)


async def visit(tenant: Tenant, host: str, visitor: str | None = None) -> Customer:
    """A customer who opened the widget and said hello."""
    session = await in_thread(open_session)(tenant, host, visitor=visitor)
    customer = Customer(host)
    assert await customer.connect()
    await customer.hello(session["token"])
    return customer
