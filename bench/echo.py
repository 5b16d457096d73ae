"""The bare thing beside which the product's sockets are measured: a Channels consumer that sends back what it gets."""

from typing import Any

from channels.generic.websocket import AsyncWebsocketConsumer
from channels.routing import ProtocolTypeRouter
from django.conf import settings

settings.configure(CHANNEL_LAYERS={}, DATABASES={})


class Echo(AsyncWebsocketConsumer):
    async def receive(self, text_data: str | None = None, bytes_data: bytes | None = None) -> None:
        await self.send(text_data)


application: Any = ProtocolTypeRouter({"websocket": Echo.as_asgi()})
