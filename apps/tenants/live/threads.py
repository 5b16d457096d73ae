"""Synchronous work beside an event loop, on threads of its own and with its database connection given back."""

from collections import Counter
from collections.abc import Awaitable, Callable
from concurrent.futures import ThreadPoolExecutor
from threading import Lock
from typing import ParamSpec, TypeVar

from asgiref.sync import sync_to_async
from django.db import close_old_connections

from apps.tenants import context

P = ParamSpec("P")
R = TypeVar("R")


class Full(RuntimeError):
    """Too much work of this kind is waiting already. Nothing was begun."""


class Threads:
    """A few threads for one kind of work; another kind has its own, so that a rush of the one never holds up the other.

    Not asgiref's one thread-sensitive thread, which would run all sockets' queries of a process one after another.
    `waiting`: how much may wait for a thread; without it, all that comes. With it, one tenant has half of all places at most.
    """

    def __init__(self, name: str, most: int, *, waiting: int | None = None) -> None:
        self.name = name
        self._executor = ThreadPoolExecutor(most, thread_name_prefix=name)
        self._places = None if waiting is None else most + waiting
        self._taken: Counter[str] = Counter()
        self._lock = Lock()

    def __call__(self, work: Callable[P, R]) -> Callable[P, Awaitable[R]]:
        """`await in_thread(verb)(…)`. The tenant goes along with the context. Raises Full."""

        def run(*args: P.args, **kwargs: P.kwargs) -> R:
            try:
                return work(*args, **kwargs)
            finally:
                close_old_connections()

        begun = sync_to_async(run, thread_sensitive=False, executor=self._executor)
        if self._places is None:
            return begun

        async def within(*args: P.args, **kwargs: P.kwargs) -> R:
            tenant = self._enter(self._places or 0)
            try:
                return await begun(*args, **kwargs)
            finally:
                with self._lock:
                    self._taken -= Counter([tenant])

        return within

    def _enter(self, places: int) -> str:
        tenant = getattr(context.get(), "schema_name", "")
        with self._lock:
            if self._taken.total() >= places or self._taken[tenant] >= places // 2:
                raise Full
            self._taken[tenant] += 1
        return tenant


# A little more than a process has database connections: the interpreter runs one of them at a time anyway.
in_thread = Threads("visitors", 3)
at_desk = Threads("desk", 3)
on_page = Threads("pages", 4)
# People who wait for a model, which may take minutes: no place to wait in, so that whoever finds none reads it at once.
asks_model = Threads("models", 6, waiting=0)
# Forms with a host in them wait for its name server.
looks_up = Threads("names", 2, waiting=6)
# Files that go out: their reader may be slow, and so may what keeps them.
on_the_way_out = Threads("downloads", 2)
# Files wait for images to be drawn and for object storage.
on_upload = Threads("uploads", 4, waiting=8)
# Whatever hashes a password waits for the one thread that does (apps.tenants.workspace.passwords).
at_door = Threads("doors", 2, waiting=10)
