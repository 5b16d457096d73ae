"""Trying somebody's server from a page: a worker does it, so that no page waits for it and its answer fills no web process.

What is to be tried, keys included, waits encrypted in Valkey for minutes at most; the page asks for the result until then.
"""

import json
import time
import uuid
from collections.abc import Callable
from typing import Any

import structlog
from django.core.cache import cache
from django.utils import translation
from django.utils.translation import gettext as _

from apps.tenants import context
from apps.tenants.tasks import send
from apps.tenants.vault.sealing import Place, seal, unseal

log = structlog.get_logger(__name__)

AT_ONCE = 3  # of one tenant
SPARE = 15.0  # seconds beyond the other side's own, for a busy worker
KEPT = 30  # seconds for the page to fetch what was found

Found = dict[str, Any]


def begin(task: str, asked: dict[str, Any], *, by: object, seconds: float) -> str:
    """Have `task(trial=…)` try it for this person, which may take so long. → the trial's key, or "" when there is no room."""
    key, until = str(uuid.uuid4()), time.time() + seconds + SPARE
    keep = int(seconds + SPARE) + KEPT
    cache.add("trials.running", 0, keep)
    try:
        if cache.incr("trials.running") > AT_ONCE:
            _end()
            return ""
    except ValueError:  # Valkey is away
        return ""
    cache.set(_state(key), {"by": str(by), "until": until, "language": translation.get_language()}, keep)
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
    _end()
    cache.set(_state(key), {**state, "found": found}, KEPT)


def result(key: object, *, by: object) -> Found | None:
    """The result, or None while the trial runs. For anybody else there is no such trial."""
    state = cache.get(_state(key))
    if not state or state["by"] != str(by):
        return {"problem": _("This test is over or was lost. Start it again.")}
    if "found" not in state and time.time() > state["until"]:
        return {"problem": _("No worker picked up the test in time. Try again in a minute.")}
    found: Found | None = state.get("found")
    return found


def _place(key: str) -> Place:
    return Place("valkey", "trials.asked", key)


def no_room() -> Found:
    return {"problem": _("Too many tests are running. Try again when one of them has ended.")}


def _end() -> None:
    """Counts one trial less, never below none: the count may have expired and be another's by now."""
    try:
        if cache.decr("trials.running") < 0:
            cache.delete("trials.running")
    except ValueError:
        return


def _state(key: object) -> str:
    return f"trials.{key}"


def _asked(key: object) -> str:
    return f"trials.{key}.asked"
