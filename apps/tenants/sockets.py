"""What every socket of the product is made of."""

from typing import Any

from channels.consumer import get_handler_name
from channels.generic.websocket import AsyncWebsocketConsumer


class Socket(AsyncWebsocketConsumer):
    """Channels closes old database connections in a thread before each message. Ours hold none (`threads.in_thread` gives
    each back at once), and the hop to that one shared thread costs as much as a message itself."""

    async def dispatch(self, message: dict[str, Any]) -> None:
        handler = getattr(self, get_handler_name(message), None)
        if handler is None:
            raise ValueError(f"No handler for message type {message['type']}")
        await handler(message)
