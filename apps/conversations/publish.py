"""After a commit: tell whoever listens. A frame that gets lost here shows as a hole in `seq` and is asked for again."""

from collections.abc import Coroutine, Iterable
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


def desk(schema: str | None = None) -> str:
    """The group of all agents' sockets of a tenant."""
    return f"{schema or context.schema()}.desk"


async def send(
    conversation: UUID, frame: Frame, *, audience: str = EVERYBODY, schema: str | None = None, sender: str = ""
) -> None:
    """`sender`: the channel that need not hear it again."""
    message: dict[str, Any] = {
        "type": "conversation.frame",
        "conversation": str(conversation),
        "frame": frame,
        "audience": audience,
        "sender": sender,
    }
    await to_group(group(conversation, schema), message)


async def to_group(name: str, message: dict[str, Any]) -> None:
    layer: Any = get_channel_layer()
    try:
        await layer.group_send(name, message)
    except (OSError, ConnectionError, TimeoutError) as error:
        log.warning("not_published", group=name, type=message["type"], error=str(error))


async def nudge(conversations: Iterable[UUID], *, schema: str | None = None) -> None:
    """Tell the desk that these conversations have changed; each socket there looks at the rows anew."""
    ids = [str(conversation) for conversation in conversations]
    await to_group(desk(schema), {"type": "desk.changed", "conversations": ids})


def send_from_thread(conversation: UUID, frame: Frame, *, audience: str = EVERYBODY) -> None:
    """The same from synchronous code: on the process's one background loop, which keeps its connection."""
    in_background(send(conversation, frame, audience=audience, schema=context.schema()))


def nudge_from_thread(*conversations: UUID) -> None:
    in_background(nudge(conversations, schema=context.schema()))


def in_background(work: Coroutine[Any, Any, None]) -> None:
    from apps.llm import loop

    loop.run(work, seconds=5)
