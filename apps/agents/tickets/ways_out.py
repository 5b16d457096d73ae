"""Ways out: how many errands wait for other machines at once, and whose turn it is. Nobody's slow server is another's delay.

A thread that finds no way for its tenant goes back to its work at once; a thread that leaves a way names the tenant that comes
next, in rotation, and a task wakes that one. A tenant whose server was slow several times in a row has one way at a time, and
all such tenants together at most half of them; after failures that took long it also rests, longer each time.
"""

from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime, timedelta
from threading import Lock

from django.core.cache import cache
from django.utils import timezone

from apps.tenants import context
from apps.tenants.tasks import send

# In a process; runtime.programs has a thread for each, and some for what stays inside.
WAYS = {"webhook": 12, "email": 4, "mail": 4, "invitation": 2, "transcript": 2, "inbox": 4}
EACH = 2  # of one tenant
SLOW = 4.0  # seconds
OFTEN = 3  # times in a row
REST, LONGEST_REST = timedelta(seconds=60), timedelta(minutes=15)
REMEMBERED = 3_600  # seconds


class Ways:
    """The ways out of one kind, in this process."""

    def __init__(self, most: int) -> None:
        self._lock, self._most = Lock(), most
        self._out: Counter[str] = Counter()
        self._slow: Counter[str] = Counter()  # those of _out that may take long
        self._wanting: dict[str, bool] = {}  # tenants in the order they came, and whether they are slow

    def take(self, tenant: str, *, slow: bool = False) -> bool:
        with self._lock:
            free = self._has_room(tenant, slow)
            if free:
                self._out[tenant] += 1
                self._slow[tenant] += slow
            else:
                self._wanting[tenant] = slow
            return free

    def want(self, tenant: str, *, slow: bool = False) -> None:
        """It has more to do than it is doing."""
        with self._lock:
            self._wanting.setdefault(tenant, slow)

    def give_back(self, tenant: str, *, slow: bool = False) -> str | None:
        """→ whose turn it is now."""
        with self._lock:
            self._out[tenant] -= 1
            self._slow[tenant] -= slow
            if tenant in self._wanting:
                self._wanting[tenant] = self._wanting.pop(tenant)  # behind the others
            following = next((other for other, is_slow in self._wanting.items() if self._has_room(other, is_slow)), None)
            if following:
                del self._wanting[following]
            return following

    def _has_room(self, tenant: str, slow: bool) -> bool:
        if self._out.total() >= self._most or self._out[tenant] >= (1 if slow else EACH):
            return False
        return not slow or self._slow.total() < self._most // 2


ways = {kind: Ways(most) for kind, most in WAYS.items()}


@contextmanager
def way(kind: str) -> Iterator[bool]:
    """Whether this tenant may wait for another machine now."""
    tenant, slow = context.schema(), is_slow(kind)
    free = ways[kind].take(tenant, slow=slow)
    try:
        yield free
    finally:
        if free:
            following = ways[kind].give_back(tenant, slow=slow)
            if following:
                send("agents.run_errands", following, {"kind": kind})


def want(kind: str) -> None:
    ways[kind].want(context.schema(), slow=is_slow(kind))


def is_slow(kind: str) -> bool:
    return int(cache.get(_times(kind), 0)) >= OFTEN


def rests_until(kind: str) -> datetime | None:
    found: datetime | None = cache.get(_rest(kind))
    return found if found and found > timezone.now() else None


def took(kind: str, seconds: float, *, done: bool) -> None:
    """Remember how the tenant's machine was: one quick answer, even a refusal, and all is well again."""
    if seconds < SLOW:
        forget(kind)
        return
    cache.add(_times(kind), 0, REMEMBERED)
    try:
        times = cache.incr(_times(kind))
    except ValueError:  # Valkey is away
        return
    if not done and times >= OFTEN:
        rest = min(REST * 2 ** min(times - OFTEN, 10), LONGEST_REST)
        cache.set(_rest(kind), timezone.now() + rest, int(rest.total_seconds()) + 1)


def forget(kind: str) -> None:
    """Somebody has mended it, or it mended itself."""
    cache.delete(_times(kind))
    cache.delete(_rest(kind))


def _times(kind: str) -> str:
    return f"errands.slow.{kind}"


def _rest(kind: str) -> str:
    return f"errands.rest.{kind}"
