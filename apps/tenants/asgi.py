"""The outermost ASGI piece that knows tenants: host → tenant → context, for HTTP and sockets alike."""

from collections.abc import Awaitable, Callable, Mapping, MutableMapping
from typing import Any

from apps.tenants import context, hosts
from apps.tenants.pages import NOT_FOUND

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
        tenant = await hosts.afind(host_of(scope))
        if tenant is None:
            await _refuse(scope, receive, send)
            return
        context.enter(tenant)
        scope["tenant"] = tenant
        await self.inner(scope, receive, send)


def host_of(scope: Scope) -> str:
    return header_of(scope, b"host")


def header_of(scope: Mapping[str, Any], name: bytes) -> str:
    return next((value.decode("latin-1") for key, value in scope["headers"] if key == name), "")


async def _refuse(scope: Scope, receive: Receive, send: Send) -> None:
    if scope["type"] == "websocket":
        await receive()
        await send({"type": "websocket.close", "code": 4404})
        return
    headers = [(b"content-type", b"text/html; charset=utf-8"), (b"content-length", str(len(NOT_FOUND)).encode())]
    await send({"type": "http.response.start", "status": 404, "headers": headers})
    await send({"type": "http.response.body", "body": b"" if scope["method"] == "HEAD" else NOT_FOUND})
