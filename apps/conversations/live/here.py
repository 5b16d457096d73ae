"""Whether a customer is there, and when they were last: their open lines, kept in Valkey while they ping. Losing it harms
nobody: who is not known to be there counts as gone."""

import time
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID

from redis.exceptions import RedisError

from apps.conversations.live import publish
from apps.conversations.wire.events import Frame, moment
from apps.tenants.live import valkey

GRACE = timedelta(seconds=60)  # a reload or a tunnel is not leaving
FRESH = 110.0  # seconds; a line tells of itself every EVERY at least
EVERY = 45.0
REMEMBERED = 30 * 86_400
LAST = "last"


@dataclass(frozen=True)
class Seen:
    """`at`: when they were last there, None when nobody knows."""

    here: bool = False
    at: datetime | None = None

    def left(self, now: datetime) -> datetime | None:
        """When they left, if they have been away for longer than a reload takes."""
        return self.at if self.at and not self.here and self.at < now - GRACE else None

    def told(self) -> Frame:
        return {"here": self.here, "at": moment(self.at) if self.at else None}


async def come(conversation: UUID, line: str, *, again: bool = False) -> None:
    """This line of the customer's is open. `again`: it has told so before."""
    if await _note(conversation, {line: time.time(), LAST: time.time()}) and not again:
        _tell(conversation, Seen(here=True, at=datetime.now(UTC)))


async def leave(conversation: UUID, line: str) -> None:
    """This line closed; another of theirs may be open."""
    key = valkey.key(conversation, "here")
    try:
        await valkey.aclient().zrem(key, line)
        left = await valkey.aclient().zcount(key, time.time() - FRESH, "+inf")
        known = await valkey.aclient().zscore(key, LAST)
    except (RedisError, OSError):
        return
    await _note(conversation, {LAST: time.time()})
    if left <= (known is not None and float(known) > time.time() - FRESH):
        _tell(conversation, Seen(here=False, at=datetime.now(UTC)))


def seen(conversation: UUID) -> Seen:
    try:
        rows: Any = valkey.client().zrange(valkey.key(conversation, "here"), 0, -1, withscores=True)
    except (RedisError, OSError):
        return Seen()
    return _read(rows)


def seen_each(conversations: Sequence[UUID]) -> dict[UUID, Seen]:
    """The same of many at once; those of whom nobody knows anything are left out."""
    try:
        pipe = valkey.client().pipeline(transaction=False)
        for conversation in conversations:
            pipe.zrange(valkey.key(conversation, "here"), 0, -1, withscores=True)
        found = zip(conversations, pipe.execute(), strict=True)
    except (RedisError, OSError):
        return {}
    return {conversation: _read(rows) for conversation, rows in found if rows}


def _read(rows: Any) -> Seen:
    scores = {name.decode(): float(at) for name, at in rows}
    last = scores.pop(LAST, None)
    here = any(at > time.time() - FRESH for at in scores.values())
    return Seen(here, datetime.fromtimestamp(max([last or 0.0, *scores.values()]), UTC) if last or scores else None)


def stays() -> timedelta:
    """How long somebody counts as there who went without a word."""
    return timedelta(seconds=FRESH)


async def _note(conversation: UUID, scores: dict[str, float]) -> bool:
    key = valkey.key(conversation, "here")
    pipe = valkey.aclient().pipeline(transaction=False)
    pipe.zadd(key, scores)
    pipe.expire(key, REMEMBERED)
    try:
        await pipe.execute()
    except (RedisError, OSError):
        return False
    return True


def _tell(conversation: UUID, now: Seen) -> None:
    publish.send(conversation, {"type": "seen", **now.told()}, audience=publish.TEAM)
