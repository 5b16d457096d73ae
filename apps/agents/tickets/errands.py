"""Errands: what the desk owes somebody and may fail at. Tried three times, then a dead letter that people can repair.

The row is the truth. A worker takes it by moving `wake_at` into the future with a compare-and-set, so that two workers
never run one errand at once; one that dies leaves a `wake_at` that passes, and the sweeper wakes another. One that was
only slow finds that the errand is no longer its own (`attempts` has moved on) and writes nothing more.
"""

import random
import time
from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any

import structlog
from django.conf import settings
from django.db import connection, models, transaction
from django.db.models import F
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from apps.agents.models import DeadLetter, Errand
from apps.agents.tickets import ways_out
from apps.filters import live
from apps.filters.rule import Direction
from apps.tenants.refusal import Refusal
from apps.tenants.tasks import enqueue

log = structlog.get_logger(__name__)

TRIES = 3
BASE = timedelta(seconds=60)
LEASE = timedelta(seconds=settings.ERRAND_SECONDS)

STATES = {"done": _("done"), "dead": _("given up"), "failed": _("failed, will be tried again"), "waiting": _("on its way")}


Doer = Callable[[dict[str, Any], str], None]
GivenUp = Callable[[dict[str, Any], str], None]
_doers: dict[str, Doer] = {}
_outside: set[str] = set()
_given_up: dict[str, GivenUp] = {}


class NotYet(Exception):
    """Raised by a doer for what is better done at `until`; it costs no try."""

    def __init__(self, until: datetime) -> None:
        super().__init__(until)
        self.until = until


def doer(kind: str, *, outside: bool = False, given_up: GivenUp | None = None) -> Callable[[Doer], Doer]:
    """Registers `do(payload, key)`, which does nothing twice for one key and raises on failure, Refusal to say why.

    It runs in one transaction with the errand's end, or, `outside`, in none: it waits for another machine, which may see
    one errand twice when the worker is killed after the last byte; then `key` tells it so. `given_up(payload, error)` notes in
    the transaction of the dead letter that it is one.
    """

    def register(do: Doer) -> Doer:
        _doers[kind] = do
        if outside:
            _outside.add(kind)
        if given_up:
            _given_up[kind] = given_up
        return do

    return register


def send(kind: str, key: str, payload: dict[str, Any], *, after: timedelta = timedelta()) -> Errand:
    """Write the errand down, once for its key, and wake a worker when `after` has passed since the commit."""
    given = {"kind": kind, "payload": payload, "wake_at": timezone.now() + after}
    errand, new = Errand.objects.get_or_create(key=key, defaults=given)
    if new:
        enqueue("agents.run_errand", countdown=_seconds(after), errand=errand.pk)
    return errand


def run(pk: int) -> bool:
    """Try the errand now if it is due and nobody else does; whether it was done."""
    kind = Errand.objects.filter(pk=pk, wake_at__lte=timezone.now()).values_list("kind", flat=True).first()
    if kind is None:
        return False
    return _run_outside(pk, kind) if kind in _outside else bool(_run(pk))


def run_next(kind: str) -> bool:
    """Try the errand of this kind that waits longest. If there are more, a way out that gets free wakes for the next."""
    due = _due(kind).order_by("wake_at", "pk").values_list("pk", flat=True)[:2]
    if len(due) > 1:
        ways_out.want(kind)
    return bool(due) and run(due[0])


def outside() -> frozenset[str]:
    """The kinds that wait for other machines."""
    return frozenset(_outside)


def let_go() -> None:
    """Before a doer waits for another machine: the thread's database connection goes back to the pool meanwhile."""
    if not connection.in_atomic_block:
        connection.close()


def resend(letter: DeadLetter, payload: dict[str, Any] | None = None) -> None:
    """Try a dead errand again from the start, with its content repaired when `payload` is given."""
    with transaction.atomic():
        if not DeadLetter.objects.filter(pk=letter.pk, resent_at=None).update(resent_at=timezone.now()):
            return
        errand = letter.errand
        errand.failures, errand.wake_at, errand.done_at = 0, timezone.now(), None
        if payload is not None:
            errand.payload = payload
        errand.save(update_fields=["failures", "wake_at", "done_at", "payload"])
        if errand.kind in _outside:
            ways_out.forget(errand.kind)  # somebody has mended it
        enqueue("agents.run_errand", errand=errand.pk)


def wait(failures: int) -> timedelta:
    """Until the next try: 60 s, 120 s, … give or take a quarter, so that what failed together does not come back together."""
    return BASE * float(2 ** (failures - 1)) * random.uniform(0.75, 1.25)  # noqa: S311


def _due(kind: str) -> models.QuerySet[Errand]:
    return Errand.objects.filter(kind=kind, wake_at__lte=timezone.now())


def _run_outside(pk: int, kind: str) -> bool:
    """Runs an errand if a way out is free for this tenant and its machine is not being left alone; waiting costs no try."""
    rest = ways_out.rests_until(kind)
    if rest:
        _due(kind).update(wake_at=rest)
        return False
    with ways_out.way(kind) as free:
        if not free:
            return False
        began = time.monotonic()
        done = _run(pk)
        if done is not None:
            ways_out.took(kind, time.monotonic() - began, done=done)
        return bool(done)


def _run(pk: int) -> bool | None:
    """Runs an errand; None where another worker has it."""
    now = timezone.now()
    if not Errand.objects.filter(pk=pk, wake_at__lte=now).update(wake_at=now + LEASE, attempts=F("attempts") + 1):
        return None
    errand = Errand.objects.get(pk=pk)
    try:
        if errand.kind in _outside:
            _doers[errand.kind](errand.payload, errand.key)
            return _end(errand)
        with transaction.atomic():
            _doers[errand.kind](errand.payload, errand.key)
            return _end(errand)
    except NotYet as later:
        with transaction.atomic():
            if _mine(errand).update(wake_at=later.until):
                enqueue("agents.run_errand", countdown=_seconds(later.until - timezone.now()), errand=errand.pk)
    except Exception as error:  # whatever a doer meets is kept with the errand
        _failed(errand, error)
    return False


def _end(errand: Errand) -> bool:
    done: int = _mine(errand).update(done_at=timezone.now(), wake_at=None, error="")
    return done == 1


def _mine(errand: Errand) -> models.QuerySet[Errand]:
    """The row, as long as no other worker has taken it over."""
    return Errand.objects.filter(pk=errand.pk, attempts=errand.attempts, done_at=None)


def _seconds(wait: timedelta) -> float | None:
    """A countdown that ends when the errand is due, and not a moment before."""
    return wait.total_seconds() + 0.1 if wait > timedelta() else None


def _failed(errand: Errand, error: Exception) -> None:
    live.of(Direction.TO_LOGS)  # so that the line below knows the rules
    text = (str(error) if isinstance(error, Refusal) else f"{type(error).__name__}: {error}")[:2_000]
    failures = errand.failures + 1
    dead, pause = failures >= TRIES, wait(failures)
    with transaction.atomic():
        if not _mine(errand).update(wake_at=None if dead else timezone.now() + pause, error=text, failures=failures):
            return
        if dead:
            DeadLetter.objects.create(errand=errand, error=text)
            if errand.kind in _given_up:
                _given_up[errand.kind](errand.payload, text)
        else:
            enqueue("agents.run_errand", countdown=pause.total_seconds() + 0.1, errand=errand.pk)
    log.warning("errand_dead" if dead else "errand_failed", kind=errand.kind, key=errand.key, error=text, failures=failures)
