"""One talk, and who speaks next in it."""

import uuid
from collections.abc import Mapping
from datetime import datetime
from typing import Any, Self

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from apps.conversations.models.visitor import Visitor
from apps.tenants.vault.encryption import EncryptedJSONField


class Owner(models.TextChoices):
    """The side that speaks next."""

    BOT = "bot", _("bot")
    QUEUE = "queue", _("queue")
    HUMAN = "human", _("human")


class Conversations(models.QuerySet["Conversation"]):
    def open(self) -> Self:
        return self.filter(closed_at=None)

    def owned_by(self, *owners: Owner) -> Self:
        return self.filter(owner__in=owners)

    def with_people(self) -> Self:
        """The open ones that an agent has or shall have."""
        return self.open().owned_by(Owner.QUEUE, Owner.HUMAN)

    def waiting(self) -> Self:
        """The open ones in which the customer's last words are unanswered."""
        return self.open().filter(waiting_since__isnull=False)

    def confidential(self) -> Self:
        """Conversations in which what the customer says next is sealed."""
        return self.open().owned_by(Owner.BOT).filter(confidential=True)

    def touch(self, at: datetime) -> int:
        return self.update(changed_at=at)


class Conversation(models.Model):
    """One talk with one visitor, pinned to one release.

    Its state changes by the verbs below alone, on a ledger page, which holds the row and stores what they changed. Two
    statements write it without one, each for many rows: `ledger.batch` (what customers say) and `message_search` (`indexed`).
    """

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    visitor = models.ForeignKey(Visitor, verbose_name=_("visitor"), on_delete=models.CASCADE, related_name="conversations")
    release = models.PositiveIntegerField(_("release"))
    owner = models.CharField(_("owner"), max_length=5, choices=Owner, default=Owner.BOT)
    epoch = models.PositiveIntegerField(default=0)
    last_seq = models.PositiveIntegerField(default=0)
    language = models.CharField(_("language"), max_length=10, blank=True)
    flow = EncryptedJSONField(default=dict, db_default="", blank=True, help_text="its place in a flow; none: empty")
    confidential = models.BooleanField(
        default=False,
        db_default=False,
        help_text="its flow asks for something sensitive; what is said to that is sealed",
    )
    waiting_since = models.DateTimeField(
        _("waiting since"), null=True, blank=True, help_text=_("When the customer began to wait for an answer.")
    )
    visitor_read = models.PositiveIntegerField(default=0)
    team_read = models.PositiveIntegerField(default=0)
    indexed = models.PositiveIntegerField(db_default=0, help_text="up to which seq the desk's search has read it")
    opened_at = models.DateTimeField(_("opened at"), auto_now_add=True)
    changed_at = models.DateTimeField(_("last change"), auto_now_add=True)
    closed_at = models.DateTimeField(_("closed at"), null=True, blank=True)

    objects = Conversations.as_manager()

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

    # Questions.

    @property
    def is_open(self) -> bool:
        return self.closed_at is None

    @property
    def is_waiting(self) -> bool:
        return self.waiting_since is not None

    @property
    def is_the_bots(self) -> bool:
        return self.owner == Owner.BOT

    @property
    def is_queued(self) -> bool:
        return self.owner == Owner.QUEUE

    @property
    def is_with_person(self) -> bool:
        return self.owner == Owner.HUMAN

    @property
    def is_in_flow(self) -> bool:
        """Whether it stands in a flow; where is not opened for that."""
        return bool(self.__dict__.get("flow"))

    # Verbs, on a ledger page.

    def count_on(self) -> int:
        """Counts the next event; → its number."""
        self.last_seq += 1
        return self.last_seq

    def pass_to(self, owner: Owner) -> None:
        """Changes who speaks next: the epoch rises, so that whatever the former owner still writes cannot be stored."""
        self.owner = owner
        self.epoch += 1

    def wait(self, at: datetime) -> None:
        """The customer waits for an answer from then on; a customer who waits already has waited longer."""
        self.waiting_since = self.waiting_since or at

    def settle(self) -> None:
        """Nothing that the customer said is left to be answered."""
        self.waiting_since = None

    def speak(self, language: str) -> None:
        """All that is said from now on is in this language, until the customer speaks another."""
        self.language = language

    def stand(self, place: Mapping[str, Any]) -> None:
        """From now on it stands at this place in a flow; an empty one is none."""
        self.flow = place
        self.confidential = place.get("awaiting") == "slots" and bool(place.get("confidential"))

    def follow(self, release: int) -> None:
        """From now on it is answered by this release, because its own was taken back."""
        self.release = release

    def close(self, at: datetime) -> None:
        self.closed_at = at
        self.epoch += 1
        self.settle()

    def reopen(self) -> None:
        self.closed_at = None

    def touch(self, at: datetime) -> None:
        self.changed_at = at

    # Verbs that need no page.

    def read_again(self, seq: int) -> None:
        """The desk's search reads it anew from this number on."""
        Conversation.objects.filter(pk=self.pk, indexed__gte=seq).update(indexed=seq - 1)

    def read_by_team(self, seq: int) -> bool:
        """Notes up to which number the team has read; → whether that is news."""
        return bool(Conversation.objects.filter(pk=self.pk, team_read__lt=seq).update(team_read=seq))

    def read_by_visitor(self, seq: int) -> bool:
        """Notes the same of the other side."""
        return bool(Conversation.objects.filter(pk=self.pk, visitor_read__lt=seq).update(visitor_read=seq))
