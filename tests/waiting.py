"""Waiting for what a test means, instead of for time. The seconds are only when a test that waits in vain ends."""

import asyncio
import time
from collections.abc import Awaitable, Callable, Iterator
from contextlib import contextmanager
from typing import Any

import psycopg
from celery.contrib.testing.worker import start_worker
from celery.signals import before_task_publish, task_postrun

from apps.tenants.db import address
from config.celery import app


def wait_for(condition: Callable[[], bool], seconds: float = 100) -> None:
    deadline = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < deadline, "waited in vain"
        time.sleep(0.02)


async def wait_until(condition: Callable[[], Awaitable[bool]], seconds: float = 60) -> None:
    async with asyncio.timeout(seconds):
        while not await condition():  # noqa: ASYNC110 — what is waited for tells nobody
            await asyncio.sleep(0.02)


def somebody_waits_for_a_lock() -> bool:
    """Whether anybody waits for a lock of rows, of a table, or one asked for by name."""
    with psycopg.connect(address.conninfo()) as other:
        asked = "SELECT count(*) FROM pg_stat_activity WHERE datname = current_database() AND wait_event_type = 'Lock'"
        return bool(other.execute(asked).fetchone()[0])  # type: ignore[index]


@contextmanager
def worker(queue: str, threads: int) -> Iterator[Callable[[], None]]:
    """A worker in this process → what waits until each task that was sent to its queue since has ended."""
    sent, ended = list[str](), set[str]()

    def publish(headers: Any, routing_key: str, **_: Any) -> None:
        if routing_key == queue:
            sent.append(headers["id"])

    def end(task_id: str, **_: Any) -> None:
        ended.add(task_id)

    before_task_publish.connect(publish)
    task_postrun.connect(end)
    try:
        with start_worker(
            app, pool="threads", concurrency=threads, queues=[queue], perform_ping_check=False, shutdown_timeout=30
        ):
            yield lambda: wait_for(lambda: ended.issuperset(sent))
    finally:
        before_task_publish.disconnect(publish)
        task_postrun.disconnect(end)
