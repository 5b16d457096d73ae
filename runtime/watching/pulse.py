"""The pulse of processes that have no door to knock at: workers and beat say every few seconds that they live.

A container's health check is `python -m runtime.watching.pulse NAME`: it asks for the pulse of this very machine's process.
"""

import functools
import os
import socket
import sys
import time
from collections.abc import Sequence
from typing import Any

import redis

from runtime.errors import CannotStart

KEY = "yingda:pulse:{}"
NAMES = ("turns", "ingest", "housekeeping", "tickets", "beat")
LIVES_SECONDS = 20
EVERY_SECONDS = 4


def beats(url: str, name: str) -> bool:
    """Whether the worker of this queue (or beat) was heard lately."""
    try:
        return bool(_client(url).exists(KEY.format(name)))
    except redis.RedisError:
        return False


def beats_here(url: str, name: str) -> bool:
    """The same for the one on this machine, when there are several of a kind."""
    return beats(url, _here(name))


def _here(name: str) -> str:
    return f"{name}@{socket.gethostname()}"


def of_node(name: str) -> str:
    """The pulse of one worker by its own name, when there are several of a kind on this machine."""
    return f"{name}@"


def forget(url: str, *names: str) -> None:
    """A process that ended is not alive for the rest of its key's life."""
    try:
        _client(url).delete(*(KEY.format(name) for name in names))
    except redis.RedisError as problem:
        raise CannotStart(f"Valkey does not answer: {problem}") from problem


class Pulse:
    """Beats for this process, at most once in EVERY_SECONDS however often it is asked to."""

    def __init__(self, url: str, names: list[str]) -> None:
        self.url = url
        self.names, self.nodes = names, list[str]()
        self._last = 0.0

    def start(self, names: list[str], nodes: Sequence[str] = ()) -> None:
        self.names, self.nodes = names, list(nodes)
        self.beat()

    def beat(self, **_: object) -> None:
        if not self.names or time.monotonic() - self._last < EVERY_SECONDS:
            return
        self._last = time.monotonic()
        try:
            with _client(self.url).pipeline(transaction=False) as pipe:
                for name in [*self.names, *map(_here, self.names), *map(of_node, self.nodes)]:
                    pipe.set(KEY.format(name), os.getpid(), ex=LIVES_SECONDS)
                pipe.execute()
        except redis.RedisError:
            self._last = 0.0  # the broker is away: say so again as soon as it is back


def listen(url: str) -> None:
    """Hang the pulse on Celery's signals; processes that are no worker never send them."""
    from celery import signals

    pulse = Pulse(url, [])
    # Connected before the worker starts: it looks for listeners once.
    signals.heartbeat_sent.connect(pulse.beat, weak=False)

    @signals.worker_ready.connect(weak=False)
    def start(sender: Any, **_: object) -> None:
        node, _at, _host = sender.hostname.partition("@")
        queues = [queue.name for queue in sender.task_consumer.queues]
        pulse.start(queues, [node])

    @signals.beat_init.connect(weak=False)
    def start_beat(**_: object) -> None:
        signals.before_task_publish.connect(pulse.beat, weak=False)
        pulse.start(["beat"])


@functools.cache
def _client(url: str) -> "redis.Redis":
    return redis.Redis.from_url(url, socket_timeout=2, socket_connect_timeout=2)


if __name__ == "__main__":
    sys.exit(0 if beats_here(os.environ["VALKEY_URL"], sys.argv[1]) else 1)
