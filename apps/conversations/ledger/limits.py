"""Limits how fast one visitor and one tenant may write, and one address open sessions: leaky buckets in Valkey, shared by all.

The generic cell rate algorithm (ITU-T I.371): a bucket holds the time at which it would be empty; a message moves that
time by one interval and is refused when it would lie more than `burst` intervals ahead. Without Valkey everyone may pass:
a limit guards the many from the few and must not stop the many itself.
"""

import itertools
import math
import time
from collections.abc import Iterable, Sequence
from uuid import UUID

import structlog
from django.conf import settings
from django.utils.functional import lazy
from django.utils.translation import gettext as _
from redis.exceptions import RedisError

from apps.conversations import metrics
from apps.conversations.ledger.batch import Saying
from apps.tenants.live import valkey
from apps.tenants.live.gathering import Gathered
from apps.tenants.live.loops import PerLoop
from apps.tenants.network import neighbourhood
from apps.tenants.refusal import Refusal

log = structlog.get_logger(__name__)


# What may come from one network address to one tenant: so many a minute in the long run, so many at once. Made for an office
# of some hundreds behind one address in which something has just gone wrong for all of them; ADDRESS_FACTOR multiplies them
# where more people share one. Sockets: all of the office's open chats come back at once after a restart.
BY_ADDRESS: dict[str, tuple[float, int]] = {
    "newcomers": (12, 30),  # visitors who were never here before
    "sockets": (300, 300),
    "hellos": (600, 600),  # a socket may say it twice
    "wishes": (12, 20),  # for a person
    "contacts": (6, 10),  # each is a ticket and may be an e-mail
    "ratings": (30, 30),
    "tells": (600, 200),  # where they are on the page, what the page says of them
    "files": (20, 20),
}


def too_fast(wait: int, kind: str, *, shared: bool = False) -> Refusal:
    """`wait` in milliseconds; `shared`: it is the network's doing, not theirs. Filled in only where it is read, because the
    pump that asks for a whole batch speaks nobody's language."""
    metrics.LIMITED.labels(kind).inc()
    seconds = math.ceil(wait / 1000)
    return Refusal("too_fast", lazy(_sentence, str)(seconds, shared), retry_after=seconds)


def _sentence(seconds: int, shared: bool) -> str:
    if shared:
        return _("There is a lot of traffic from your network right now. Try again in %d seconds.") % seconds
    return _("You are sending messages very quickly. Try again in %d seconds.") % seconds


Bucket = tuple[str, float, float]  # key, milliseconds from one message to the next, how many may come at once

# ARGV, three a bucket: interval in ms, burst, and 1 when the next one belongs to the same message, which must be let through by
# each in turn and is charged to those that let it. Returns for each message 0 when it may pass, else the milliseconds to wait.
# Those whom a bucket refuses are told times one interval apart, a minute away at most: at one moment they would all be back.
_SCRIPT = """
local now = redis.call('TIME')
local ms = now[1] * 1000 + math.floor(now[2] / 1000)
local waits, n = {}, 1
while n <= #KEYS do
    local wait = 0
    repeat
        local key, interval, burst, more = KEYS[n], tonumber(ARGV[3 * n - 2]), tonumber(ARGV[3 * n - 1]), ARGV[3 * n] == '1'
        if wait <= 0 then
            local empty = math.max(tonumber(redis.call('GET', key) or 0), ms) + interval
            wait = math.ceil(empty - ms - interval * burst - 0.01)
            if wait <= 0 then
                redis.call('SET', key, string.format('%.3f', empty), 'PX', math.ceil(interval * burst) + 1000)
            else
                local last = tonumber(redis.call('GET', key .. ':told') or 0)
                wait = math.min(math.ceil(math.max(last + interval - ms, wait)), math.max(wait, 60000))
                redis.call('SET', key .. ':told', ms + wait, 'PX', wait)
            end
        end
        n = n + 1
    until not more
    waits[#waits + 1] = math.max(wait, 0)
end
return waits
"""


def _arguments(messages: Iterable[Sequence[Bucket]]) -> tuple[int, list[str | float]]:
    """The arguments of _SCRIPT: how many keys; the keys, and the numbers of each."""
    keys: list[str | float] = []
    told: list[str | float] = []
    for buckets in messages:
        for left, (key, interval, burst) in enumerate(buckets, 1 - len(buckets)):
            keys.append(key)
            told += interval, burst, int(left < 0)
    return len(keys), [*keys, *told]


