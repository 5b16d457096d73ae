"""Three addresses for machines, answered whatever the Host and before any tenant is looked for: a probe knows no tenant.

`/healthz`: this process is alive.
`/readyz`: 503 when what is needed is down; each dependency with its state, in production for holders of the metrics token.
`/metrics`: Prometheus' text, summed over the processes of this machine; in production for holders of the token alone.
"""

import asyncio
import json
import time
from collections.abc import Awaitable, Callable, MutableMapping
from typing import Any

from runtime.watching import metrics, readiness

Scope = MutableMapping[str, Any]
Message = MutableMapping[str, Any]
Receive = Callable[[], Awaitable[Message]]
Send = Callable[[Message], Awaitable[None]]
App = Callable[[Scope, Receive, Send], Awaitable[None]]
Answer = tuple[int, str, bytes]

JSON = "application/json"
FRESH_SECONDS = 1.0  # a crowd of probes costs the dependencies one look a second
METRICS_SECONDS = 3.0  # the text is 60 ms of a core's work, so it is made at most so often


class HealthApp:
    """The outermost ASGI piece."""

    def __init__(self, app: App) -> None:
        self.app = app
        self._doors: dict[str, Callable[[Scope], Awaitable[Answer]]] = {
            "/healthz": self._alive,
            "/readyz": self._ready,
            "/metrics": self._metrics,
        }
        self._report: readiness.Report | None = None
        self._looked = 0.0
        self._looking: asyncio.Task[readiness.Report] | None = None
        self._metrics_text: asyncio.Task[bytes] | None = None
        self._metrics_at = 0.0

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        door = self._doors.get(scope["path"]) if scope["type"] == "http" else None
        if door is None:
            await self.app(scope, receive, send)
        elif scope["method"] in ("GET", "HEAD"):
            await _answer(scope, send, await door(scope))
        else:
            await _answer(scope, send, (405, JSON, b'{"error": "only GET"}'))

    async def _alive(self, _scope: Scope) -> Answer:
        return 200, JSON, b'{"status": "alive"}'

    async def _ready(self, scope: Scope) -> Answer:
        if self._report is None or time.monotonic() - self._looked > FRESH_SECONDS:
            if self._looking is None or self._looking.done():
                self._looking = asyncio.create_task(readiness.look())
            self._report = await asyncio.shield(self._looking)
            self._looked = time.monotonic()
        told = self._report.as_json()
        if not metrics.may_read(_token(scope)):
            told = {"status": told["status"]}  # which part is ill helps whoever attacks it
        body = json.dumps(told, indent=1).encode() + b"\n"
        return 200 if self._report.ready else 503, JSON, body

    async def _metrics(self, scope: Scope) -> Answer:
        if not metrics.may_read(_token(scope)):
            return 401, JSON, b'{"error": "send the metrics token: Authorization: Bearer ..."}'
        if self._metrics_text is None or time.monotonic() - self._metrics_at > METRICS_SECONDS:
            self._metrics_text, self._metrics_at = asyncio.create_task(metrics.exposition()), time.monotonic()
        return 200, metrics.CONTENT_TYPE, await asyncio.shield(self._metrics_text)


def _token(scope: Scope) -> bytes:
    return next((value for name, value in scope["headers"] if name == b"authorization"), b"")


async def _answer(scope: Scope, send: Send, answer: Answer) -> None:
    status, kind, body = answer
    headers = [
        (b"content-type", kind.encode()),
        (b"content-length", str(len(body)).encode()),
        (b"cache-control", b"no-store"),
        (b"x-content-type-options", b"nosniff"),
    ]
    await send({"type": "http.response.start", "status": status, "headers": headers})
    await send({"type": "http.response.body", "body": b"" if scope["method"] == "HEAD" else body})
