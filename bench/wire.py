"""A socket to the product as an outside client has it, written against PROTOCOL.md: frames out, frames in."""

import asyncio
import contextlib
import json
import uuid
from collections.abc import AsyncIterator
from typing import Any

from websockets.asyncio.client import ClientConnection, connect
from websockets.exceptions import ConnectionClosed

Frame = dict[str, Any]
LOOPBACK = "127.0.0.1"
PING_SECONDS = 25.0


class Line:
    """One open socket. `code` says how it ended."""

    def __init__(self, socket: ClientConnection) -> None:
        self.socket = socket
        self.code = 0

    @classmethod
    async def customer(cls, port: int, host: str, token: str, conversation: str | None = None, after: int = 0) -> "Line":
        line = cls(await _connect(port, host, "/ws/chat/", {}))
        await line.send("hello", token=token, conversation=conversation, after=after)
        return line

    @classmethod
    async def agent(cls, port: int, host: str, cookie: str) -> "Line":
        return cls(await _connect(port, host, "/ws/agent/", {"Cookie": f"sessionid={cookie}"}))

    async def send(self, kind: str, **fields: Any) -> None:
        """Raises ConnectionClosed when there is no line any more."""
        await self.socket.send(json.dumps({"type": kind, **fields}))

    async def say(self, text: str, client_id: str = "", **fields: Any) -> str:
        own = client_id or str(uuid.uuid4())
        await self.send("say", client_id=own, text=text, **fields)
        return own

    async def next(self, *kinds: str) -> Frame:
        """The next frame of one of these types, others dropped."""
        async for frame in self:
            if frame["type"] in kinds:
                return frame
        raise ConnectionError(f"The line was closed with {self.code} before a {' or '.join(kinds)} came.")

    async def __aiter__(self) -> AsyncIterator[Frame]:
        """Until the line ends."""
        try:
            async for raw in self.socket:
                frame: Frame = json.loads(raw)
                yield frame
        except ConnectionClosed:
            pass
        self.code = self.socket.close_code or 1006

    async def ping(self) -> None:
        """Pings until the line ends, as clients do: a client that is silent for long is closed."""
        with contextlib.suppress(ConnectionClosed):
            while True:
                await asyncio.sleep(PING_SECONDS)
                await self.send("ping")

    async def close(self) -> None:
        await self.socket.close()

    def cut(self) -> None:
        """Cuts the line as a lost network does: without a goodbye."""
        self.socket.transport.abort()


async def _connect(port: int, host: str, path: str, headers: dict[str, str]) -> ClientConnection:
    return await connect(
        f"ws://{host}{path}",
        host=LOOPBACK,
        port=port,
        origin=f"http://{host}",  # type: ignore[arg-type]  # a NewType of str
        additional_headers=headers,
        compression=None,
        max_size=None,
        ping_interval=None,
        open_timeout=20,
        close_timeout=5,
        proxy=None,
    )
