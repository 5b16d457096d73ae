"""Checks everything the product stands on: one look at each dependency, all at the same time."""

import asyncio
import functools
import shutil
import time
import urllib.error
import urllib.request
from collections.abc import Awaitable, Callable
from dataclasses import dataclass

import kombu
import kombu.exceptions
import psycopg
import redis
from django.conf import settings
from django.db.migrations.loader import MigrationLoader

from apps.tenants.db import address
from apps.tenants.live import valkey
from runtime.watching import pulse

PATIENCE_SECONDS = 3.0
LITTLE_DISK = 1024**3
NO_DISK = 64 * 1024**2

NO_CONNECTION_LEFT = ("too many clients", "remaining connection slots", "too many connections")

OK, DEGRADED, DOWN = "ok", "degraded", "down"


@dataclass(frozen=True)
class State:
    """`degraded`: the product answers, worse than it could. The sentence says what to do and holds no address or secret."""

    word: str
    sentence: str = ""


@dataclass(frozen=True)
class Report:
    states: dict[str, State]
    milliseconds: dict[str, float]

    @property
    def ready(self) -> bool:
        return all(state.word != DOWN for state in self.states.values())

    def as_json(self) -> dict[str, object]:
        words = {state.word for state in self.states.values()}
        overall = DOWN if DOWN in words else DEGRADED if DEGRADED in words else "ready"
        checks = {
            name: {
                "state": state.word,
                **({"why": state.sentence} if state.sentence else {}),
                "ms": self.milliseconds[name],
            }
            for name, state in self.states.items()
        }
        return {"status": overall, "checks": checks}


async def look() -> Report:
    probes: dict[str, Callable[[], Awaitable[State]]] = {
        "database": _database,
        "migrations": _migrations,
        "valkey": _valkey,
        "broker": _broker,
        **{f"worker {name}": functools.partial(_worker, name) for name in pulse.NAMES if name != "beat"},
        "beat": functools.partial(_worker, "beat"),
        "model": _model,
        "disk": _disk,
    }
    found = await asyncio.gather(*(_timed(probe) for probe in probes.values()))
    states = {name: state for name, (state, _took) in zip(probes, found, strict=True)}
    return Report(states, {name: took for name, (_state, took) in zip(probes, found, strict=True)})


async def _timed(probe: Callable[[], Awaitable[State]]) -> tuple[State, float]:
    began = time.perf_counter()
    try:
        state = await asyncio.wait_for(probe(), PATIENCE_SECONDS)
    except (OSError, psycopg.Error, redis.RedisError, TimeoutError) as problem:
        state = State(DOWN, f"does not answer ({type(problem).__name__})")
    return state, round((time.perf_counter() - began) * 1000, 1)


async def _database() -> State:
    try:
        [(read_only,)] = await _ask("SELECT current_setting('transaction_read_only')")
    except psycopg.OperationalError as problem:
        if any(words in str(problem) for words in NO_CONNECTION_LEFT):
            return State(DOWN, "has no connection left: raise max_connections or lower YINGDA_DB_POOL")
        raise
    return State(DOWN, "is read-only: nothing can be written") if read_only == "on" else State(OK)


async def _migrations() -> State:
    """Rows of the public schema, which every migration is recorded in; newer ones are another version's business."""
    try:
        applied = set(await _ask("SELECT app, name FROM public.django_migrations"))
    except psycopg.errors.UndefinedTable:
        return State(DOWN, "the database was never prepared: run manage.py prepare")
    missing = await asyncio.to_thread(_on_disk) - applied
    if missing:
        return State(DOWN, f"{len(missing)} migrations are not applied: run manage.py prepare")
    return State(OK)


@functools.cache
def _on_disk() -> frozenset[tuple[str, str]]:
    return frozenset(MigrationLoader(None, ignore_no_migrations=True).disk_migrations)


async def _ask(query: str) -> list[tuple[object, ...]]:
    """On a connection of its own: a probe must not wait for a place in the pool, nor take one."""
    connection = await psycopg.AsyncConnection.connect(address.conninfo(connect_timeout=2))
    async with connection:
        return await (await connection.execute(query)).fetchall()


async def _valkey() -> State:
    await valkey.aclient().ping()
    return State(OK)


async def _broker() -> State:
    """Valkey again, or another one, or RabbitMQ: what carries the wake-ups. Without it questions wait, and nothing is lost."""
    return await asyncio.to_thread(_broker_answers)


def _broker_answers() -> State:
    try:
        with kombu.Connection(settings.CELERY_BROKER_URL, connect_timeout=2) as line:
            line.ensure_connection(max_retries=1, interval_start=0, timeout=2)
    except kombu.exceptions.OperationalError:
        return State(DOWN, "does not answer: questions wait until it is back")
    return State(OK)


async def _worker(name: str) -> State:
    """Sweepers wake what waits, so a worker that is away for a moment delays and loses nothing."""
    if await valkey.aclient().exists(pulse.KEY.format(name)):
        return State(OK)
    return State(DOWN, f"not heard for {pulse.LIVES_SECONDS} s")


async def _model() -> State:
    """Without a model the bot quotes passages and hands over: a worse answer, but an answer."""
    if not settings.MODEL_URL:
        return State(OK, "none set: tenants use their own endpoints")
    if await asyncio.to_thread(model_answers, f"{settings.MODEL_URL.rstrip('/')}/models"):
        return State(OK)
    return State(DEGRADED, "does not answer: answers are quoted, not composed")


def model_answers(url: str) -> bool:
    try:
        with urllib.request.urlopen(url, timeout=2):  # noqa: S310 — the operator's own setting
            return True
    except urllib.error.HTTPError as refusal:
        return refusal.code < 500  # it wants a key, so it is there
    except (OSError, ValueError):
        return False


async def _disk() -> State:
    free = shutil.disk_usage(settings.DATA_DIR if settings.DATA_DIR.exists() else settings.BASE_DIR).free
    if free < NO_DISK:
        return State(DOWN, f"{free // 1024**2} MB left")
    return State(DEGRADED, f"{free // 1024**2} MB left") if free < LITTLE_DISK else State(OK)
