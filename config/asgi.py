"""ASGI: health first (whatever the host), then the tenant by host, then Django or the sockets."""

import os
from typing import Any

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")

from django.core.asgi import get_asgi_application

django = get_asgi_application()

from channels.routing import ProtocolTypeRouter, URLRouter

from apps.agents.routing import sockets
from apps.tenants.asgi import TenantByHost
from runtime.health import HealthApp

inner: Any = ProtocolTypeRouter({"http": django, "websocket": URLRouter(sockets)})
application = HealthApp(TenantByHost(inner))
