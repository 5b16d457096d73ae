"""The largest request body, by path, refused at the edge: what is below here spools and parses all it is given."""

import json
from collections.abc import Mapping, MutableMapping
from typing import Any

import structlog

from apps.tenants.asgi import App, Receive, Scope, Send, header_of

log = structlog.get_logger(__name__)


class BodyLimit:
    """Answers 413 with one sentence for a body over the limit, by its Content-Length or, should that lie, by counting.

    `larger`: beginnings of paths → bytes, for requests that show a session cookie or an Authorization header; whether
    these are good is the door's business, but nobody may send much without even trying. Daphne has taken a body in before
    it calls any application, so with it this spares what comes after; Uvicorn asks first.
    """

    def __init__(self, inner: App, *, most: int, larger: Mapping[str, int], cookie: str) -> None:
        self.inner, self.most, self.larger, self.cookie = inner, most, larger, f"{cookie}="

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self.inner(scope, receive, send)
            return
        most = self._most(scope)
        told = header_of(scope, b"content-length")
        if told.isdigit() and int(told) > most:
            await _refuse(scope, send, most)
            return
        counted = _Counted(receive, send, most)
        await self.inner(scope, counted.receive, counted.send)
        if counted.over and not counted.answered:
            await _refuse(scope, send, most)

    def _most(self, scope: Scope) -> int:
        if self.cookie in header_of(scope, b"cookie") or header_of(scope, b"authorization"):
            return next((size for path, size in self.larger.items() if scope["path"].startswith(path)), self.most)
        return self.most


class _Counted:
    """The request's two ends. Once too much has come, what is below hears that its client is gone, and nothing of it leaves."""

    def __init__(self, receive: Receive, send: Send, most: int) -> None:
        self._receive, self._send, self._left = receive, send, most
        self.over = self.answered = False

    async def receive(self) -> MutableMapping[str, Any]:
        message = await self._receive() if not self.over else {}
        if message.get("type") == "http.request":
            self._left -= len(message.get("body", b""))
            self.over = self._left < 0
        return {"type": "http.disconnect"} if self.over else message

    async def send(self, message: MutableMapping[str, Any]) -> None:
        if self.over and not self.answered:
            return
        self.answered = True
        await self._send(message)


async def _refuse(scope: Scope, send: Send, most: int) -> None:
    log.warning("body_too_large", path=scope["path"], most=most)
    sentence = "This request is too large. 请求内容过大。"  # whose language it is, nobody has looked up yet
    body = json.dumps({"type": "error", "code": "too_long", "message": sentence, "most": most}, ensure_ascii=False).encode()
    headers = [
        (b"content-type", b"application/json"),
        (b"content-length", str(len(body)).encode()),
        (b"cache-control", b"no-store"),
        (b"x-content-type-options", b"nosniff"),
        (b"access-control-allow-origin", b"*"),  # the widget reads why
        (b"connection", b"close"),  # the rest of the body is nobody's
    ]
    await send({"type": "http.response.start", "status": 413, "headers": headers})
    await send({"type": "http.response.body", "body": body})
