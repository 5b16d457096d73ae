"""A worker's fair share for each tenant: whoever asks much waits behind themselves, not in front of the others.

Two things are scarce in a worker process. Its interpreter: only two turns compute at a time, tenants in rotation, the one
while the other waits for the database; more would fight for the interpreter's lock and all be slower, a quiet tenant's turn
as slow as all of them together. A turn that waits for a model's words computes nothing and lets others in. And its threads: a
tenant's questions beyond its part of them wait in a list, the newest of each conversation once, and the threads that answer
its other questions come to them. The list is only a convenience: the rows are the truth, and the sweeper wakes whatever a
killed process had in it.
"""

from collections import Counter, deque
from collections.abc import Iterator
from threading import Event, Lock
from types import TracebackType
from uuid import UUID

from django.db import connection

COMPUTING = 2
THREADS_OF_A_TENANT = 320  # of the 400 in runtime.programs


class Seats:
    """So many compute at once; who waits is let in tenant by tenant."""

    def __init__(self, most: int) -> None:
        self._lock, self._free = Lock(), most
        self._waiting: dict[str, deque[Event]] = {}

    def take(self, tenant: str) -> None:
        with self._lock:
            if self._free:
                self._free -= 1
                return
            let_in = Event()
            self._waiting.setdefault(tenant, deque()).append(let_in)
        let_in.wait()

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
    """How many threads each tenant has, and its questions that wait for one of them."""

    def __init__(self, most: int) -> None:
        self._lock, self._most = Lock(), most
        self._working: Counter[str] = Counter()
        self._listed: dict[str, dict[UUID, int]] = {}

    def questions(self, tenant: str, conversation: UUID, epoch: int) -> Iterator[tuple[UUID, int]]:
        """(conversation, epoch) of what this thread should answer: this one and then what is listed, or nothing now."""
        with self._lock:
            if self._working[tenant] >= self._most:
                listed = self._listed.setdefault(tenant, {})
                listed[conversation] = max(epoch, listed.get(conversation, epoch))  # wake-ups may overtake each other
                return
            self._working[tenant] += 1
        asked: tuple[UUID, int] | None = (conversation, epoch)
        try:
            while asked:
                yield asked
                asked = self._next(tenant)
        finally:
            if asked:  # it could not be answered; the tenant's next thread goes on with the list
                with self._lock:
                    self._end(tenant)

    def _next(self, tenant: str) -> tuple[UUID, int] | None:
        """The oldest listed question; without one, this thread is the tenant's no more."""
        with self._lock:
            listed = self._listed.get(tenant)
            if listed:
                conversation = next(iter(listed))
                return conversation, listed.pop(conversation)
            self._listed.pop(tenant, None)
            self._end(tenant)
        return None

    def _end(self, tenant: str) -> None:
        self._working[tenant] -= 1
        if not self._working[tenant]:
            del self._working[tenant]


seats = Seats(COMPUTING)
share = Share(THREADS_OF_A_TENANT)
