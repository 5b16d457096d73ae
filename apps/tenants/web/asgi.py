"""The outermost ASGI piece that knows tenants: host → tenant → context, for HTTP and sockets alike."""

from collections.abc import Awaitable, Callable, Mapping, MutableMapping
from typing import Any

import structlog
from django.db import DatabaseError

from apps.tenants import context, security
from apps.tenants.network import address_of
from apps.tenants.web import hosts
from apps.tenants.web.pages import NOT_FOUND, UNAVAILABLE

log = structlog.get_logger(__name__)
NOBODY_HERE, TRY_AGAIN_LATER = 4404, 1013

Scope = MutableMapping[str, Any]
Receive = Callable[[], Awaitable[MutableMapping[str, Any]]]
Send = Callable[[MutableMapping[str, Any]], Awaitable[None]]
App = Callable[[Scope, Receive, Send], Awaitable[None]]


class TenantByHost:
    """Enters the host's tenant; an unknown host gets a 404 page or close code 4404."""

    def __init__(self, inner: App) -> None:
        self.inner = inner

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] not in ("http", "websocket"):
            await self.inner(scope, receive, send)
            return
        with security.coming_from(address_of(scope)):
            await self._let_in(scope, receive, send)

    async def _let_in(self, scope: Scope, receive: Receive, send: Send) -> None:
        try:
            tenant = await hosts.afind(host_of(scope))
        except DatabaseError as error:
            log.error("tenants_unknown", error=str(error))
            await _refuse(scope, receive, send, 503, UNAVAILABLE, TRY_AGAIN_LATER)
            return
        if tenant is None:
            await _refuse(scope, receive, send, 404, NOT_FOUND, NOBODY_HERE)
            return
        context.enter(tenant)
        scope["tenant"] = tenant
        await self.inner(scope, receive, send)


def host_of(scope: Scope) -> str:
    return header_of(scope, b"host")


def header_of(scope: Mapping[str, Any], name: bytes) -> str:
    return next((value.decode("latin-1") for key, value in scope["headers"] if key == name), "")


async def _refuse(scope: Scope, receive: Receive, send: Send, status: int, page: bytes, code: int) -> None:
    if scope["type"] == "websocket":
        await receive()
        await send({"type": "websocket.close", "code": code})
        return
    headers = [
        (b"content-type", b"text/html; charset=utf-8"),
        (b"content-length", str(len(page)).encode()),
        (b"access-control-allow-origin", b"*"),  # the widget may read that it should try again
        (b"connection", b"close"),  # whatever body was on its way, nobody has taken
    ]
    await send({"type": "http.response.start", "status": status, "headers": headers})
    await send({"type": "http.response.body", "body": b"" if scope["method"] == "HEAD" else page})
