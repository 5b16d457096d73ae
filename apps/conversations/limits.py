"""How fast one visitor and one tenant may write, one address open sessions: leaky buckets in Valkey, shared by all.

The generic cell rate algorithm (ITU-T I.371): a bucket holds the time at which it would be empty; a message moves that
time by one interval and is refused when it would lie more than `burst` intervals ahead. Without Valkey everyone may pass:
a limit guards the many from the few and must not stop the many itself.
"""

import math
import time
from collections.abc import Sequence
from typing import TYPE_CHECKING
from uuid import UUID

import structlog
from django.conf import settings
from redis.exceptions import RedisError

from apps.conversations import metrics
from apps.tenants import valkey

if TYPE_CHECKING:
    from apps.conversations.group_commit import Saying

log = structlog.get_logger(__name__)


class TooFast(RuntimeError):
    """Nothing was written; try again after `retry_after` whole seconds."""

    def __init__(self, retry_after: int) -> None:
        super().__init__(f"retry after {retry_after} s")
        self.retry_after = retry_after


# Returns 0 to pass, else the milliseconds to wait. ARGV: interval in ms, burst.
_SCRIPT = """
local now = redis.call('TIME')
local ms = now[1] * 1000 + math.floor(now[2] / 1000)
local empty = math.max(tonumber(redis.call('GET', KEYS[1]) or 0), ms)
local ahead = empty - ms + tonumber(ARGV[1]) - ARGV[1] * ARGV[2]
if ahead > 0 then return math.ceil(ahead) end
redis.call('SET', KEYS[1], math.ceil(empty + ARGV[1]), 'PX', math.ceil(ARGV[1] * ARGV[2]) + 1000)
return 0
"""


async def admit(batch: "Sequence[Saying]") -> "list[Saying]":
    """The messages that may pass now; the others' senders are told TooFast. One round trip for the whole batch."""
    try:
        pipe = valkey.aclient().pipeline(transaction=False)
        for saying in batch:
            bucket = valkey.key("say", saying.visitor, schema=saying.schema)
            pipe.eval(_SCRIPT, 1, bucket, str(1000 / settings.SAY_PER_SECOND), str(settings.SAY_BURST))
            if plan := saying.tenant_per_minute:
                pipe.eval(_SCRIPT, 1, valkey.key("plan", schema=saying.schema), str(60_000 / plan), str(plan))
        answers = iter(await pipe.execute())
        waits = [max(next(answers), next(answers) if saying.tenant_per_minute else 0) for saying in batch]
    except (RedisError, OSError) as error:
        log.warning("limits_off", error=str(error))
        return list(batch)
    admitted = []
    for saying, wait in zip(batch, waits, strict=True):
        if not wait:
            admitted.append(saying)
        elif not saying.written.done():
            metrics.REFUSED.labels("too_fast").inc()
            saying.written.set_exception(TooFast(math.ceil(wait / 1000)))
    return admitted


class Pace:
    """The same bucket for all frames of one socket, kept in the process that holds the socket."""

    def __init__(self, per_second: float, burst: int) -> None:
        self.interval, self.burst, self.empty = 1 / per_second, burst, 0.0

    def take(self) -> bool:
        """Whether one more frame may pass now."""
        now = time.monotonic()
        self.empty = max(self.empty, now) + self.interval
        return self.empty - now <= self.burst * self.interval


def check_session(address: str) -> None:
    """Raises TooFast when an address opens widget sessions faster than people do."""
    _check(valkey.key("session", address), settings.SESSIONS_PER_SECOND, settings.SESSION_BURST)


def check_visitor(visitor: UUID, what: str) -> None:
    """Raises TooFast when a visitor does what is kept or read at length faster than people do: `act` or `replay`."""
    _check(valkey.key(what, visitor), settings.SAY_PER_SECOND, settings.SAY_BURST)


def _check(bucket: str, per_second: float, burst: int) -> None:
    try:
        wait = valkey.client().eval(_SCRIPT, 1, bucket, str(1000 / per_second), str(burst))
    except (RedisError, OSError) as error:
        log.warning("limits_off", error=str(error))
        return
    if wait:
        metrics.REFUSED.labels("too_fast").inc()
        raise TooFast(math.ceil(int(wait) / 1000))
