"""The sweeping: which tenants have something due is one question; the rooms' sweepers then look at the rows of each of those.

An entry is deleted only after its look. So a worker that is killed in between leaves it, and its lock ends with it. The net
below all this is a round: each tenant is looked at by all sweepers every ROUND, one tenant after the other, whatever stands
in the table; so an entry that was lost or never written is found again.
"""

import random
import time
from collections.abc import Mapping, Sequence
from datetime import timedelta
from threading import BoundedSemaphore, Lock
from typing import Any

import structlog
from django.db import InterfaceError, OperationalError, connection

from apps.tenants import context
from apps.tenants.due import Sweeper, sweepers
from apps.tenants.locks import alone
from apps.tenants.web import hosts

log = structlog.get_logger(__name__)

ROUND = timedelta(minutes=30)
ROUND_KIND = "tenants.round"
AGAIN = timedelta(seconds=10)  # after a sweeper failed
SHIFT_SECONDS = 30.0  # then the next task goes on
TENANTS_ASKED = 100
TEND_SECONDS = 60.0
JUMP_SECONDS = 5.0
HANDS = BoundedSemaphore(2)  # of the process's threads: offers to agents never wait behind sweepers


def sweep_due() -> int:
    """Look at every tenant that has something due; → at how many. Harmless beside others who do the same."""
    if not HANDS.acquire(blocking=False):
        return 0
    try:
        clock.check()
        return _sweep()
    finally:
        HANDS.release()


def look(schema: str) -> bool:
    """Let the sweepers of what is due in this tenant look at it; False when nothing is, or somebody else looks."""
    tenant = hosts.of_schema(schema)
    if tenant is None:
        return False
    with context.inside(tenant), structlog.contextvars.bound_contextvars(tenant=tenant.slug):
        try:
            with alone("sweep") as held:
                return held and _look(schema)
        finally:
            if not connection.in_atomic_block:
                connection.close()  # back into the pool, which ends those that have seen many tenants


def _sweep() -> int:
    looked, until = 0, time.monotonic() + SHIFT_SECONDS
    busy: set[str] = set()
    while time.monotonic() < until:
        schemas = [schema for schema in _tenants() if schema not in busy]
        if not schemas:
            break
        for schema in schemas:
            if look(schema):
                looked += 1
            else:
                busy.add(schema)
    return looked


def _tenants() -> list[str]:
    """The tenants with something due, the longest overdue first. Entries of suspended and of deleted tenants rest."""
    with context.inside(context.PUBLIC), connection.cursor() as cursor:
        cursor.execute(_DUE, {"kinds": _known(), "most": TENANTS_ASKED})
        return [schema for schema, _since in cursor.fetchall()]


def _known() -> list[str]:
    """Entries of other kinds are for workers of a newer version, or from an older one."""
    return sorted({ROUND_KIND}.union(*(sweeper.after for sweeper in sweepers.values())))


def _look(schema: str) -> bool:
    with connection.cursor() as cursor:
        cursor.execute(_ENTRIES, {"schema": schema, "kinds": _known()})
        entries = cursor.fetchall()
    if not entries:
        return False
    kinds = {kind for _pk, kind in entries}
    following: dict[str, timedelta] = {}
    for sweeper in sweepers.values():
        if ROUND_KIND in kinds or sweeper.listens(kinds):
            wish = _ask(sweeper)
            if wish is not None:
                following[sweeper.name] = max(wish, sweeper.every)
    if ROUND_KIND in kinds:
        following[ROUND_KIND] = ROUND * random.uniform(0.9, 1.1)  # noqa: S311
    _settle(schema, [pk for pk, _kind in entries], following)
    return True


def _ask(sweeper: Sweeper) -> timedelta | None:
    """Runs one sweeper. Its trouble is not the next one's, nor the next tenant's."""
    try:
        return sweeper.sweep()
    except (OperationalError, InterfaceError):
        raise  # the database is away: the entries stay as they are
    except Exception:
        log.exception("sweep_failed", sweeper=sweeper.name)
        return AGAIN


