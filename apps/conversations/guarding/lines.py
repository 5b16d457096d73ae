"""Finds in lines of the log, kept as rows of the audit, although no line waits for a database.

A thread of its own writes them, all of a second together. What that says itself is masked as any line is and kept nowhere, so
nothing calls itself; and a rush of lines is kept in part and counted whole.
"""

import atexit
import os
import threading
import time
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from queue import Empty, SimpleQueue
from uuid import UUID

import structlog
from django.db import connection, transaction
from django.utils import timezone
from prometheus_client import Counter

from apps.conversations import metrics
from apps.conversations.guarding import audit
from apps.conversations.models import Hit
from apps.filters import live
from apps.filters.rule import Direction
from apps.filters.screening.masked import Found
from apps.tenants import context, due
from apps.tenants.context import HasSchema

log = structlog.get_logger(__name__)

SECONDS = 1.0  # that finds gather
KEPT = timedelta(days=28)  # a find in a line of no conversation; of one, it goes with that
AT_ONCE = 1_000  # rows that a sweep deletes
MOST_WAITING, MOST_A_MINUTE = 1_000, 100  # lines of a process, and of one tenant in it
AT_THE_END = 3.0  # seconds that a process which stops waits for the last ones
NEWS = "conversations.lines"  # the sweeper that deletes them
UNKEPT = Counter("yingda_filter_lines_unkept_total", "Lines of the log whose finds became no row: too many, or no database.")


@dataclass(frozen=True)
class Line:
    tenant: HasSchema
    conversation: UUID | None
    release: int
    found: Sequence[Found]


class Keeper:
    """One a process. The queue and the lock may be asked again by the same thread, in a signal's handler say."""

    def __init__(self) -> None:
        self.renew()

    def renew(self) -> None:
        """Nothing waits, and no thread is there to write it: in a process that was forked, where threads do not go along."""
        self._waiting: SimpleQueue[Line | threading.Event] = SimpleQueue()
        self._starting = threading.RLock()
        self._thread: threading.Thread | None = None
        self._minute: dict[str, tuple[int, int]] = {}  # by schema: which minute, how many lines in it

    def take(self, line: Line) -> None:
        """Returns at once."""
        if threading.current_thread() is self._thread:
            return
        for place in line.found:
            metrics.FILTERED.labels(Direction.TO_LOGS, place.action).inc()
        if self._waiting.qsize() >= MOST_WAITING or self._is_rush(line.tenant.schema_name):
            UNKEPT.inc()
            return
        self._waiting.put(line)
        self._start()

    def flush(self, seconds: float = AT_THE_END) -> None:
        """Waits until all that was taken so far is written."""
        if self._thread and self._thread.is_alive() and threading.current_thread() is not self._thread:
            done = threading.Event()
            self._waiting.put(done)
            done.wait(seconds)

    def _is_rush(self, schema: str) -> bool:
        minute = int(time.monotonic() // 60)
        known, count = self._minute.get(schema, (minute, 0))
        self._minute[schema] = (minute, count + 1 if known == minute else 1)
        return self._minute[schema][1] > MOST_A_MINUTE

    def _start(self) -> None:
        with self._starting:
            if self._thread is None or not self._thread.is_alive():
                self._thread = threading.Thread(target=self._run, name="log-audit", daemon=True)
                self._thread.start()

    def _run(self) -> None:
        while True:
            gathered, asked = self._gathered()
            for tenant in {line.tenant.schema_name: line.tenant for line in gathered}.values():
                _keep(tenant, [line for line in gathered if line.tenant.schema_name == tenant.schema_name])
            for each in asked:
                each.set()

    def _gathered(self) -> tuple[list[Line], list[threading.Event]]:
        """All of a second from the first one on; less where somebody waits for the end."""
        found: list[Line] = []
        asked: list[threading.Event] = []
        next_one: Line | threading.Event = self._waiting.get()
        until = time.monotonic() + SECONDS
        while True:
            if isinstance(next_one, Line):
                found.append(next_one)
            else:
                asked.append(next_one)
            try:
                left = 0.0 if asked else until - time.monotonic()
                next_one = self._waiting.get(timeout=left) if left > 0 else self._waiting.get_nowait()
            except Empty:
                return found, asked


def _keep(tenant: HasSchema, lines: Sequence[Line]) -> None:
    """The rows of one tenant. Nothing is tried again: what the log says is masked all the same."""
    try:
        with context.inside(tenant), transaction.atomic():
            rows = []
            for line in lines:
                about = {"conversation": line.conversation and str(line.conversation), "release": line.release}
                rows += audit.rows(line.found, direction=str(Direction.TO_LOGS), **about)[0]
            audit.write(rows)
            due.tell(NEWS, KEPT)
    except Exception as error:
        UNKEPT.inc(len(lines))
        log.warning("log_audit_not_written", lines=len(lines), error=type(error).__name__)
    finally:
        connection.close()


keeper = Keeper()


def _take(found: Sequence[Found], release: int, conversation: str) -> None:
    tenant = context.get()
    if tenant:
        try:
            of = UUID(conversation)
        except ValueError:
            of = None
        keeper.take(Line(tenant, of, release, found))


def forget() -> datetime | None:
    """Deletes finds of long ago in lines of no conversation; → when that is true of the oldest that is left."""
    loose = Hit.objects.filter(conversation=None).order_by("at")
    past = timezone.now() - KEPT
    Hit.objects.filter(pk__in=list(loose.filter(at__lt=past).values_list("pk", flat=True)[:AT_ONCE])).delete()
    oldest = loose.values_list("at", flat=True).first()
    return oldest and oldest + KEPT


def begin() -> None:
    """Has finds in lines kept from now on, also those that come last; a process that forks begins anew."""
    live.keep_lines(_take)
    atexit.register(lambda: keeper.flush())
    os.register_at_fork(after_in_child=keeper.renew)
