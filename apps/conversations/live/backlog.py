"""Conversations that wait for the bot: a list for each tenant in Valkey, from which its workers take several at a time.

Each stands in it once, by the time it came, however often its customer spoke. A worker that is awake takes until nothing is
left; so a task is only sent for the first that waits and for each few more, and a backlog costs the broker nearly nothing. The
list is a convenience: a conversation's row says whether it waits, and the sweeper puts back those that Valkey has forgotten.
"""

import math
import time
from collections.abc import Collection, Sequence
from typing import Any, NamedTuple
from uuid import UUID

import structlog
from redis.exceptions import RedisError

from apps.conversations import metrics
from apps.tenants import context
from apps.tenants.live import valkey
from apps.tenants.tasks import send

log = structlog.get_logger(__name__)

TASK = "conversations.take_turns"
EACH = 8  # so many wait for one task, and are taken at a time
AT_LEAST = 4  # tasks for those whom nobody took
FRONT = 1e6  # what was put back has a place below it, all others the time they came


class Length(NamedTuple):
    """The length of a tenant's list: how many of them are new, and how many wait now."""

    new: int
    now: int

    @property
    def tasks(self) -> int:
        """The number of further threads that these are worth."""
        return math.ceil(self.now / EACH) - math.ceil((self.now - self.new) / EACH)


def queue_up(pipe: Any, schema: str, conversations: Collection[UUID]) -> None:
    """Put two commands into a transaction of Valkey's; of their answers, in this order, make Length(new, now)."""
    key = valkey.key("backlog", schema=schema)
    now = time.time()
    pipe.zadd(key, {conversation.hex: now for conversation in conversations}, nx=True)
    pipe.zcard(key)


def put(conversations: Collection[UUID], *, schema: str | None = None, urgent: bool = False) -> None:
    """Puts them on the list and wakes a worker. `urgent`: also when they stood there; the one to take them may be dead."""
    schema = schema or context.schema()
    try:
        pipe = valkey.client().pipeline()
        queue_up(pipe, schema, conversations)
        length = Length(*pipe.execute())
    except (RedisError, OSError) as error:
        log.warning("backlog_lost", error=str(error))
        name(conversations, schema=schema)
        return
    wake(schema, max(length.tasks, min(length.now, AT_LEAST) if urgent else 0))


def take(most: int) -> Sequence[UUID]:
    """Takes those that wait longest off the list, at most so many."""
    try:
        found: Any = valkey.client().zpopmin(valkey.key("backlog"), most)
    except (RedisError, OSError) as error:
        log.warning("backlog_lost", error=str(error))
        return []
    now = time.time()
    for _member, since in found:
        if since > FRONT:
            metrics.BACKLOG_SECONDS.observe(max(0.0, now - since))
    return [UUID(hex=member.decode()) for member, _since in found]


def put_back(conversations: Sequence[UUID]) -> None:
    """Puts them in front of all others, because they waited longest, and wakes somebody for whatever waits."""
    key = valkey.key("backlog")
    try:
        pipe = valkey.client().pipeline()
        if conversations:
            pipe.zadd(key, {conversation.hex: place for place, conversation in enumerate(conversations)}, nx=True)
        pipe.zcard(key)
        waiting = pipe.execute()[-1]
    except (RedisError, OSError) as error:
        log.warning("backlog_lost", error=str(error))
        name(conversations)
        return
    if waiting:
        wake(context.schema(), 1)


def wake(schema: str, tasks: int) -> None:
    for _ in range(tasks):
        send(TASK, schema, {})


def name(conversations: Collection[UUID], *, schema: str | None = None) -> None:
    """Sends tasks that name the conversations themselves: without Valkey there may be another broker."""
    words = [str(conversation) for conversation in conversations]
    for start in range(0, len(words), EACH):
        send(TASK, schema or context.schema(), {"conversations": words[start : start + EACH]})
