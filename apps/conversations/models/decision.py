"""Questions of flows to colleagues."""

import uuid
from datetime import datetime
from typing import Any, Self

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from apps.conversations.models.conversation import Conversation
from apps.flows.engine.place import Place
from apps.tenants.vault import encryption
from apps.tenants.vault.encryption import EncryptedJSONField
from apps.tenants.workspace.models import Member


class Decisions(models.QuerySet["Decision"]):
    def open(self) -> Self:
        return self.filter(ended_at=None)

    def due(self, at: datetime) -> Self:
        """The open ones whose time is over."""
        return self.open().filter(due_at__lte=at)

    def end(self, how: str, at: datetime, by: Member | None = None) -> int:
        """Ends those that are open still; → how many these were. So each ends once, whoever else tries."""
        return self.open().update(how=how, ended_at=at, answered_by=by)


class Decision(models.Model):
    """A question of a flow to a colleague, written with the turn that asked it.

    Open until it is answered, its time is over, or nobody waits for it any more: the conversation of an open one is the bot's,
    and its flow waits for the answer (`ledger.pages`).

    `key`: of the effect, the same however often its turn is told. `team`: its name, "" for everybody. `facts`: what a colleague
    sees, as it was when they were asked: `question`, `flow` and `state` as they are called, `label` and `kind` of the slot,
    `choices` (`value`, `label`), `fields` (`name`, `label`, `shown`, `sensitive`). Sensitive values are masked in it.
    """

    class How(models.TextChoices):
        ANSWERED = "answered", _("answered")
        LATE = "late", _("not answered in time")
        DROPPED = "dropped", _("no longer needed")

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    conversation = models.ForeignKey(Conversation, on_delete=models.CASCADE, related_name="decisions")
    key = models.TextField(unique=True)
    run = models.TextField()
    state = models.TextField()
    slot = models.TextField()
    team = models.TextField(blank=True)
    facts = EncryptedJSONField(default=dict)
    asked_at = models.DateTimeField()
    due_at = models.DateTimeField()
    ended_at = models.DateTimeField(null=True, blank=True)
    how = models.CharField(max_length=8, choices=How, blank=True)
    answered_by = models.ForeignKey(Member, null=True, blank=True, on_delete=models.SET_NULL, related_name="+")

    objects = Decisions.as_manager()

    class Meta:
        indexes = [models.Index(fields=["due_at"], condition=Q(ended_at__isnull=True), name="decision_open")]
        constraints = [
            models.UniqueConstraint(
                fields=["run", "state", "slot"], condition=Q(ended_at__isnull=True), name="one_open_decision_a_step"
            )
        ]

    def __str__(self) -> str:
        return f"{self.state}: {self.slot}"

    def is_awaited(self, conversation: Conversation) -> bool:
        """`conversation`: its own, as it is now."""
        facts: dict[str, Any] = encryption.shown(conversation, "flow")
        awaited = conversation.is_open and conversation.is_the_bots and bool(facts)
        return awaited and Place.read(facts).asks(self.key)
