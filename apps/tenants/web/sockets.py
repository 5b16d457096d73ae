"""The base of every socket of the product."""

import asyncio
import contextlib
import uuid
from collections.abc import Awaitable, Callable
from typing import Any

import structlog
from autobahn.exception import Disconnected
from channels.consumer import get_handler_name
from channels.exceptions import StopConsumer
from channels.generic.websocket import AsyncWebsocketConsumer
from django.db.utils import Error as DatabaseError

from apps.tenants.live import fanout
from apps.tenants.web.asgi import TRY_AGAIN_LATER

log = structlog.get_logger(__name__)
FAILED = 1011

Message = dict[str, Any]


class Socket(AsyncWebsocketConsumer):
    """A Channels consumer with our fan-out. One message at a time, from the client and from the groups alike.

    `over`: this end has closed; what is still on its way here counts no more.

    Channels would close old database connections in a thread before each message, and start two tasks to wait for the next;
    ours holds no connection (`threads` gives each back at once), and those cost as much as a message itself.
    """

    over = False

    async def __call__(self, scope: Any, receive: Callable[[], Awaitable[Any]], send: Any) -> None:
        self.scope, self.to_client = scope, send
        self.name = uuid.uuid4().hex
        self.mailbox, self.joined = fanout.Mailbox(), set[str]()
        self.turn = asyncio.Lock()
        hearing = asyncio.create_task(self._hear())
        try:
            with contextlib.suppress(StopConsumer):
                while True:
                    await self._do(await receive())
        finally:
            hearing.cancel()
            for group in list(self.joined):
                self.leave(group)

    async def _hear(self) -> None:
        while True:
            message = await self.mailbox.get()
            try:
                await self._do(message)
            except (DatabaseError, OSError) as error:  # what could not be read now is seen by the next frame or ping
                log.warning("not_heard", error=str(error))
            except Exception:
                log.exception("socket_failed", type=message["type"])
                await self.close(FAILED)
                return

    async def _do(self, message: Message) -> None:
        async with self.turn:
            await self.dispatch(message)

    async def dispatch(self, message: Message) -> None:
        handler = getattr(self, get_handler_name(message), None)
        if handler is None:
            raise ValueError(f"No handler for message type {message['type']}")
        await handler(message)

    async def websocket_connect(self, message: Any) -> None:
        try:
            await self.connect()
        except (DatabaseError, OSError) as error:
            log.warning("not_let_in", error=str(error))
            await self.close(TRY_AGAIN_LATER)

    async def websocket_disconnect(self, message: Any) -> None:
        await self.disconnect(message["code"])
        raise StopConsumer

    async def close(self, code: int | bool | None = None, reason: str | None = None) -> None:
        self.over = True
        await super().close(code, reason)

    async def send(self, *args: Any, **more: Any) -> None:
        """Sends nothing after the close, whatever was about to be told."""
        if not self.over:
            await super().send(*args, **more)

    async def base_send(self, message: Any) -> None:
        """Sends nothing to a line that is gone; its end is on its way here."""
        with contextlib.suppress(Disconnected, OSError):
            await self.to_client(message)

    async def join(self, group: str) -> None:
        self.joined.add(group)
        await fanout.exchange().join(group, self.mailbox)

    def leave(self, group: str) -> None:
        self.joined.discard(group)
        fanout.exchange().leave(group, self.mailbox)

    async def socket_gap(self, message: Message) -> None:
        """A message may have been lost: look for what is new."""
        raise NotImplementedError

    async def socket_behind(self, message: Message) -> None:
        """So much is unread that beginning anew is shorter."""
        await self.close(TRY_AGAIN_LATER)
