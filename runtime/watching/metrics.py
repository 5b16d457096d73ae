"""Prometheus' text: what the rooms count, summed over this machine's processes, and the state of queues and disk.

The rooms define their metrics where they count. Each process writes its numbers into PROMETHEUS_MULTIPROC_DIR, which
`manage.py up` empties at its start; without that folder only this process's own numbers are told.
"""

import asyncio
import contextlib
import hmac
import os
import re
import shutil
from collections.abc import Iterator
from http.server import ThreadingHTTPServer
from pathlib import Path
from threading import Thread
from typing import Any

import redis
import redis.asyncio
from amqp.exceptions import AMQPError, NotFound
from celery import current_app
from django.conf import settings
from prometheus_client import CONTENT_TYPE_LATEST, REGISTRY, CollectorRegistry, MetricsHandler, generate_latest
from prometheus_client.metrics_core import GaugeMetricFamily, Metric
from prometheus_client.multiprocess import MultiProcessCollector
from prometheus_client.registry import Collector

from apps.tenants.live import valkey
from runtime.watching import pulse

CONTENT_TYPE = CONTENT_TYPE_LATEST
QUEUES = tuple(name for name in pulse.NAMES if name != "beat")


async def exposition() -> bytes:
    lengths, heard = await asyncio.gather(queue_lengths(), _heard())
    return await asyncio.to_thread(_render, _Moment(lengths, heard))


def may_read(authorization: bytes) -> bool:
    """Whether the token is right. No token is needed only in development, where the product listens on this machine alone."""
    if not settings.METRICS_TOKEN:
        return not settings.PRODUCTION
    return hmac.compare_digest(authorization, b"Bearer " + settings.METRICS_TOKEN.encode())


class _Door(MetricsHandler):
    def do_GET(self) -> None:
        if may_read(self.headers.get("Authorization", "").encode("latin-1", "replace")):
            super().do_GET()
        else:
            self.send_error(401, "Send the metrics token")


def serve(port: int) -> ThreadingHTTPServer:
    """A worker's numbers, on a thread of its own until the process or the server ends."""
    server = ThreadingHTTPServer(("", port), _Door)
    Thread(target=server.serve_forever, name="metrics", daemon=True).start()
    return server


def listen(port: int) -> None:
    """Opens a port for a worker's numbers where processes share no folder (a container each)."""
    from celery import signals

    @signals.worker_ready.connect(weak=False)
    def ready(**_: object) -> None:
        serve(port)


class _Moment(Collector):
    """Gauges read when asked, not counted along the way."""

    def __init__(self, lengths: dict[str, int], heard: dict[str, bool]) -> None:
        self.lengths = lengths
        self.heard = heard

    def collect(self) -> Iterator[Metric]:
        queue = GaugeMetricFamily("yingda_queue_length", "Tasks waiting in the broker.", labels=["queue"])
        for name, length in self.lengths.items():
            queue.add_metric([name], length)
        yield queue
        up = GaugeMetricFamily("yingda_worker_up", "Whether the worker of a queue was heard lately.", labels=["queue"])
        for name, heard in self.heard.items():
            up.add_metric([name], heard)
        yield up
        if settings.DATA_DIR.exists():
            free = shutil.disk_usage(settings.DATA_DIR).free
            yield GaugeMetricFamily("yingda_disk_free_bytes", "Room left for the data folder.", value=free)


def _render(moment: _Moment) -> bytes:
    registry = CollectorRegistry(auto_describe=False)
    registry.register(moment)
    folder = os.environ.get("PROMETHEUS_MULTIPROC_DIR")
    if folder and Path(folder).is_dir():
        _forget_dead_gauges(Path(folder))
        MultiProcessCollector(registry, folder)  # type: ignore[no-untyped-call]
        return generate_latest(registry)
    return generate_latest(registry) + generate_latest(REGISTRY)


def _forget_dead_gauges(folder: Path) -> None:
    """Deletes the gauges of dead processes, whose sockets are no longer open. Their counters stay counted."""
    for file in folder.glob("gauge_live*_*.db"):
        found = re.search(r"_(\d+)\.db$", file.name)
        if found and not Path(f"/proc/{found[1]}").exists():
            file.unlink(missing_ok=True)


async def queue_lengths() -> dict[str, int]:
    """Empty when the broker does not answer: then /readyz has more to say."""
    return await asyncio.to_thread(lengths_now)


def lengths_now() -> dict[str, int]:
    """The same for a thread that may wait."""
    if settings.BROKER_KIND == "rabbitmq":
        return _lengths_in_rabbitmq()
    try:
        with redis.Redis.from_url(settings.CELERY_BROKER_URL, socket_timeout=2, socket_connect_timeout=2) as broker:
            return {name: int(broker.llen(name)) for name in QUEUES}
    except (redis.RedisError, OSError):
        return {}


def _lengths_in_rabbitmq() -> dict[str, int]:
    """A queue that nobody has declared yet is empty."""
    lengths = dict.fromkeys(QUEUES, 0)
    try:
        with current_app.connection_for_read(connect_timeout=2) as line:
            for name in QUEUES:
                channel: Any = line.channel()  # what is not found ends it
                with contextlib.suppress(NotFound), channel:
                    lengths[name] = channel.queue_declare(queue=name, passive=True).message_count
    except (AMQPError, OSError):
        return {}
    return lengths


async def _heard() -> dict[str, bool]:
    try:
        return {name: bool(await valkey.aclient().exists(pulse.KEY.format(name))) for name in pulse.NAMES}
    except (redis.RedisError, OSError):
        return {}
