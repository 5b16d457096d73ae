"""The numbered events of a conversation."""

from typing import Any

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from apps.conversations.models.conversation import Conversation
from apps.conversations.models.turn import Turn


class Event(models.Model):
    """A durable thing that happened in a conversation, numbered 1, 2, 3 … without gaps. Never deleted alone, and never
    changed but for what is shown of a customer's words (`show`)."""

    class Kind(models.TextChoices):
        MESSAGE = "message", _("message")
        OWNER = "owner", _("owner")
        CLOSED = "closed", _("closed")
        RATED = "rated", _("rated")
        NOTE = "note", _("note")

    class Author(models.TextChoices):
        VISITOR = "visitor", _("visitor")
        BOT = "bot", _("bot")
        AGENT = "agent", _("agent")
        SYSTEM = "system", _("system")

    # No index of their own: the unique (conversation, seq) serves, and every index costs the ledger's hot path.
    conversation = models.ForeignKey(Conversation, on_delete=models.CASCADE, related_name="events", db_index=False)
    seq = models.PositiveIntegerField()
    kind = models.CharField(max_length=8, choices=Kind)
    author = models.CharField(max_length=8, choices=Author)
    member = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.SET_NULL, related_name="+", db_index=False
    )
    body = models.JSONField(default=dict, help_text="the event's fields as on the wire, without type, seq and at")
    client_id = models.UUIDField(null=True, blank=True)
    turn = models.ForeignKey(Turn, null=True, blank=True, on_delete=models.SET_NULL, related_name="events", db_index=False)
    epoch = models.PositiveIntegerField(help_text="the conversation's epoch when it was written")
    at = models.DateTimeField()

    class Meta:
        verbose_name = _("event")
        verbose_name_plural = _("events")
        ordering = ["conversation", "seq"]
        constraints = [
            models.UniqueConstraint(fields=["conversation", "seq"], name="one_event_a_seq"),
            models.UniqueConstraint(
                fields=["conversation", "client_id"],
                condition=Q(client_id__isnull=False),
                name="one_event_a_client_id",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.kind} {self.seq}"

    def show(self, text: str, masked: list[dict[str, Any]]) -> None:
        """From now on this is shown of a message; `masked`: the places in which something else stood. Its original is a row."""
        stays = {name: value for name, value in self.body.items() if name != "masked" and (masked or name != "original")}
        self.body = stays | {"text": text} | ({"masked": masked} if masked else {})
        self.save(update_fields=["body"])
