"""Trying something from a page: somebody's server, or a question. A worker does it, so that no page waits for it and neither
its answer nor what it takes to find one fills a web process.

What is to be tried, keys included, waits encrypted in Valkey for minutes at most; the page asks for the result until then.
"""

import json
import time
import uuid
from collections.abc import Callable
from typing import Any

import structlog
from django.core.cache import cache
from django.db import connection
from django.utils import translation
from django.utils.translation import gettext as _
from redis.exceptions import RedisError

from apps.tenants import context
from apps.tenants.live import valkey
from apps.tenants.tasks import send
from apps.tenants.vault.sealing import Place, seal, unseal

log = structlog.get_logger(__name__)

AT_ONCE = 3  # of one tenant and one task
SPARE = 15.0  # seconds beyond the other side's own, for a busy worker
KEPT = 30  # seconds for the page to fetch what was found
LOOK_SECONDS = 1.0  # of waiting for word of an end; then it is looked for, since the word may have been somebody else's

Found = dict[str, Any]


def begin(task: str, asked: dict[str, Any], *, by: object, seconds: float, most: int = AT_ONCE) -> str:
    """Have `task(trial=…)` try it for this person, which may take so long. → the trial's key, or "" when there is no room."""
    key, until = str(uuid.uuid4()), time.time() + seconds + SPARE
    keep = int(seconds + SPARE) + KEPT
    cache.add(_running(task), 0, keep)
    try:
        if cache.incr(_running(task)) > most:
            _end(task)
            return ""
    except ValueError:  # Valkey is away
        return ""
    state = {"by": str(by), "task": task, "until": until, "language": translation.get_language()}
    cache.set(_state(key), state, keep)
    cache.set(_asked(key), seal(json.dumps(asked), _place(key)), keep)
    send(task, context.schema(), {"trial": key})  # there is no row of it that a sweeper could look after
    return key


def carry_out(key: str, attempt: Callable[[dict[str, Any]], Found]) -> None:
    """Runs a trial in the worker, once even if the task comes twice. The result is in the language of the person who waits."""
    state, sealed = cache.get(_state(key)), cache.get(_asked(key))
    if not state or not sealed or not cache.delete(_asked(key)):
        return
    with translation.override(state["language"]):
        try:
            found = attempt(json.loads(unseal(sealed, _place(key))))
        except Exception:  # somebody waits for a sentence
            log.exception("trial_failed")
            found = {"problem": _("Something broke on our side. Try again. Whoever runs this can find the cause in the log.")}
    _end(state["task"])
    cache.set(_state(key), {**state, "found": found}, KEPT)
    _say_ended(key)


def is_wanted(key: str) -> bool:
    """Whether somebody may still wait for the result."""
    state = cache.get(_state(key))
    return bool(state) and time.time() <= state["until"]


def tell(key: str, doing: Found) -> None:
    """Says from the worker how far it is, and that it lives: the page waits that much longer."""
    if state := cache.get(_state(key)):
        cache.set(_state(key), {**state, "doing": doing, "until": time.time() + SPARE}, int(SPARE) + KEPT)


def doing(key: object, task: str, *, by: object) -> Found:
    """The last that the worker told of a trial that runs."""
    found: Found = (_own(key, task, by) or {}).get("doing", {})
    return found


def result(key: object, task: str, *, by: object) -> Found | None:
    """The result, or None while the trial runs. For anybody else, and for another task's page, there is no such trial."""
    state = _own(key, task, by)
    if not state:
        return {"problem": _("This test is over or was lost. Start it again.")}
    if "found" not in state and time.time() > state["until"]:
        return too_late()
    found: Found | None = state.get("found")
    return found


def awaited(key: object, task: str, *, by: object, seconds: float) -> Found | None:
    """The result as soon as there is one; None when there is none after so many seconds. For threads that may wait; who waits
    holds no database connection."""
    if not connection.in_atomic_block:
        connection.close()
    until = time.monotonic() + seconds
    while (found := result(key, task, by=by)) is None and (left := until - time.monotonic()) > 0:
        _hear_of_end(key, min(left, LOOK_SECONDS))
    return found


def _own(key: object, task: str, by: object) -> dict[str, Any] | None:
    """The state of this person's trial of this task."""
    state: dict[str, Any] | None = cache.get(_state(key))
    return state if state and (state["by"], state["task"]) == (str(by), task) else None


def _place(key: str) -> Place:
    return Place("valkey", "trials.asked", key)


def no_room() -> Found:
    return {"problem": _("Too many tests are running. Try again when one of them has ended.")}


def too_late() -> Found:
    return {"problem": _("No worker picked up the test in time. Try again in a minute.")}


def _end(task: str) -> None:
    """Counts one trial less, never below none: the count may have expired and be another's by now."""
    try:
        if cache.decr(_running(task)) < 0:
            cache.delete(_running(task))
    except ValueError:
        return


def _say_ended(key: str) -> None:
    try:
        pipe = valkey.client().pipeline()
        pipe.rpush(_ended(key), 1)
        pipe.expire(_ended(key), KEPT)
        pipe.execute()
    except (RedisError, OSError) as error:
        log.warning("trial_not_told", error=str(error))


def _hear_of_end(key: object, seconds: float) -> None:
    try:
        valkey.client().blpop([_ended(key)], timeout=max(seconds, 0.01))
    except (RedisError, OSError):
        time.sleep(seconds)


def _running(task: str) -> str:
    return f"trials.running.{task}"


def _ended(key: object) -> str:
    return valkey.key("trials", key, "ended")


def _state(key: object) -> str:
    return f"trials.{key}"


def _asked(key: object) -> str:
    return f"trials.{key}.asked"
