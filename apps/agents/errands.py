"""Errands: what the desk owes somebody and may fail at. Tried three times, then a dead letter that people can repair.

The row is the truth. A worker takes it by moving `wake_at` into the future with a compare-and-set, so that two workers
never run one errand at once; one that dies leaves a `wake_at` that passes, and the sweeper wakes another.
"""

import random
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import structlog
from django.db import models, transaction
from django.db.models import F
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from apps.tenants.tasks import enqueue

log = structlog.get_logger(__name__)

TRIES = 3
BASE = timedelta(seconds=60)
LEASE = timedelta(seconds=60)


class Errand(models.Model):
    """One thing to do once: `kind` names the doer, `key` what makes it one."""

    kind = models.CharField(_("kind"), max_length=20)
    key = models.CharField(_("key"), max_length=100, unique=True)
    payload = models.JSONField(_("content"), default=dict)
    attempts = models.PositiveSmallIntegerField(_("attempts"), default=0)
    error = models.TextField(_("error"), blank=True)
    wake_at = models.DateTimeField(_("next try"), null=True, blank=True, help_text="empty: nothing to do any more")
    created_at = models.DateTimeField(auto_now_add=True)
    done_at = models.DateTimeField(_("done at"), null=True, blank=True)

    class Meta:
        app_label = "agents"
        verbose_name = _("errand")
        verbose_name_plural = _("errands")
        indexes = [models.Index(fields=["wake_at"], condition=models.Q(wake_at__isnull=False), name="errand_due")]

    def __str__(self) -> str:
        return f"{self.kind} {self.key}"


class DeadLetter(models.Model):
    """An errand that failed for good, until somebody repairs and resends it."""

    errand = models.ForeignKey(Errand, verbose_name=_("errand"), on_delete=models.CASCADE, related_name="dead_letters")
    error = models.TextField(_("error"))
    died_at = models.DateTimeField(_("failed at"), auto_now_add=True)
    resent_at = models.DateTimeField(_("sent again at"), null=True, blank=True)

    class Meta:
        app_label = "agents"
        verbose_name = _("dead letter")
        verbose_name_plural = _("dead letters")
        ordering = ["-died_at"]

    def __str__(self) -> str:
        return str(self.errand)


Doer = Callable[[dict[str, Any], str], None]
_doers: dict[str, Doer] = {}


def doer(kind: str) -> Callable[[Doer], Doer]:
    """Registers `do(payload, key)`, which raises on failure and does nothing twice for one key."""

    def register(do: Doer) -> Doer:
        _doers[kind] = do
        return do

    return register


def send(kind: str, key: str, payload: dict[str, Any]) -> Errand:
    """Write the errand down, once for its key, and wake a worker after the commit."""
    errand, new = Errand.objects.get_or_create(key=key, defaults={"kind": kind, "payload": payload, "wake_at": timezone.now()})
    if new:
        enqueue("agents.run_errand", errand=errand.pk)
    return errand


def run(pk: int) -> bool:
    """Try the errand now if it is due and nobody else does; whether it was done."""
    now = timezone.now()
    mine = Errand.objects.filter(pk=pk, wake_at__lte=now).update(wake_at=now + LEASE, attempts=F("attempts") + 1)
    if not mine:
        return False
    errand = Errand.objects.get(pk=pk)
    try:
        with transaction.atomic():
            _doers[errand.kind](errand.payload, errand.key)
            errand.done_at, errand.wake_at, errand.error = timezone.now(), None, ""
            errand.save(update_fields=["done_at", "wake_at", "error"])
    except Exception as error:  # whatever a doer meets is kept with the errand
        _failed(errand, error)
    return errand.done_at is not None


def resend(letter: DeadLetter, payload: dict[str, Any] | None = None) -> None:
    """Try a dead errand again from the start, with its content repaired when `payload` is given."""
    with transaction.atomic():
        if not DeadLetter.objects.filter(pk=letter.pk, resent_at=None).update(resent_at=timezone.now()):
            return
        errand = letter.errand
        errand.attempts, errand.wake_at = 0, timezone.now()
        if payload is not None:
            errand.payload = payload
        errand.save(update_fields=["attempts", "wake_at", "payload"])
        enqueue("agents.run_errand", errand=errand.pk)


def wait(attempts: int) -> timedelta:
    """Until the next try: 60 s, 120 s, … give or take a quarter, so that what failed together does not come back together."""
    return BASE * float(2 ** (attempts - 1)) * random.uniform(0.75, 1.25)  # noqa: S311


def _failed(errand: Errand, error: Exception) -> None:
    errand.done_at, errand.error = None, f"{type(error).__name__}: {error}"[:2_000]
    with transaction.atomic():
        if errand.attempts >= TRIES:
            errand.wake_at = None
            DeadLetter.objects.create(errand=errand, error=errand.error)
            log.error("errand_dead", kind=errand.kind, key=errand.key, error=errand.error)
        else:
            pause = wait(errand.attempts)
            errand.wake_at = timezone.now() + pause
            enqueue("agents.run_errand", countdown=pause.total_seconds() + 0.1, errand=errand.pk)
            log.warning("errand_failed", kind=errand.kind, key=errand.key, error=errand.error, attempts=errand.attempts)
        errand.save(update_fields=["wake_at", "error", "done_at"])
