"""A conversation's request for a person."""

import uuid

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from apps.conversations.models.conversation import Conversation
from apps.conversations.models.turn import Turn
from apps.tenants.vault.encryption import EncryptedTextField


class Handover(models.Model):
    """A conversation's request for a person: why, what an agent needs to know, and how far it is. Open until `done_at`.

    requested → offered → accepted → done, back to requested when an offer is declined or runs out, and to nobody (the
    message form) when no one is there or no one came in time. `due_at` is when the state's timer ends; the room of agents
    moves it on then.
    """

    class State(models.TextChoices):
        REQUESTED = "requested", _("waits for an agent")
        OFFERED = "offered", _("offered to an agent")
        ACCEPTED = "accepted", _("with an agent")
        NOBODY = "nobody", _("nobody there, message form offered")
        DONE = "done", _("done")

    class Reason(models.TextChoices):
        ASKED = "asked_for_person", _("asked for a person")
        NO_PASSAGE = "no_passage", _("nothing known")
        LOW_CONFIDENCE = "low_confidence", _("not sure enough")
        MODEL_DOWN = "model_down", _("no model")
        HIGH_RISK = "high_risk", _("too risky for the bot")
        FAILED = "failed", _("the turn failed")
        TRANSFERRED = "transferred", _("passed on by an agent")
        LOST = "lost", _("the agent went away")

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    conversation = models.ForeignKey(Conversation, on_delete=models.CASCADE, related_name="handovers")
    turn = models.ForeignKey(Turn, null=True, blank=True, on_delete=models.SET_NULL, related_name="+")
    reason = models.CharField(_("reason"), max_length=20, choices=Reason)
    summary = models.JSONField(_("summary"), default=dict, help_text="asked, tried, sources")
    online = models.BooleanField(_("somebody was there"), default=False)
    contact = EncryptedTextField(_("e-mail to answer to"), blank=True, default="", was_plain=True)
    state = models.CharField(_("state"), max_length=9, choices=State, default=State.REQUESTED)
    due_at = models.DateTimeField(_("state's timer ends"), null=True, blank=True)
    requested_at = models.DateTimeField(_("requested at"), default=timezone.now)
    accepted_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        null=True,
        blank=True,
        on_delete=models.SET_NULL,
        related_name="+",
        verbose_name=_("accepted by"),
    )
    accepted_at = models.DateTimeField(_("accepted at"), null=True, blank=True)
    told_position = models.PositiveIntegerField(null=True, blank=True, help_text="what the customer was last told")
    told_at = models.DateTimeField(null=True, blank=True)
    done_at = models.DateTimeField(_("done at"), null=True, blank=True)

    class Meta:
        verbose_name = _("handover")
        verbose_name_plural = _("handovers")
        ordering = ["-requested_at"]
        constraints = [
            models.UniqueConstraint(
                fields=["conversation"], condition=Q(done_at__isnull=True), name="one_open_handover_a_conversation"
            )
        ]
        indexes = [
            models.Index(fields=["state", "requested_at"], condition=Q(done_at__isnull=True), name="handover_open"),
        ]

    def __str__(self) -> str:
        return f"{self.get_reason_display()} {self.requested_at:%Y-%m-%d %H:%M}"
