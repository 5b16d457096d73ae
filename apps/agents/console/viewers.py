"""The agents who have a conversation open right now, kept in Valkey while their console beats. Losing it harms nobody."""

import time
from collections.abc import Sequence
from uuid import UUID

from redis.exceptions import RedisError

from apps.agents import notices
from apps.conversations.wire.events import Frame
from apps.tenants.live import valkey
from apps.tenants.live.threads import at_desk
from apps.tenants.workspace.models import Member

SECONDS = 30


async def here(conversations: Sequence[UUID], member: UUID) -> None:
    pipe = valkey.aclient().pipeline(transaction=False)
    for conversation in conversations:
        key = valkey.key(conversation, "viewers")
        pipe.zadd(key, {str(member): time.time()})
        pipe.expire(key, SECONDS * 2)
    try:
        await pipe.execute()
    except (RedisError, OSError):
        return


async def leave(conversation: UUID, member: UUID) -> None:
    try:
        await valkey.aclient().zrem(valkey.key(conversation, "viewers"), str(member))
    except (RedisError, OSError):
        return


async def of(conversation: UUID) -> list[Frame]:
    try:
        raw = await valkey.aclient().zrangebyscore(valkey.key(conversation, "viewers"), time.time() - SECONDS, "+inf")
    except (RedisError, OSError):
        return []
    ids = [found.decode() for found in raw if isinstance(found, bytes)]
    return await at_desk(_people)(ids) if ids else []


def _people(ids: list[str]) -> list[Frame]:
    return [notices.person(member) for member in Member.objects.filter(pk__in=ids).order_by("username")]