def _per_second(key: str, rate: float, burst: float) -> Bucket:
    return key, 1000 / rate, burst


async def admit(batch: Sequence[Saying]) -> list[Saying]:
    """The messages that may pass now; the others' senders are told `too_fast`. One script for the whole batch."""
    count, arguments = _arguments(map(_buckets, batch))
    try:
        waits = await valkey.aclient().eval(_SCRIPT, count, *arguments)
    except (RedisError, OSError) as error:
        log.warning("limits_off", error=str(error))
        return list(batch)
    admitted = []
    for saying, wait in zip(batch, waits, strict=True):
        if not wait:
            admitted.append(saying)
        elif not saying.written.done():
            saying.written.set_exception(too_fast(wait, "messages"))
    return admitted


def _buckets(saying: Saying) -> list[Bucket]:
    """The visitor's own, and the tenant's where its plan has a limit."""
    own = _per_second(valkey.key("say", saying.visitor, schema=saying.schema), settings.SAY_PER_SECOND, settings.SAY_BURST)
    plan = saying.tenant_per_minute
    return [own, (valkey.key("plan", schema=saying.schema), 60_000 / plan, plan)] if plan else [own]


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
    """Raises Refusal when an address opens widget sessions faster than people do."""
    bucket = valkey.key("session", neighbourhood(address))
    _check("sessions", bucket, settings.SESSIONS_PER_SECOND, settings.SESSION_BURST, shared=True)


def check_address(address: str, kind: str) -> None:
    """Raises Refusal when more of a kind of BY_ADDRESS comes from an address than from many people behind one."""
    if address:
        _check(kind, *_by_address(address, kind), shared=True)


async def acheck_address(address: str, kind: str) -> None:
    """The same on an event loop."""
    if address:
        await _acheck(kind, *_by_address(address, kind), shared=True)


def _by_address(address: str, kind: str) -> tuple[str, float, int]:
    a_minute, burst = BY_ADDRESS[kind]
    factor = settings.ADDRESS_FACTOR
    return valkey.key("from", kind, neighbourhood(address)), a_minute * factor / 60, burst * factor


def check_visitor(visitor: UUID, what: str) -> None:
    """Raises Refusal when a visitor does what is kept or read at length faster than people do: `act` or `catch_up`."""
    _check(what, valkey.key(what, visitor), settings.SAY_PER_SECOND, settings.SAY_BURST)


async def acheck_visitor(visitor: UUID, what: str) -> None:
    """The same on an event loop."""
    await _acheck(what, valkey.key(what, visitor), settings.SAY_PER_SECOND, settings.SAY_BURST)


async def _acheck(kind: str, bucket: str, per_second: float, burst: int, *, shared: bool = False) -> None:
    """Checks, in a rush, all who ask within a moment by one command."""
    asked = (bucket, per_second, burst, next(_asked))
    try:
        found = await _waits()({asked})
    except (RedisError, OSError) as error:
        log.warning("limits_off", error=str(error))
        return
    _pass(kind, found[asked], shared)


_Asked = tuple[str, float, int, int]  # a bucket with its pace, and a number that tells two askings of one visitor apart
_asked = itertools.count()


async def _read_waits(asked: set[_Asked]) -> dict[_Asked, int]:
    buckets = [[_per_second(bucket, rate, burst)] for bucket, rate, burst, _number in asked]
    count, arguments = _arguments(buckets)
    waits = await valkey.aclient().eval(_SCRIPT, count, *arguments)
    return dict(zip(asked, map(int, waits), strict=True))


_waits: PerLoop[Gathered[_Asked, int]] = PerLoop(lambda: Gathered(_read_waits))


def _check(kind: str, bucket: str, per_second: float, burst: int, *, shared: bool = False) -> None:
    count, arguments = _arguments([[_per_second(bucket, per_second, burst)]])
    try:
        (wait,) = valkey.client().eval(_SCRIPT, count, *arguments)
    except (RedisError, OSError) as error:
        log.warning("limits_off", error=str(error))
        return
    _pass(kind, wait, shared)


def _pass(kind: str, wait: int, shared: bool) -> None:
    if wait:
        raise too_fast(wait, kind, shared=shared)
