"""The agents' socket, before those of the rooms below."""

from typing import Any

from django.urls import path

from apps.agents.console.socket import AgentConsumer
from apps.conversations.routing import sockets as lower

agent: Any = AgentConsumer.as_asgi()
sockets: list[Any] = [path("ws/agent/", agent), *lower]
