"""A WebSocket client that costs next to nothing, so that the bench measures the server: it shares the machine with it.

Against a loopback server only: text frames in one piece, a masking key of zeros (RFC 6455 wants it unpredictable against
proxies, and here is none), no compression, no checks.
"""

import asyncio
import base64
import os
from collections.abc import Callable, Mapping

LOOPBACK = "127.0.0.1"
TEXT, CLOSE, PING, PONG = 1, 8, 9, 10
OPEN_SECONDS = 60.0


class ThinSocket(asyncio.Protocol):
    """`heard` gets each text frame as bytes, `lost` is called when the line ends."""

    def __init__(self, request: bytes) -> None:
        self._request = request
        self._rest = b""
        self._upgraded = False
        self.ready: asyncio.Future[None] = asyncio.get_running_loop().create_future()
        self.heard: Callable[[bytes], None] = lambda frame: None
        self.lost: Callable[[], None] = lambda: None
        self.transport: asyncio.Transport

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self.transport = transport  # type: ignore[assignment]  # connections of loops are Transports
        self.transport.write(self._request)

    def connection_lost(self, error: Exception | None) -> None:
        if not self.ready.done():
            self.ready.set_exception(ConnectionError("The server ended the line before it stood."))
        self.lost()

    def send(self, text: bytes) -> None:
        self._write(TEXT, text)

    def close(self) -> None:
        self._write(CLOSE, b"\x03\xe8")
        self.transport.close()

    def data_received(self, data: bytes) -> None:
        data = self._rest + data if self._rest else data
        if not self._upgraded:
            head, end, data = data.partition(b"\r\n\r\n")
            if not end:
                self._rest = head
                return
            self._begin(head)
        place, size = 0, len(data)
        while size - place >= 2:
            length, start = data[place + 1], place + 2
            if length > 125:
                start += 2 if length == 126 else 8
                length = int.from_bytes(data[place + 2 : start])
            if size < start or size < start + length:
                break
            self._take(data[place] & 15, data[start : start + length])
            place = start + length
        self._rest = data[place:]

    def _begin(self, head: bytes) -> None:
        status = head.split(b"\r\n", 1)[0]
        self._upgraded = True
        if b" 101 " in status:
            self.ready.set_result(None)
        else:
            self.ready.set_exception(ConnectionError(status.decode(errors="replace")))
            self.transport.abort()

    def _take(self, kind: int, content: bytes) -> None:
        if kind == TEXT:
            self.heard(content)
        elif kind == PING:
            self._write(PONG, content)
        elif kind == CLOSE:
            self.transport.close()

    def _write(self, kind: int, content: bytes) -> None:
        length = len(content)
        short = bytes((128 | kind, 128 | length)) if length < 126 else bytes((128 | kind, 254)) + length.to_bytes(2)
        self.transport.write(short + b"\0\0\0\0" + content)


async def connect(
    port: int, host: str, path: str, headers: Mapping[str, str] | None = None, source: str = LOOPBACK
) -> ThinSocket:
    """An open line. `source`: the loopback address it comes from. Raises ConnectionError or TimeoutError."""
    fields = {
        "Host": host,
        "Origin": f"http://{host}",
        "Upgrade": "websocket",
        "Connection": "Upgrade",
        "Sec-WebSocket-Version": "13",
        "Sec-WebSocket-Key": base64.b64encode(os.urandom(16)).decode(),
        **(headers or {}),
    }
    lines = [f"GET {path} HTTP/1.1", *(f"{name}: {value}" for name, value in fields.items()), "", ""]
    request = "\r\n".join(lines).encode()
    loop = asyncio.get_running_loop()
    async with asyncio.timeout(OPEN_SECONDS):
        _transport, socket = await loop.create_connection(
            lambda: ThinSocket(request), LOOPBACK, port, local_addr=None if source == LOOPBACK else (source, 0)
        )
        await socket.ready
    return socket
