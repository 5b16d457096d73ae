"""Rules that are tried on messages of the past."""

import uuid

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from apps.filters import rule
from apps.filters.models.rules import Filter


class DryRun(models.Model):
    """Rules as they stood when it began, held against real messages. Nothing of it is in force, nothing of what was said in it.

    `before`: the rule as it was live, an empty list where it was not; None where nothing is compared. `found`: as
    `past.tally.Tally` stores it. `reached`: the last message that was looked at. `messages`: how many there are to look at.
    """

    class State(models.TextChoices):
        WAITING = "waiting", _("waiting")
        WORKING = "working", _("running")
        DONE = "done", _("done")
        STOPPED = "stopped", _("stopped")
        FAILED = "failed", _("failed")

    OPEN = (State.WAITING, State.WORKING)

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    filter = models.ForeignKey(Filter, null=True, on_delete=models.SET_NULL, related_name="dry_runs")
    rules = models.JSONField()
    before = models.JSONField(null=True)
    days = models.PositiveSmallIntegerField()
    since = models.DateTimeField()
    state = models.CharField(max_length=9, choices=State, default=State.WAITING)
    messages = models.PositiveIntegerField(null=True)
    done = models.PositiveIntegerField(default=0)
    reached = models.PositiveBigIntegerField(null=True)
    found = models.JSONField(default=dict)
    attempts = models.PositiveSmallIntegerField(default=0)
    wake_at = models.DateTimeField(null=True)
    created_at = models.DateTimeField(auto_now_add=True)
    finished_at = models.DateTimeField(null=True)
    created_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, on_delete=models.SET_NULL, related_name="+", db_index=False
    )

    class Meta:
        verbose_name = _("dry run")
        verbose_name_plural = _("dry runs")
        ordering = ["-created_at"]
        indexes = [models.Index(fields=["created_at"], name="filters_dry_run_latest")]

    def __str__(self) -> str:
        return f"{self.days}: {self.state}"

    @property
    def is_open(self) -> bool:
        return self.state in self.OPEN

    @property
    def compares(self) -> bool:
        return self.before is not None

    @property
    def tried(self) -> list[rule.Rule]:
        return [rule.Rule.read(facts) for facts in self.rules]

    @property
    def live(self) -> list[rule.Rule]:
        return [rule.Rule.read(facts) for facts in self.before or ()]
