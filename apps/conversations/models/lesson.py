"""The times at which the tenant's marks were learnt from."""

import uuid

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _


class Lesson(models.Model):
    """`offensive`, `safe`: the marks that there were. `found`: how many of them were judged rightly, and of the examples
    (`conversations.marking.lessons`). `weights`: what was learnt (`filters.Weights`), "" where it was worse than what is
    shipped."""

    class State(models.TextChoices):
        WAITING = "waiting", _("waiting")
        WORKING = "working", _("running")
        DONE = "done", _("done")
        FAILED = "failed", _("failed")

    OPEN = (State.WAITING, State.WORKING)

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    state = models.CharField(max_length=9, choices=State, default=State.WAITING)
    offensive = models.PositiveIntegerField()
    safe = models.PositiveIntegerField()
    found = models.JSONField(default=dict)
    weights = models.CharField(max_length=64, blank=True)
    attempts = models.PositiveSmallIntegerField(default=0)
    wake_at = models.DateTimeField(null=True)
    created_at = models.DateTimeField(auto_now_add=True)
    finished_at = models.DateTimeField(null=True)
    created_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, on_delete=models.SET_NULL, related_name="+", db_index=False
    )

    class Meta:
        verbose_name = _("training on marks")
        verbose_name_plural = _("trainings on marks")
        ordering = ["-created_at"]

    def __str__(self) -> str:
        return f"{self.offensive}+{self.safe}: {self.state}"

    @property
    def is_open(self) -> bool:
        return self.state in self.OPEN
