"""Gathers what many sockets ask within a moment, and reads it with one query instead of one each."""

import asyncio
from collections.abc import Awaitable, Callable
from typing import Generic, TypeVar

from apps.tenants import context
from apps.tenants.live.loops import PerLoop
from apps.tenants.live.threads import Threads, in_thread

K = TypeVar("K")
V = TypeVar("V")


class Gathered(Generic[K, V]):
    """`read(keys)` → what was found, by key; for one event loop and one tenant.

    It waits `pause` seconds for others to ask, and while two readings are on their way: so the gathering grows with the
    rush, and a caller who asks alone waits for nobody. With `most` keys it is full, and the next caller begins another.
    """

    def __init__(self, read: Callable[[set[K]], Awaitable[dict[K, V]]], pause: float = 0.0, most: int = 1_000) -> None:
        self._read, self.pause, self._most = read, pause, most
        self._wanted: set[K] = set()
        self._coming: asyncio.Task[dict[K, V]] | None = None
        self._readings = asyncio.Semaphore(2)

    async def __call__(self, keys: set[K]) -> dict[K, V]:
        """The values of those keys that were found. An error of `read` is raised for everybody who asked together."""
        if self._coming is None or len(self._wanted) >= self._most:
            self._wanted = set()
            self._coming = asyncio.create_task(self._together(self._wanted))
        self._wanted |= keys
        found = await asyncio.shield(self._coming)
        return {key: found[key] for key in keys if key in found}

    async def _together(self, wanted: set[K]) -> dict[K, V]:
        await asyncio.sleep(self.pause)
        async with self._readings:
            if self._wanted is wanted:
                self._coming = None  # what is asked from here on is read anew
            return await self._read(wanted)


class Together(Generic[K, V]):
    """The same for a synchronous `read(keys)` inside the tenant of the moment: `await Together(read)(key)`."""

    def __init__(
        self, read: Callable[[set[K]], dict[K, V]], *, pause: float = 0.0, most: int = 1_000, threads: Threads = in_thread
    ) -> None:
        self._read, self._pause, self._most = threads(read), pause, most
        self._gathered: PerLoop[dict[str, Gathered[K, V]]] = PerLoop(dict)

    async def __call__(self, key: K) -> V | None:
        """The value, or None when it was not found. Raises what `read` raises."""
        of_tenant = self._gathered().setdefault(context.schema(), Gathered(self._run, self._pause, self._most))
        return (await of_tenant({key})).get(key)

    async def _run(self, keys: set[K]) -> dict[K, V]:
        return await self._read(keys)
