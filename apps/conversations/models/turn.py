"""The bot's answers."""

import uuid

from django.db import models
from django.utils.translation import gettext_lazy as _

from apps.conversations.models.cause import Cause
from apps.conversations.models.conversation import Conversation


class Turn(models.Model):
    """One answer of the bot, from question to reply or handover, with its trace. One turn an epoch."""

    class State(models.TextChoices):
        RUNNING = "running", _("running")
        DONE = "done", _("done")
        CANCELLED = "cancelled", _("cancelled")
        FAILED = "failed", _("failed")

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    conversation = models.ForeignKey(Conversation, on_delete=models.CASCADE, related_name="turns")
    epoch = models.PositiveIntegerField()
    question = models.PositiveIntegerField(_("question"), help_text="seq of the message that is answered")
    release = models.PositiveIntegerField(_("release"))
    state = models.CharField(_("state"), max_length=9, choices=State, default=State.RUNNING)
    attempt = models.PositiveSmallIntegerField(default=1)
    lease_until = models.DateTimeField()
    tier = models.PositiveSmallIntegerField(_("tier"), null=True, blank=True)
    cause = models.CharField(_("cause"), max_length=20, choices=Cause, blank=True, help_text=_("Why the bot could not do it."))
    trace = models.JSONField(_("trace"), default=list)
    story = models.JSONField(null=True, blank=True, help_text="what it answered, so that it can be told again")
    started_at = models.DateTimeField(_("started at"), auto_now_add=True)
    finished_at = models.DateTimeField(_("finished at"), null=True, blank=True)
    first_words_ms = models.PositiveIntegerField(_("ms to first words"), null=True, blank=True)
    ms = models.PositiveIntegerField(_("ms"), null=True, blank=True)
    tokens = models.PositiveIntegerField(_("tokens"), default=0)

    class Meta:
        verbose_name = _("turn")
        verbose_name_plural = _("turns")
        constraints = [models.UniqueConstraint(fields=["conversation", "epoch"], name="one_turn_an_epoch")]

    def __str__(self) -> str:
        return str(self.id)[:8]
