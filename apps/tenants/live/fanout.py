"""Fan-out: what is told to a group reaches the sockets that joined it, in every process, by publish and subscribe in Valkey.

Our own and not channels_redis: that one subscribes one socket after another (a rush of newcomers waited 15 s for it), does
not wait until a subscription stands, loses messages without a word when the line breaks, and keeps without limit what a
socket is too slow to read. Here many subscriptions travel together, joining ends when Valkey confirmed it, a broken line is
told to the sockets as a `socket.gap`, a full mailbox as `socket.behind`: both look the rest up in the ledger.
"""

import asyncio
import math
import random
from collections import Counter, deque
from collections.abc import Sequence
from functools import cache
from typing import Any

import msgpack
import redis.asyncio
import structlog
from django.conf import settings
from redis.asyncio.retry import Retry
from redis.backoff import NoBackoff
from redis.exceptions import RedisError

from apps.tenants.live import valkey
from apps.tenants.live.loops import PerLoop

log = structlog.get_logger(__name__)

Message = dict[str, Any]

MOST_UNREAD = 1_000  # messages in one mailbox
JOIN_SECONDS = 1.0  # most that a socket waits for Valkey; without it the ledger alone serves, and pings tell of what is new
BEAT_SECONDS = 10.0  # Valkey is asked for a sign; a line on which nothing is heard until the next beat is dead
AT_ONCE = 50  # sockets told of a gap in one go; all at once would ask the database at once
PREFIX = "yingda.group."


class Mailbox:
    """The messages one socket has still to read."""

    def __init__(self) -> None:
        self._unread: deque[Message] = deque()
        self._arrived = asyncio.Event()

    def put(self, message: Message) -> None:
        """Adds a message. Mailboxes share it, so nobody may change it."""
        if len(self._unread) >= MOST_UNREAD:
            self._unread.clear()
            message = {"type": "socket.behind"}
        self._unread.append(message)
        self._arrived.set()

    async def get(self) -> Message:
        """Waits for the oldest message. Only one reader may wait."""
        while not self._unread:
            self._arrived.clear()
            await self._arrived.wait()
        return self._unread.popleft()


