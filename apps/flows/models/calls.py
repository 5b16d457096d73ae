"""The calls of flows to the tenant's systems, one row a call, written before the first byte is sent."""

from collections.abc import Mapping
from datetime import timedelta
from typing import Any

from django.db import models, transaction
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from apps.flows.engine.place import Value
from apps.tenants import due
from apps.tenants.refusal import Refusal
from apps.tenants.vault.encryption import EncryptedJSONField, ReservedIdField

LONGEST_ERROR = 500
MADE = "flows.called"  # news of a call, for the sweeper
KEPT = timedelta(days=30)  # longer than any turn may be told again


class Call(models.Model):
    """One wish of a flow to call. `key` names it in every retelling of its turn, `digest` says what was asked.

    Begun: asked perhaps, and nobody knows what came of it: a worker was killed, or no answer came. Done and failed are final,
    and retold without asking again. `sent_as`: the Idempotency-Key that the system is told. It is the key of an earlier call of
    the run where that asked the same and its effect is unknown, so that a flow which tries once more has one effect.
    """

    class State(models.TextChoices):
        BEGUN = "begun", _("no answer yet")
        DONE = "done", _("done")
        FAILED = "failed", _("failed")

    id = ReservedIdField(primary_key=True)
    key = models.CharField(max_length=150, unique=True)
    sent_as = models.CharField(max_length=150)
    run = models.CharField(max_length=150)
    name = models.CharField(_("call"), max_length=100)
    system = models.CharField(_("system"), max_length=60, blank=True)
    method = models.CharField(_("method"), max_length=10)
    digest = models.CharField(max_length=64)
    state = models.CharField(_("state"), max_length=6, choices=State, default=State.BEGUN)
    status = models.PositiveSmallIntegerField(_("status"), null=True)
    slots = EncryptedJSONField(default=dict, blank=True)
    error = models.CharField(_("error"), max_length=LONGEST_ERROR, blank=True)
    tries = models.PositiveSmallIntegerField(_("tries"), default=0)
    at = models.DateTimeField(_("begun at"), auto_now_add=True)

    class Meta:
        verbose_name = _("call")
        verbose_name_plural = _("calls")
        ordering = ["-id"]
        indexes = [
            models.Index(fields=["run"], name="flows_call_run"),
            models.Index(fields=["system", "-id"], name="flows_call_latest"),  # a page shows a system's last ones
        ]

    def __str__(self) -> str:
        return f"{self.method} {self.name}"

    @classmethod
    def begin(cls, key: str, **about: str) -> "Call":
        """The row of this key, made now if there is none. Raises Refusal for a key that asked something else before, unless it
        only reads: the customer has said more while the first answer was under way, and nobody heard of that."""
        found = cls._of(key, about)
        if found.digest != about["digest"] and about["method"] == "GET":
            found = cls._of(f"{key}~{about['digest'][:16]}", about)
        if found.digest != about["digest"]:
            raise Refusal("taken", _("This call was made before with other words."))
        return found

    @classmethod
    def _of(cls, key: str, about: Mapping[str, str]) -> "Call":
        found = cls.objects.filter(key=key).first()
        if not found:
            run = key.rpartition(":")[0] or key
            earlier = cls._of_unknown_effect(run, about["digest"]).order_by("id").first()
            told = {"run": run, "sent_as": earlier.sent_as if earlier else key, **about}
            with transaction.atomic():
                found, _new = cls.objects.get_or_create(key=key, defaults=told)
                due.tell(MADE, KEPT)
        return found

    def tried(self) -> None:
        """Counts a try, before its first byte is sent."""
        Call.objects.filter(pk=self.pk).update(tries=F("tries") + 1)

    def unanswered(self, status: int | None, error: str) -> None:
        """Keeps what is known of a call that stays begun."""
        still = Call.objects.filter(pk=self.pk, state=self.State.BEGUN)
        still.update(status=status, error=error[:LONGEST_ERROR])

    def end(self, status: int, slots: Mapping[str, Value], error: str = "") -> "Call":
        """Ends it, as failed with an error. → the row as it stands: another worker may have ended it first."""
        facts: dict[str, Any] = {
            "state": self.State.FAILED if error else self.State.DONE,
            "status": status,
            "slots": dict(slots),
            "error": error[:LONGEST_ERROR],
        }
        with transaction.atomic():
            row = Call.objects.select_for_update().get(pk=self.pk)
            if row.state == self.State.BEGUN:
                for name, value in facts.items():
                    setattr(row, name, value)
                row.save(update_fields=list(facts))
        return row

    @classmethod
    def _of_unknown_effect(cls, run: str, digest: str) -> models.QuerySet["Call"]:
        """The run's calls that asked this and got no answer, or one that could not be read; not those whose effect a later call
        under the same key has told."""
        unread = Q(state=cls.State.FAILED, status__range=(200, 299))
        known = cls.objects.filter(run=run, state=cls.State.DONE).values("sent_as")
        asked = cls.objects.filter(run=run, digest=digest).filter(Q(state=cls.State.BEGUN) | unread)
        return asked.exclude(sent_as__in=known).defer("slots")
