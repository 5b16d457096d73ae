"""ASGI: health first (whatever the host), no body too large, then the tenant by host, then Django or the sockets."""

import os
from typing import Any

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")

from django.core.asgi import get_asgi_application

django = get_asgi_application()

from channels.routing import ProtocolTypeRouter, URLRouter
from django.conf import settings

from apps.agents.routing import sockets
from apps.tenants.asgi import TenantByHost
from apps.tenants.bodies import BodyLimit
from runtime.health import HealthApp

inner: Any = ProtocolTypeRouter({"http": django, "websocket": URLRouter(sockets)})
limited = BodyLimit(
    TenantByHost(inner),
    most=settings.LARGEST_BODY,
    larger=settings.LARGER_BODIES,
    cookie=settings.SESSION_COOKIE_NAME,
)
application = HealthApp(limited)
