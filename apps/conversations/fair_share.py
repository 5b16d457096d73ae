"""A worker's fair share for each tenant: whoever asks much waits behind themselves, not in front of the others.

Two things are scarce in a worker process. Its interpreter: only two turns compute at a time, tenants in rotation, the one
while the other waits for the database; more would fight for the interpreter's lock and all be slower, a quiet tenant's turn
as slow as all of them together. A turn that waits for a model's words computes nothing and lets others in. And its threads: a
tenant's questions beyond its part of them stay in its backlog, to which the threads that answer its other questions come.
"""

from collections import Counter, deque
from collections.abc import Iterator
from contextlib import contextmanager
from threading import Event, Lock
from types import TracebackType

from django.db import connection

COMPUTING = 2
THREADS_OF_A_TENANT = 320  # of the 400 in runtime.programs


class Seats:
    """So many compute at once; who waits is let in tenant by tenant."""

    def __init__(self, most: int) -> None:
        self._lock, self._free, self._most = Lock(), most, most
        self._waiting: dict[str, deque[Event]] = {}

    def take(self, tenant: str) -> None:
        with self._lock:
            if self._free:
                self._free -= 1
                return
            let_in = Event()
            self._waiting.setdefault(tenant, deque()).append(let_in)
        let_in.wait()

    def are_wanted_besides(self, tenant: str) -> bool:
        with self._lock:
            return bool(self._waiting.keys() - {tenant})

    def are_awaited_enough(self, tenant: str) -> bool:
        """Whether as many of the tenant wait as could be let in together: one more would find nothing left to do."""
        with self._lock:
            return len(self._waiting.get(tenant, ())) >= self._most

    def give_back(self) -> None:
        with self._lock:
            if not self._waiting:
                self._free += 1
                return
            tenant = next(iter(self._waiting))
            line = self._waiting.pop(tenant)
            line.popleft().set()
            if line:
                self._waiting[tenant] = line  # behind the others


class Seat:
    """A turn's own: `with Seat(seats, tenant) as seat`; it may be left and taken again in between.

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
                self._seats.give_back()

    def let_others(self) -> None:
        """Between two turns: another tenant that waits for a seat comes first."""
        if self._mine and self._seats.are_wanted_besides(self._tenant):
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
    """How many threads each tenant has."""

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
