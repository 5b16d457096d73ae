"""Releases: numbered, immutable snapshots of all that the bot knows and does; one of them is live."""

from typing import Any

from django.conf import settings
from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _


class Immutable(RuntimeError):
    """A release never changes; publish a new one."""


class Release(models.Model):
    """`frozen` holds one JSON value per part; only `active` may change after the row was made."""

    number = models.PositiveIntegerField(_("number"), primary_key=True)
    frozen = models.JSONField(_("content"), default=dict)
    summary = models.CharField(_("what changed"), max_length=300, blank=True)
    created_at = models.DateTimeField(_("published at"), auto_now_add=True)
    created_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, verbose_name=_("by"), null=True, blank=True, on_delete=models.SET_NULL, related_name="+"
    )
    active = models.BooleanField(_("live"), default=False)
    activated_at = models.DateTimeField(_("live since"), null=True, blank=True)

    class Meta:
        verbose_name = _("release")
        verbose_name_plural = _("releases")
        ordering = ["-number"]
        constraints = [models.UniqueConstraint(fields=["active"], condition=models.Q(active=True), name="one_release_is_live")]

    def __str__(self) -> str:
        return f"#{self.number}"

    def save(self, *args: Any, **kwargs: Any) -> None:
        if not self._state.adding and set(kwargs.get("update_fields") or ["*"]) - {"active", "activated_at"}:
            raise Immutable(f"Release {self.number} is published and cannot change.")
        super().save(*args, **kwargs)

    @property
    def knowledge_revision(self) -> int:
        return int(self.frozen.get("knowledge", 0))

    @property
    def candidate(self) -> "Candidate | None":
        """Its way to being live, when it had to be checked first; read once."""
        found: Candidate | None = getattr(self, "candidacy", None)
        return found


class Candidate(models.Model):
    """A release that must be checked before it goes live: what it waits for, or how that ended. `why`: a sentence."""

    class State(models.TextChoices):
        WAITING = "waiting", _("being checked")
        HELD = "held", _("held back")
        OVERTAKEN = "overtaken", _("overtaken")
        PASSED = "passed", _("passed")
        FORCED = "forced", _("live all the same")

    UNDECIDED = (State.WAITING, State.HELD)

    release = models.OneToOneField(Release, primary_key=True, on_delete=models.CASCADE, related_name="candidacy")
    state = models.CharField(_("state"), max_length=9, choices=State, default=State.WAITING)
    why = models.CharField(max_length=500, blank=True)
    since = models.DateTimeField(default=timezone.now)
    decided_at = models.DateTimeField(null=True)
    decided_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, on_delete=models.SET_NULL, related_name="+", db_index=False
    )

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["state"], condition=models.Q(state="waiting"), name="one_candidate_waits")
        ]

    def __str__(self) -> str:
        return f"#{self.pk}"

    @property
    def is_undecided(self) -> bool:
        return self.state in self.UNDECIDED
