"""The inbox of one socket: which rows changed, read once for all sockets of a process, sent only when they differ.

Conversations go by the text of their id here, as it comes with the nudges.
"""

import asyncio
import time
from collections.abc import Collection, Mapping
from datetime import datetime, timedelta

from django.utils import timezone

from apps.agents.console import rows
from apps.conversations.wire.events import Frame, text
from apps.tenants import context
from apps.tenants.live.gathering import Gathered
from apps.tenants.live.loops import PerLoop
from apps.tenants.live.threads import at_desk
from apps.tenants.workspace.models import Member

GATHER_SECONDS, LONGEST_GATHER = 0.1, 1.0
LONGEST_COMMIT = timedelta(seconds=2)  # from a row's time to its commit; the next nudge sees a longer one
TRUSTED = timedelta(seconds=5)  # for so long: reading and blocking move no row's time, and nudges do get lost
MOST_KNOWN = 5_000


class Shown:
    """An inbox row as text, written once for all sockets of a process that show it."""

    def __init__(self, row: Frame) -> None:
        self._assignee, self._calls = row["assignee"] and row["assignee"]["id"], row["calls"]
        begin = text({name: value for name, value in row.items() if name != "calls"})[:-1]
        self._others, self._mine = f'{begin},"mine":false}}', f'{begin},"mine":true}}'

    def text(self, me: str) -> str:
        shown = self._mine if self._assignee == me else self._others
        return f'{shown[:-1]},"called":{text(self._calls[me])}}}' if me in self._calls else shown


class Reader:
    """One a process, loop and tenant: what many sockets want within a moment is one query."""

    def __init__(self) -> None:
        self.read: Gathered[str, Shown] = Gathered(self._read, GATHER_SECONDS)
        self._whole: asyncio.Task[dict[str, Shown]] | None = None
        self._known: dict[str, tuple[datetime, Shown]] = {}  # with the moment before it was read

    async def settled(self, changes: Mapping[str, datetime]) -> dict[str, Shown]:
        """Rows that changed at these moments, as they are since. Read again only those that nobody here has read since a
        transaction of that moment must have ended: fifty consoles ask every ten seconds for nearly the same."""
        if len(self._known) > MOST_KNOWN:
            self._known.clear()
        now = timezone.now()
        kept = {
            pk: known[1]
            for pk, at in changes.items()
            if (known := self._known.get(pk)) and known[0] >= max(at + LONGEST_COMMIT, now - TRUSTED)
        }
        return {**kept, **(await self.read(set(changes) - set(kept)) if len(kept) < len(changes) else {})}

    async def whole(self) -> dict[str, Shown]:
        """Everything that a console opens with; a hundred consoles that come back at once read it once."""
        if self._whole is None:
            self._whole = asyncio.create_task(self._read_all())
        return await asyncio.shield(self._whole)

    async def _read(self, wanted: set[str]) -> dict[str, Shown]:
        """Less often when it takes long: under load rows change faster than anybody can look."""
        clock, began = time.monotonic(), timezone.now()
        found = await at_desk(_some)(wanted)
        self.read.pause = min(LONGEST_GATHER, max(GATHER_SECONDS, 4 * (time.monotonic() - clock)))
        self._known |= {pk: (began, shown) for pk, shown in found.items()}
        return found

    async def _read_all(self) -> dict[str, Shown]:
        await asyncio.sleep(GATHER_SECONDS / 2)
        self._whole = None
        changes = await at_desk(rows.inbox)()
        found = await self.settled(changes)
        return {pk: found[pk] for pk in changes if pk in found}


_readers: PerLoop[dict[str, Reader]] = PerLoop(dict)


def reader() -> Reader:
    return _readers().setdefault(context.schema(), Reader())


class Inbox:
    """The inbox as this socket has been sent it: numbered frames, each row only when it changed. Frames are text, ready to
    send."""

    def __init__(self, me: Member) -> None:
        self.me, self.n = str(me.pk), 0
        self._sent: dict[str, str] = {}
        self._changed: set[str] = set()

    def changed(self, ids: Collection[str]) -> bool:
        """Note what changed; True when nobody is on the way to read it yet."""
        first = not self._changed
        self._changed.update(ids)
        return first

    async def frame(self) -> str | None:
        await asyncio.sleep(GATHER_SECONDS / 2)
        ids, self._changed = self._changed, set()
        return self._told(await reader().read(ids))

    async def catch_up(self, changes: Mapping[str, datetime]) -> str | None:
        """Sends what changed at these moments and was not sent yet, because its nudge was lost."""
        return self._told(await reader().settled(changes))

    async def whole(self, frame: Frame) -> str:
        """`frame` with all rows in it, and with the next number; a welcome begins at 0."""
        found = await reader().whole()
        self._sent.clear()
        self.n += frame["type"] != "welcome"
        return _with_rows({**frame, "n": self.n}, self._fresh(found))

    def _told(self, found: dict[str, Shown]) -> str | None:
        fresh = self._fresh(found)
        if not fresh:
            return None
        self.n += 1
        return _with_rows({"type": "inbox", "n": self.n}, fresh)

    def _fresh(self, found: dict[str, Shown]) -> list[str]:
        fresh = []
        for pk, shown in found.items():
            row = shown.text(self.me)
            if self._sent.get(pk) != row:
                self._sent[pk] = row
                fresh.append(row)
        return fresh


def _some(ids: set[str]) -> dict[str, Shown]:
    return {str(pk): Shown(row) for pk, row in rows.of(ids).items()}


def _with_rows(frame: Frame, texts: list[str]) -> str:
    return f'{text(frame)[:-1]},"rows":[{",".join(texts)}]}}'
