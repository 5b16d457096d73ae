"""The inbox of one socket: which rows changed, read once for all sockets of a process, sent only when they differ."""

import asyncio
import json
from typing import Any
from uuid import UUID
from weakref import WeakKeyDictionary

from apps.agents import rows
from apps.conversations.events import Frame
from apps.tenants import context
from apps.tenants.threads import in_thread
from apps.tenants.workspace.models import Member

GATHER_SECONDS = 0.1


class Reader:
    """One a process, loop and tenant: what many sockets want within a moment is one query."""

    def __init__(self) -> None:
        self._wanted: set[UUID] = set()
        self._coming: asyncio.Task[dict[UUID, Frame]] | None = None

    async def read(self, ids: set[UUID]) -> dict[UUID, Frame]:
        self._wanted |= ids
        if self._coming is None:
            self._coming = asyncio.create_task(self._read())
        found = await asyncio.shield(self._coming)
        return {pk: found[pk] for pk in ids if pk in found}

    async def _read(self) -> dict[UUID, Frame]:
        await asyncio.sleep(GATHER_SECONDS)
        wanted, self._wanted, self._coming = self._wanted, set(), None
        return await in_thread(rows.of)(wanted)


_readers: "WeakKeyDictionary[asyncio.AbstractEventLoop, dict[str, Reader]]" = WeakKeyDictionary()


def reader() -> Reader:
    return _readers.setdefault(asyncio.get_running_loop(), {}).setdefault(context.schema(), Reader())


class Inbox:
    """What this socket has been sent: numbered frames, each row only when it changed."""

    def __init__(self, me: Member) -> None:
        self.me, self.n = me, 0
        self._sent: dict[str, str] = {}
        self._changed: set[UUID] = set()

    def changed(self, ids: set[UUID]) -> bool:
        """Note what changed; True when nobody is on the way to read it yet."""
        first = not self._changed
        self._changed |= ids
        return first

    async def frame(self) -> Frame | None:
        await asyncio.sleep(GATHER_SECONDS / 2)
        ids, self._changed = self._changed, set()
        found = await reader().read(ids)
        fresh = self._fresh(list(found.values()))
        if not fresh:
            return None
        self.n += 1
        return {"type": "inbox", "n": self.n, "rows": fresh}

    async def whole(self) -> list[Frame]:
        found: dict[UUID, Frame] = await in_thread(_all)()
        self._sent.clear()
        return self._fresh(list(found.values()))

    def _fresh(self, found: list[Frame]) -> list[Frame]:
        fresh = []
        for row in found:
            own: dict[str, Any] = rows.for_reader(row, self.me)
            seen = json.dumps(own, sort_keys=True, default=str)
            if self._sent.get(row["conversation"]) != seen:
                self._sent[row["conversation"]] = seen
                fresh.append(own)
        return fresh


def _all() -> dict[UUID, Frame]:
    ids = rows.inbox()
    found = rows.of(ids)
    return {pk: found[pk] for pk in ids if pk in found}
