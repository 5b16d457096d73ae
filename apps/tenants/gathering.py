"""What many sockets ask within a moment, read together: one query instead of one for each."""

import asyncio
from collections.abc import Awaitable, Callable
from typing import Generic, TypeVar

K = TypeVar("K")
V = TypeVar("V")


class Gathered(Generic[K, V]):
    """`read(keys)` → what was found, by key. It waits `pause` seconds for others to ask; for one event loop and one tenant."""

    def __init__(self, read: Callable[[set[K]], Awaitable[dict[K, V]]], pause: float) -> None:
        self._read, self.pause = read, pause
        self._wanted: set[K] = set()
        self._coming: asyncio.Task[dict[K, V]] | None = None

    async def __call__(self, keys: set[K]) -> dict[K, V]:
        """Of these keys, those that were found. What `read` raises is raised for all who asked together."""
        self._wanted |= keys
        if self._coming is None:
            self._coming = asyncio.create_task(self._together())
        found = await asyncio.shield(self._coming)
        return {key: found[key] for key in keys if key in found}

    async def _together(self) -> dict[K, V]:
        await asyncio.sleep(self.pause)
        wanted, self._wanted, self._coming = self._wanted, set(), None
        return await self._read(wanted)
