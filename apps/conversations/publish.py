"""After a commit: tell whoever listens. A frame that gets lost here shows as a hole in `seq` and is asked for again."""

from typing import Any
from uuid import UUID

import structlog
from channels.layers import get_channel_layer

from apps.conversations.events import Frame
from apps.tenants import context

log = structlog.get_logger(__name__)

EVERYBODY, TEAM = "everybody", "team"


def group(conversation: UUID, schema: str | None = None) -> str:
    """The channel group of a conversation; two tenants' groups never share a name."""
    return f"{schema or context.schema()}.c.{conversation.hex}"


async def send(conversation: UUID, frame: Frame, *, audience: str = EVERYBODY, schema: str | None = None) -> None:
    message: dict[str, Any] = {
        "type": "conversation.frame",
        "conversation": conversation.hex,
        "frame": frame,
        "audience": audience,
    }
    layer: Any = get_channel_layer()
    try:
        await layer.group_send(group(conversation, schema), message)
    except (OSError, ConnectionError, TimeoutError) as error:
        log.warning("frame_not_published", conversation=str(conversation), type=frame["type"], error=str(error))


def send_from_thread(conversation: UUID, frame: Frame, *, audience: str = EVERYBODY) -> None:
    """The same from synchronous code: on the process's one background loop, which keeps its connection."""
    from apps.llm import loop

    loop.run(send(conversation, frame, audience=audience, schema=context.schema()), seconds=5)
