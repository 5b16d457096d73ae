"""The sockets of a tenant's host."""

from typing import Any

from channels.generic.websocket import AsyncWebsocketConsumer
from django.urls import path, re_path

from apps.conversations.customer.socket import CustomerConsumer


class NobodyHere(AsyncWebsocketConsumer):
    """An address without a socket: refused as a browser expects, not by a stack trace."""

    async def connect(self) -> None:
        await self.close(4404)


chat: Any = CustomerConsumer.as_asgi()
nobody: Any = NobodyHere.as_asgi()
sockets: list[Any] = [path("ws/chat/", chat), re_path(r"", nobody)]