def _settle(schema: str, entries: Sequence[int], following: Mapping[str, timedelta]) -> None:
    """Deletes the entries that were looked after and adds what is due next, unless that is there already."""
    asked: dict[str, Any] = {
        "entries": list(entries),
        "schema": schema,
        "kinds": list(following),
        "within": list(following.values()),
    }
    with connection.cursor() as cursor:
        cursor.execute(_SETTLE, asked)


class Clock:
    """The regular checks: tenants without a round, entries that belong to nobody, and jumps of the clock."""

    def __init__(self) -> None:
        self._lock = Lock()
        self._ahead: float | None = None  # of this machine's steady clock, in seconds
        self._tended = -TEND_SECONDS

    def check(self) -> None:
        with self._lock, context.inside(context.PUBLIC):
            ahead = self._database() - time.monotonic()
            if self._ahead is not None and abs(ahead - self._ahead) > JUMP_SECONDS:
                log.warning("clock_jumped", seconds=round(ahead - self._ahead, 1))
                self._run(_ALL_NOW)
            self._ahead = ahead
            if time.monotonic() - self._tended > TEND_SECONDS:
                self._run(_ROUNDS)
                self._run(_ORPHANS)
                self._tended = time.monotonic()

    def _database(self) -> float:
        with connection.cursor() as cursor:
            cursor.execute("SELECT extract(epoch FROM clock_timestamp())::float8")
            return float(cursor.fetchone()[0])

    def _run(self, statement: str) -> None:
        with connection.cursor() as cursor:
            asked: dict[str, Any] = {"round": ROUND, "kind": ROUND_KIND, "known": _known()}
            cursor.execute(statement, asked)


clock = Clock()

_DUE = """
SELECT d.schema, min(d.at) FROM public.tenants_due d JOIN public.tenants_tenant t ON t.schema_name = d.schema
WHERE d.at <= statement_timestamp() AND d.kind = ANY(%(kinds)s) AND NOT t.suspended
GROUP BY d.schema ORDER BY 2 LIMIT %(most)s
"""

_ENTRIES = """
SELECT id, kind FROM public.tenants_due
WHERE schema = %(schema)s AND at <= statement_timestamp() AND kind = ANY(%(kinds)s)
"""

_SETTLE = """
WITH gone AS (
    DELETE FROM public.tenants_due WHERE id = ANY(%(entries)s)
)
INSERT INTO public.tenants_due (schema, kind, at)
SELECT %(schema)s, kind, statement_timestamp() + within
FROM unnest(%(kinds)s::text[], %(within)s::interval[]) AS following (kind, within)
WHERE NOT EXISTS (
    SELECT FROM public.tenants_due d
    WHERE d.schema = %(schema)s AND d.kind = following.kind
      AND d.at > statement_timestamp() AND d.at <= statement_timestamp() + within
)
"""

# Entries with a moment of the old clock come now, and say when they are due from here. All else is looked at soon, because a
# sweeper that trusted in an entry that came early has told of nothing.
_ALL_NOW = """
WITH earlier AS (
    UPDATE public.tenants_due SET at = statement_timestamp() + random() * %(round)s / 10 WHERE kind = %(kind)s
)
INSERT INTO public.tenants_due (schema, kind, at)
SELECT DISTINCT schema, kind, statement_timestamp() FROM public.tenants_due
WHERE at > statement_timestamp() AND kind <> %(kind)s
"""

# A tenant that was made a moment ago, a round further away than one can be.
_ROUNDS = """
WITH mad AS (
    DELETE FROM public.tenants_due WHERE kind = %(kind)s AND at > statement_timestamp() + 2 * %(round)s
)
INSERT INTO public.tenants_due (schema, kind, at)
SELECT schema_name, %(kind)s, statement_timestamp() + random() * %(round)s FROM public.tenants_tenant
WHERE NOT EXISTS (
    SELECT FROM public.tenants_due
    WHERE schema = schema_name AND kind = %(kind)s AND at <= statement_timestamp() + 2 * %(round)s
)
"""

_ORPHANS = """
DELETE FROM public.tenants_due
WHERE at < statement_timestamp() - interval '1 day'
  AND (kind <> ALL(%(known)s) OR NOT EXISTS (SELECT FROM public.tenants_tenant WHERE schema_name = schema))
"""
