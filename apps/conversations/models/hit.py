"""The audit of filters: each place where a rule found something, and what was done about it."""

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from apps.conversations.models.conversation import Conversation
from apps.conversations.models.event import Event
from apps.conversations.models.turn import Turn
from apps.filters.models.rules import Action, Direction
from apps.tenants.vault.encryption import EncryptedTextField, ReservedIdField


class Hit(models.Model):
    """`rule` and `name`: of the rule as the release has it, which may be gone since. Found in a `turn`, in a message as it was
    written (`event`), in what a `member` wrote and might not send, or in what left the house; without a `conversation` in a
    line of the log that speaks of none. `start` and `end`: characters of the text that the rule looked at. The text of the
    place is sealed. Told again, a turn finds the same, and a message sent again is the same: one row a place."""

    id = ReservedIdField(primary_key=True)
    conversation = models.ForeignKey(
        Conversation, null=True, verbose_name=_("conversation"), on_delete=models.CASCADE, related_name="hits"
    )
    turn = models.ForeignKey(Turn, null=True, on_delete=models.CASCADE, related_name="hits", db_index=False)
    event = models.ForeignKey(Event, null=True, on_delete=models.CASCADE, related_name="hits", db_index=False)
    member = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, on_delete=models.SET_NULL, related_name="+", db_index=False)
    release = models.PositiveIntegerField(_("release"))
    rule = models.CharField(max_length=20)
    name = models.CharField(_("filter"), max_length=60)
    direction = models.CharField(_("direction"), max_length=20, choices=Direction)
    action = models.CharField(_("what was done"), max_length=10, choices=Action)
    what = models.CharField(_("what"), max_length=30, blank=True)
    start = models.PositiveIntegerField()
    end = models.PositiveIntegerField()
    text = EncryptedTextField(_("text"), blank=True)
    at = models.DateTimeField(_("at"), auto_now_add=True)

    class Meta:
        verbose_name = _("hit")
        verbose_name_plural = _("hits")
        ordering = ["-id"]
        constraints = [
            models.UniqueConstraint(fields=["turn", "rule", "direction", "start"], name="one_hit_a_place"),
            models.UniqueConstraint(fields=["event", "rule", "direction", "start"], name="one_hit_a_place_of_a_message"),
        ]
        indexes = [
            models.Index(fields=["rule", "-id"], name="conversations_hit_latest"),
            models.Index(fields=["at"], condition=models.Q(conversation=None), name="conversations_hit_of_lines"),
        ]

    def __str__(self) -> str:
        return f"{self.name} {self.start}"
