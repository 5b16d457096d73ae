"""Request bodies at the edge: how large by path and sender, how slow, how many at once. What is below spools all it is given.

Refused while they arrive: nothing is read of a body that says it is too large, and one that lies is cut where its limit is. The
server under us hands a body over only as it is asked for (runtime.web.arriving; Uvicorn by itself).
"""

import asyncio
import json
import time
from collections import Counter
from collections.abc import Awaitable, Callable, Mapping, MutableMapping
from contextlib import suppress
from typing import Any

import structlog
from prometheus_client import Counter as Counts

from apps.tenants.network import address_of, neighbourhood
from apps.tenants.refusal import Refusal
from apps.tenants.web.asgi import App, Receive, Scope, Send, header_of

log = structlog.get_logger(__name__)

REFUSED = Counts("yingda_bodies_refused_total", "Requests whose body was refused while it arrived, by why.", ["code"])
PATIENCE, SLOWEST = 20.0, 8 * 1024  # seconds for any body, and bytes a second beyond them
SMALL = 64 * 1024
MOST_SMALL, MOST_LARGE, MOST_BYTES = 512, 64, 256 * 1024**2  # bodies on their way or in work at once, in one process
OF_AN_ADDRESS = 8  # large ones
LINGER_SECONDS, LINGER_BYTES = 2.0, 4 * 1024**2  # a refusal is not heard by a client that is cut off while it sends
COME_AGAIN = 5  # seconds

_WORDS = {  # in both languages: the tenant's or person's has not been looked up yet
    413: ("too_long", "This request is too large. 请求内容过大。"),
    408: ("too_slow", "This request came too slowly. Try again. 请求传输过慢，请重试。"),
    503: ("unavailable", "Too much is being sent to us right now. Try again in a moment. 目前上传过多，请稍后再试。"),
}


class BodyLimit:
    """`larger`: beginnings of paths → bytes, for requests whose sender `may_send` more; it is asked only about a body that
    needs more than `most`. Answers 413, 408 or 503 with one sentence."""

    def __init__(
        self, inner: App, *, most: int, larger: Mapping[str, int], may_send: Callable[[Scope], Awaitable[bool]]
    ) -> None:
        self.inner, self.most, self.larger, self.may_send = inner, most, larger, may_send
        self.places = _Places()

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self.inner(scope, receive, send)
            return
        told = header_of(scope, b"content-length")
        size = int(told) if told.isdigit() and len(told) < 20 else None
        chunked = bool(header_of(scope, b"transfer-encoding"))
        most = await self._most(scope, size, chunked)
        body = _Body(scope, receive, send, most)
        if size is not None and size > most:
            await body.refuse(413)
            return
        room = most if chunked else size or 0
        if room and not self.places.take(scope, room):
            await body.refuse(503)
            return
        try:
            await self.inner(scope, body.receive, body.send)
            if body.over and not body.answered:
                await body.refuse(body.over)
        finally:
            if room:
                self.places.give_back(scope, room)

    async def _most(self, scope: Scope, size: int | None, chunked: bool) -> int:
        larger = next((bytes_ for path, bytes_ in self.larger.items() if scope["path"].startswith(path)), self.most)
        needs = chunked or (size or 0) > self.most
        return larger if larger > self.most and needs and await self.may_send(scope) else self.most


class _Places:
    """Counts the bodies on their way into this process and limits them: small ones, large ones and their bytes, and those of
    each address."""

    def __init__(self) -> None:
        self.small = self.large = self.bytes = 0
        self.of: Counter[str] = Counter()

    def take(self, scope: Scope, size: int) -> bool:
        if size <= SMALL:
            fits = self.small < MOST_SMALL
            self.small += fits
            return fits
        whose = _address(scope)
        if self.large >= MOST_LARGE or self.bytes + size > MOST_BYTES or self.of[whose] >= OF_AN_ADDRESS:
            return False
        self.large, self.bytes = self.large + 1, self.bytes + size
        self.of[whose] += 1
        return True

    def give_back(self, scope: Scope, size: int) -> None:
        if size <= SMALL:
            self.small -= 1
            return
        self.large, self.bytes = self.large - 1, self.bytes - size
        self.of -= Counter([_address(scope)])


def _address(scope: Scope) -> str:
    return neighbourhood(address_of(scope))


class _Body:
    """The request's two ends. Once too much has come, or too slowly, what is below hears that its client is gone, and nothing
    of it leaves."""

    def __init__(self, scope: Scope, receive: Receive, send: Send, most: int) -> None:
        self._scope, self._receive, self._send, self._most = scope, receive, send, most
        self._began, self._come, self._whole = time.monotonic(), 0, False
        self.over = 0  # the status it is refused with
        self.answered = False

    async def receive(self) -> MutableMapping[str, Any]:
        if self.over:
            return {"type": "http.disconnect"}
        if self._whole:
            return await self._receive()
        left = self._began + PATIENCE + self._come / SLOWEST - time.monotonic()
        try:
            message = await asyncio.wait_for(self._receive(), max(0, left))
        except TimeoutError:
            self.over = 408
            return {"type": "http.disconnect"}
        if message["type"] == "http.request":
            self._come += len(message.get("body", b""))
            self._whole = not message.get("more_body", False)
            if self._come > self._most:
                self.over = 413
                return {"type": "http.disconnect"}
        return message

    async def send(self, message: MutableMapping[str, Any]) -> None:
        if self.over and not self.answered:
            return
        self.answered = True
        await self._send(message)

    async def refuse(self, status: int) -> None:
        """The whole answer at once; what still comes is thrown away for a moment, so that it is read, and the line ends."""
        code, sentence = _WORDS[status]
        REFUSED.labels(code).inc()
        log.warning("body_refused", path=self._scope["path"], code=code, most=self._most)
        frame = Refusal(code, sentence, retry_after=None if status == 413 else COME_AGAIN).frame()
        frame |= {"most": self._most} if status == 413 else {}
        body = json.dumps(frame, ensure_ascii=False).encode()
        headers = [
            (b"content-type", b"application/json"),
            (b"content-length", str(len(body)).encode()),
            (b"cache-control", b"no-store"),
            (b"x-content-type-options", b"nosniff"),
            (b"access-control-allow-origin", b"*"),  # the widget reads why
            (b"connection", b"close"),  # the rest of the body is nobody's
        ]
        headers += [(b"retry-after", str(COME_AGAIN).encode())] if status == 503 else []
        await self._send({"type": "http.response.start", "status": status, "headers": headers})
        await self._send({"type": "http.response.body", "body": body, "more_body": True})
        await self._linger()
        await self._send({"type": "http.response.body", "body": b"", "more_body": False})

    async def _linger(self) -> None:
        come = 0
        with suppress(TimeoutError):
            async with asyncio.timeout(LINGER_SECONDS):
                while not self._whole and come < LINGER_BYTES:
                    message = await self._receive()
                    come += len(message.get("body", b""))
                    self._whole = message["type"] != "http.request" or not message.get("more_body", False)
