"""After a commit: tell whoever listens. A frame that gets lost here shows as a hole in `seq` and is asked for again."""

import asyncio
from collections.abc import Mapping, Sequence
from typing import Any
from uuid import UUID

import structlog
from redis.exceptions import RedisError

from apps.conversations.wire.events import Frame
from apps.llm import loop
from apps.tenants import context
from apps.tenants.live import fanout

log = structlog.get_logger(__name__)

Addressed = tuple[str, dict[str, Any]]  # a group and what it is told

EVERYBODY, TEAM = "everybody", "team"
GATHER_SECONDS = 0.003  # after a batch: what follows at once goes together
PATIENCE_SECONDS = 5.0
MOST_WAITING = 20_000


def group(conversation: UUID, schema: str | None = None) -> str:
    """The channel group of a conversation; two tenants' groups never share a name."""
    return f"{schema or context.schema()}.c.{conversation.hex}"


def desk(schema: str | None = None) -> str:
    """The group of all agents' sockets of a tenant."""
    return f"{schema or context.schema()}.desk"


def send(conversation: UUID, frame: Frame, *, audience: str = EVERYBODY, schema: str | None = None, sender: str = "") -> None:
    """`sender`: the channel that need not hear it again."""
    to_groups(addressed(conversation, frame, audience=audience, schema=schema, sender=sender))


def addressed(
    conversation: UUID, frame: Frame, *, audience: str = EVERYBODY, schema: str | None = None, sender: str = ""
) -> Addressed:
    """A frame for the sockets of a conversation, for `to_groups`."""
    message = {
        "type": "conversation.frame",
        "conversation": str(conversation),
        "frame": frame,
        "audience": audience,
        "sender": sender,
    }
    return group(conversation, schema), message


def nudge(*conversations: UUID, schema: str | None = None) -> None:
    """Tell the desk that these conversations have changed; each socket there looks at the rows anew."""
    to_group(desk(schema), {"type": "desk.changed", "conversations": [str(conversation) for conversation in conversations]})


def decisions(ended: Sequence[Mapping[str, str]] = ()) -> None:
    """Tell the desk that there are other questions to colleagues than before; `ended`: how those that are over ended."""
    to_group(desk(), {"type": "desk.decisions", "ended": list(ended)})


def to_group(name: str, message: dict[str, Any]) -> None:
    to_groups((name, message))


def to_groups(*messages: Addressed) -> None:
    """Sends from any thread or loop, without waiting: what is handed over first goes out first.

    All of it leaves by the process's one background loop, many messages at a time: a web process's own loop is busy with its
    sockets.
    """
    loop.call(_post.put, messages)


class _Post:
    """One batch after another, so that numbers go out in their order. A broker that hangs must not fill the memory: what is
    too much is dropped, and shows as a hole that is asked for."""

    def __init__(self) -> None:
        self._waiting: list[Addressed] = []
        self._carrier: asyncio.Task[None] | None = None

    def put(self, messages: Sequence[Addressed]) -> None:
        if len(self._waiting) >= MOST_WAITING:
            log.warning("publishing_too_slow", dropped=len(messages))
            return
        self._waiting.extend(messages)
        if self._carrier is None or self._carrier.done():
            self._carrier = asyncio.get_running_loop().create_task(self._carry())

    async def _carry(self) -> None:
        while self._waiting:
            batch, self._waiting = self._waiting, []
            try:
                async with asyncio.timeout(PATIENCE_SECONDS):
                    await fanout.publish(batch)
            except (RedisError, OSError) as error:
                log.warning("not_published", messages=len(batch), error=repr(error))
            except Exception:
                log.exception("not_published", messages=len(batch))
            await asyncio.sleep(GATHER_SECONDS)


_post = _Post()
