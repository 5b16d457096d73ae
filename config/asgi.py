"""ASGI: health first (whatever the host), then the tenant by host, no body too large, then Django or the sockets."""

import asyncio
import gc
import os
from typing import Any

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")

import django

django.setup(set_prefix=False)

from channels.routing import ProtocolTypeRouter, URLRouter
from django.conf import settings
from django.core.handlers.asgi import ASGIHandler
from django.http import HttpRequest
from django.http.response import HttpResponseBase

from apps.agents.routing import sockets
from apps.conversations.customer.senders import may_send
from apps.tenants.live.threads import Full
from apps.tenants.web.asgi import TenantByHost
from apps.tenants.web.bodies import BodyLimit
from apps.tenants.web.headers import Headers
from apps.tenants.web.lanes import full, lane_of
from runtime.watching.health import HealthApp


class Pages(ASGIHandler):
    """Each request on one of a few threads from the first middleware to the view; which ones, its lane says.

    Django would give every request a thread of its own and hop between it and the loop at each middleware. When a client
    left in between, that thread's database connection was lost to the pool, and after eight of them the process to us all.
    """

    def load_middleware(self, is_async: bool = False) -> None:
        super().load_middleware(is_async=False)

    async def get_response_async(self, request: HttpRequest) -> HttpResponseBase:
        work = asyncio.ensure_future(lane_of(request)(self.get_response)(request))
        try:
            return await asyncio.shield(work)
        except Full:
            return full(request)
        except asyncio.CancelledError:
            await asyncio.wait([work])  # it still reads the body of the request that nobody waits for any more
            raise


inner: Any = ProtocolTypeRouter({"http": Pages(), "websocket": URLRouter(sockets)})
limited = BodyLimit(inner, most=settings.LARGEST_BODY, larger=settings.LARGER_BODIES, may_send=may_send)
application = Headers(HealthApp(TenantByHost(limited)))

# What the start has made stays until the end. Looked through anew again and again by the collector, it cost a tenth of the
# process's time; what sockets and requests make is still collected.
gc.collect()
gc.freeze()
gc.set_threshold(20_000, 20, 50)
