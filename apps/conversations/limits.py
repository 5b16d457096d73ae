"""How fast one visitor and one tenant may write, one address open sessions: leaky buckets in Valkey, shared by all.

The generic cell rate algorithm (ITU-T I.371): a bucket holds the time at which it would be empty; a message moves that
time by one interval and is refused when it would lie more than `burst` intervals ahead. Without Valkey everyone may pass:
a limit guards the many from the few and must not stop the many itself.
"""

import itertools
import math
import time
from collections.abc import Sequence
from uuid import UUID

import structlog
from django.conf import settings
from redis.exceptions import RedisError

from apps.conversations import metrics
from apps.conversations.saying import Saying
from apps.tenants import valkey
from apps.tenants.gathering import Gathered
from apps.tenants.loops import PerLoop

log = structlog.get_logger(__name__)


class TooFast(RuntimeError):
    """Nothing was written; try again after `retry_after` whole seconds."""

    def __init__(self, retry_after: int) -> None:
        super().__init__(f"retry after {retry_after} s")
        self.retry_after = retry_after


# Returns for each key 0 when it may pass, else the milliseconds to wait. ARGV: interval in ms and burst, key by key.
_SCRIPT = """
local now = redis.call('TIME')
local ms = now[1] * 1000 + math.floor(now[2] / 1000)
local waits = {}
for n, key in ipairs(KEYS) do
    local interval, burst = tonumber(ARGV[2 * n - 1]), tonumber(ARGV[2 * n])
    local empty = math.max(tonumber(redis.call('GET', key) or 0), ms)
    local ahead = math.ceil(empty - ms + interval - interval * burst)
    if ahead <= 0 then
        redis.call('SET', key, math.ceil(empty + interval), 'PX', math.ceil(interval * burst) + 1000)
    end
    waits[n] = math.max(ahead, 0)
end
return waits
"""


async def admit(batch: Sequence[Saying]) -> list[Saying]:
    """The messages that may pass now; the others' senders are told TooFast. One script for the whole batch."""
    buckets: list[str] = []
    rates: list[float] = []
    for saying in batch:
        buckets.append(valkey.key("say", saying.visitor, schema=saying.schema))
        rates += 1000 / settings.SAY_PER_SECOND, settings.SAY_BURST
        if plan := saying.tenant_per_minute:
            buckets.append(valkey.key("plan", schema=saying.schema))
            rates += 60_000 / plan, plan
    try:
        answers = iter(await valkey.aclient().eval(_SCRIPT, len(buckets), *buckets, *rates))
    except (RedisError, OSError) as error:
        log.warning("limits_off", error=str(error))
        return list(batch)
    waits = [max(next(answers), next(answers) if saying.tenant_per_minute else 0) for saying in batch]
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


async def acheck_visitor(visitor: UUID, what: str) -> None:
    """The same on an event loop; in a rush, all who ask within a moment are asked about by one command."""
    asked = (valkey.key(what, visitor), next(_asked))
    try:
        found = await _waits()({asked})
    except (RedisError, OSError) as error:
        log.warning("limits_off", error=str(error))
        return
    _pass(found[asked])


_Asked = tuple[str, int]  # a bucket, and a number that tells two askings of one visitor apart
_asked = itertools.count()


async def _read_waits(asked: set[_Asked]) -> dict[_Asked, int]:
    buckets = [bucket for bucket, _number in asked]
    rates = (1000 / settings.SAY_PER_SECOND, settings.SAY_BURST) * len(buckets)
    waits = await valkey.aclient().eval(_SCRIPT, len(buckets), *buckets, *rates)
    return dict(zip(asked, map(int, waits), strict=True))


_waits: PerLoop[Gathered[_Asked, int]] = PerLoop(lambda: Gathered(_read_waits))


def _check(bucket: str, per_second: float, burst: int) -> None:
    try:
        (wait,) = valkey.client().eval(_SCRIPT, 1, bucket, 1000 / per_second, burst)
    except (RedisError, OSError) as error:
        log.warning("limits_off", error=str(error))
        return
    _pass(wait)


def _pass(wait: int) -> None:
    if wait:
        metrics.REFUSED.labels("too_fast").inc()
        raise TooFast(math.ceil(wait / 1000))