class Exchange:
    """The exchange of one event loop: its sockets' mailboxes by group, and the one line to Valkey that hears all groups."""

    def __init__(self) -> None:
        self._members: dict[str, set[Mailbox]] = {}
        self._asked: set[str] = set()  # groups whose SUBSCRIBE was sent on this line
        self._unconfirmed: Counter[str] = Counter()
        self._waiting: dict[str, list[asyncio.Future[None]]] = {}
        self._changed = asyncio.Event()
        self._heard = False  # anything from Valkey since the last beat
        self._missed = False  # whether somebody may have missed something since all was well
        self._tasks = {asyncio.create_task(self._run())}

    async def join(self, group: str, mailbox: Mailbox) -> None:
        """Once this returns, the mailbox gets all that is told to the group; while Valkey is away, once that is back."""
        self._members.setdefault(group, set()).add(mailbox)
        if self._stands(group):
            return
        confirmed = asyncio.get_running_loop().create_future()
        self._waiting.setdefault(group, []).append(confirmed)
        self._changed.set()
        try:
            async with asyncio.timeout(JOIN_SECONDS):
                await confirmed
        except TimeoutError:
            self._missed = True

    def leave(self, group: str, mailbox: Mailbox) -> None:
        members = self._members.get(group, set())
        members.discard(mailbox)
        if not members and self._members.pop(group, None) is not None:
            self._changed.set()

    async def close(self) -> None:
        for task in self._tasks:
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)

    def _stands(self, group: str) -> bool:
        return group in self._asked and not self._unconfirmed[group]

    async def _run(self) -> None:
        while True:
            try:
                await self._listen()
            except* (RedisError, OSError) as errors:
                log.warning("fan_out_lost", error=str(errors.exceptions[0]))
            self._missed = True
            self._asked.clear()
            self._unconfirmed.clear()
            await asyncio.sleep(random.uniform(0.1, 0.5))  # noqa: S311

    async def _listen(self) -> None:
        line: redis.asyncio.Connection = _lines().make_connection()  # type: ignore[no-untyped-call]
        await line.connect()  # type: ignore[no-untyped-call]
        try:
            async with asyncio.TaskGroup() as tasks:
                for work in (self._read(line), self._ask(line), self._watch(line)):
                    tasks.create_task(work)
        finally:
            await line.disconnect(nowait=True)

    async def _read(self, line: redis.asyncio.Connection) -> None:
        while True:
            self._take(await line.read_response(timeout=math.inf))
            self._heard = True

    async def _watch(self, line: redis.asyncio.Connection) -> None:
        """Raises TimeoutError when Valkey falls silent. A time limit on each read would cost more than the read."""
        while True:
            self._heard = False
            await line.send_command("PING")
            await asyncio.sleep(BEAT_SECONDS)
            if not self._heard:
                raise redis.exceptions.TimeoutError("Valkey is silent.")

    async def _ask(self, line: redis.asyncio.Connection) -> None:
        """Tell Valkey which groups are wanted, as many at a time as have come together."""
        while True:
            self._changed.clear()
            new, gone = self._members.keys() - self._asked, self._asked - self._members.keys()
            self._asked = set(self._members)
            self._unconfirmed.update(new)
            for verb, groups in (("UNSUBSCRIBE", gone), ("SUBSCRIBE", new)):
                if groups:
                    await line.send_command(verb, *(PREFIX + group for group in groups))
            await self._changed.wait()

    def _take(self, response: Any) -> None:
        kind, name, content = response if len(response) == 3 else (b"pong", b"", b"")
        group = name.decode().removeprefix(PREFIX) if name else ""
        if kind == b"message":
            message = msgpack.unpackb(content)
            for mailbox in self._members.get(group, ()):
                mailbox.put(message)
        elif kind == b"subscribe":
            self._confirm(group)

    def _confirm(self, group: str) -> None:
        self._unconfirmed[group] -= 1
        if self._unconfirmed[group] > 0:
            return
        del self._unconfirmed[group]
        for waiting in self._waiting.pop(group, ()):
            if not waiting.done():
                waiting.set_result(None)
        if self._missed and not self._unconfirmed:
            self._missed = False
            task = asyncio.create_task(self._tell_of_gap())
            self._tasks.add(task)
            task.add_done_callback(self._tasks.discard)

    async def _tell_of_gap(self) -> None:
        told = list({mailbox for members in self._members.values() for mailbox in members})
        for start in range(0, len(told), AT_ONCE):
            for mailbox in told[start : start + AT_ONCE]:
                mailbox.put({"type": "socket.gap"})
            await asyncio.sleep(0.05)


# One answer for all of them; waiting for each one's would cost more than the rest.
_PUBLISH = "for n = 1, #ARGV, 2 do redis.call('PUBLISH', ARGV[n], ARGV[n + 1]) end"


async def publish(batch: Sequence[tuple[str, Message]]) -> None:
    """Tell these groups these messages, in this order. Raises RedisError or OSError when Valkey is away."""
    told = (part for group, message in batch for part in (PREFIX + group, msgpack.packb(message)))
    await valkey.aclient().eval(_PUBLISH, 0, *told)


def tell(group: str, message: Message) -> None:
    """Sends one message now, from a thread without a loop. Without Valkey nobody hears it: a listener that must not miss it
    polls."""
    try:
        valkey.client().publish(PREFIX + group, msgpack.packb(message))
    except (RedisError, OSError) as error:
        log.warning("not_told", group=group, error=repr(error))


@cache
def _lines() -> redis.asyncio.ConnectionPool:
    """Makes connections; each exchange keeps its own and mends it itself."""
    lasting: dict[str, Any] = {"socket_timeout": None, "socket_connect_timeout": 2, "retry": Retry(NoBackoff(), 0)}
    return redis.asyncio.ConnectionPool.from_url(settings.VALKEY_URL, protocol=2, **lasting)


exchange = PerLoop(Exchange)


async def close() -> None:
    """Ends the running loop's exchange."""
    found = exchange.pop()
    if found:
        await found.close()
