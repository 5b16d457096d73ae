"""Faults of rules' own code, and the rules that were switched off for them."""

from collections.abc import Mapping
from typing import Any

from django.db import models
from django.utils.translation import gettext_lazy as _

LONGEST_WHY = 200


class Fault(models.Model):
    """A turn in which a rule's code was cut off; of several times in it the first. `rule`: its key in `release`. `kind`: time,
    trap or answer; `why` says it in the engine's words, and nothing of what was said."""

    rule = models.CharField(max_length=20)
    release = models.PositiveIntegerField(_("release"))
    turn = models.UUIDField()
    kind = models.CharField(max_length=10)
    why = models.CharField(max_length=LONGEST_WHY)
    at = models.DateTimeField(_("at"), auto_now_add=True, db_index=True)

    class Meta:
        verbose_name = _("fault of a filter's code")
        verbose_name_plural = _("faults of filters' code")
        constraints = [models.UniqueConstraint(fields=["turn", "rule"], name="one_fault_a_turn")]

    def __str__(self) -> str:
        return f"{self.kind}: {self.why}"


class Stop(models.Model):
    """A rule, by its settings too, that was switched off because its code kept failing: no turn looks for it any more, whatever
    release its conversation has, until a person puts it in force again."""

    rule = models.CharField(max_length=20, db_index=True)
    settings = models.JSONField()
    at = models.DateTimeField(auto_now_add=True)

    def __str__(self) -> str:
        return self.rule

    @classmethod
    def of(cls, rule: str, settings: Mapping[str, Any]) -> models.QuerySet["Stop"]:
        return cls.objects.filter(rule=rule, settings=settings)
