"""A worker's fair share for each tenant: a tenant that asks much waits behind itself, not in front of the others.

Two things are scarce in a worker process. Its interpreter: only two turns compute at a time, of two tenants, in rotation; so
a tenant that asks much leaves a place for one that asks little, and more would fight for the interpreter's lock and all be
slower. A turn that waits for a model's words computes nothing and lets others in. And its threads: a tenant's questions beyond
its part of them stay in its backlog, to which the threads that answer its other questions come.

Rehearsals, which people of a tenant ask for, come after all customers: one at a time, where no turn waits for its place.
"""

from collections import Counter, deque
from collections.abc import Iterator
from contextlib import contextmanager
from threading import Event, Lock
from types import TracebackType

from django.db import connection

COMPUTING = 2  # tenants
REHEARSALS = "-"  # all of them together, as if they were one tenant's; no schema is called so
THREADS_OF_A_TENANT = 320  # of the 400 in runtime.programs
THREADS_OF_REHEARSALS = 40  # of all tenants: where customers keep all places, those that wait must not take all threads


class Seats:
    """So many tenants compute at once, each one turn; those that wait are let in tenant by tenant."""

    def __init__(self, most: int) -> None:
        self._lock, self._most = Lock(), most
        self._seated: set[str] = set()
        self._waiting: dict[str, deque[Event]] = {}

    def take(self, tenant: str) -> None:
        with self._lock:
            if tenant not in self._seated and len(self._seated) < self._most:
                self._seated.add(tenant)
                return
            let_in = Event()
            self._waiting.setdefault(tenant, deque()).append(let_in)
        let_in.wait()

    def give_back(self, tenant: str) -> None:
        with self._lock:
            self._seated.remove(tenant)
            line = self._waiting.pop(tenant, None)
            if line:
                self._waiting[tenant] = line  # behind the others
            following = self._following()
            if following:
                self._seated.add(following)
                line = self._waiting[following]
                line.popleft().set()
                if not line:
                    del self._waiting[following]

    def _following(self) -> str | None:
        """The tenant that is let in next; rehearsals after all others."""
        free = [tenant for tenant in self._waiting if tenant not in self._seated]
        return next((tenant for tenant in free if tenant != REHEARSALS), free[0] if free else None)

    def are_wanted_by_others(self) -> bool:
        """Whether a tenant waits that has none. Rehearsals that wait are no reason to leave."""
        with self._lock:
            return bool(self._waiting.keys() - self._seated - {REHEARSALS})

    def are_awaited_by(self, tenant: str) -> bool:
        """Then one more of it would find nothing left to do."""
        with self._lock:
            return tenant in self._waiting


class Seat:
    """A thread's own: `with Seat(seats, tenant) as seat`; it may be left and taken again in between.

    Who has none holds no database connection either: those who have one would wait for it.
    """

    def __init__(self, seats: Seats, tenant: str) -> None:
        self._seats, self._tenant, self._mine = seats, tenant, False

    def take(self) -> None:
        if not self._mine:
            _let_go()
            self._seats.take(self._tenant)
            self._mine = True

    def leave(self) -> None:
        if self._mine:
            self._mine = False
            try:
                _let_go()
            finally:  # a seat that is lost is lost to all
                self._seats.give_back(self._tenant)

    @property
    def is_mine(self) -> bool:
        return self._mine

    def let_others(self) -> None:
        """Between two turns: another tenant that waits for a seat comes first."""
        if self._mine and self._seats.are_wanted_by_others():
            self.leave()
            self.take()

    def __enter__(self) -> "Seat":
        self.take()
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None) -> None:
        self.leave()


def _let_go() -> None:
    """Give this thread's database connection back, unless somebody's transaction is around us."""
    if not connection.in_atomic_block:
        connection.close()


class Share:
    """The number of threads each tenant has."""

    def __init__(self, most: int) -> None:
        self._lock, self._most = Lock(), most
        self._working: Counter[str] = Counter()

    def threads(self, tenant: str) -> int:
        with self._lock:
            return self._working[tenant]

    @contextmanager
    def thread(self, tenant: str) -> Iterator[bool]:
        """Whether the tenant may have one more."""
        with self._lock:
            granted = self._working[tenant] < self._most
            self._working[tenant] += granted
        try:
            yield granted
        finally:
            with self._lock:
                self._working[tenant] -= granted


seats = Seats(COMPUTING)
share = Share(THREADS_OF_A_TENANT)
rehearsing = Share(THREADS_OF_REHEARSALS)
