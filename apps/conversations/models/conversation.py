"""One talk, and who speaks next in it."""

import uuid

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from apps.conversations.models.visitor import Visitor


class Owner(models.TextChoices):
    """Who speaks next."""

    BOT = "bot", _("bot")
    QUEUE = "queue", _("queue")
    HUMAN = "human", _("human")


class Conversation(models.Model):
    """One talk with one visitor, pinned to one release. `last_seq` and `epoch` change only under the row's lock (ledger)."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    visitor = models.ForeignKey(Visitor, verbose_name=_("visitor"), on_delete=models.CASCADE, related_name="conversations")
    release = models.PositiveIntegerField(_("release"))
    owner = models.CharField(_("owner"), max_length=5, choices=Owner, default=Owner.BOT)
    epoch = models.PositiveIntegerField(default=0)
    last_seq = models.PositiveIntegerField(default=0)
    language = models.CharField(_("language"), max_length=10, blank=True)
    waiting_since = models.DateTimeField(
        _("waiting since"), null=True, blank=True, help_text=_("When the customer began to wait for an answer.")
    )
    visitor_read = models.PositiveIntegerField(default=0)
    team_read = models.PositiveIntegerField(default=0)
    indexed = models.PositiveIntegerField(db_default=0, help_text="up to which seq the desk's search has read it")
    opened_at = models.DateTimeField(_("opened at"), auto_now_add=True)
    changed_at = models.DateTimeField(_("last change"), auto_now_add=True)
    closed_at = models.DateTimeField(_("closed at"), null=True, blank=True)

    class Meta:
        verbose_name = _("conversation")
        verbose_name_plural = _("conversations")
        indexes = [
            models.Index(fields=["waiting_since"], condition=Q(waiting_since__isnull=False), name="conversation_waiting"),
            models.Index(fields=["-changed_at"], name="conversation_changed"),
            models.Index(fields=["changed_at"], condition=Q(last_seq__gt=F("indexed")), name="conversation_unindexed"),
        ]
        constraints = [
            models.UniqueConstraint(
                fields=["visitor"], condition=Q(closed_at__isnull=True), name="one_open_conversation_a_visitor"
            )
        ]

    def __str__(self) -> str:
        return str(self.id)[:8]
