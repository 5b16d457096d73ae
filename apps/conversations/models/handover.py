"""A conversation's request for a person."""

import uuid
from datetime import datetime, timedelta
from typing import Self

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from apps.conversations.models.cause import Cause
from apps.conversations.models.conversation import Conversation
from apps.conversations.models.turn import Turn
from apps.tenants.vault.encryption import EncryptedTextField
from apps.tenants.workspace.models import Member

MANY = 1_000_000
MESSAGE_FORM = timedelta(days=7)  # how long the message form that nobody filled in stays open


class Handovers(models.QuerySet["Handover"]):
    """Scopes, and verbs: each changes those that are still in the right state, and tells how many these were."""

    def open(self) -> Self:
        return self.filter(done_at=None)

    def requested(self) -> Self:
        return self.open().filter(state=Handover.State.REQUESTED)

    def offered(self) -> Self:
        return self.open().filter(state=Handover.State.OFFERED)

    def waiting(self) -> Self:
        """The ones that wait for an agent."""
        return self.open().filter(state__in=(Handover.State.REQUESTED, Handover.State.OFFERED))

    def unattended(self) -> Self:
        """The ones for whom nobody was there, or nobody came in time."""
        return self.open().filter(state=Handover.State.NOBODY)

    def claimable(self) -> Self:
        return self.open().exclude(state=Handover.State.ACCEPTED)

    def there(self) -> Self:
        """The ones whose customer has not left the page."""
        return self.filter(left_at=None)

    def of_open_conversations(self) -> Self:
        return self.filter(conversation__closed_at=None)

    def offer(self, until: datetime) -> int:
        return self.requested().update(state=Handover.State.OFFERED, due_at=until)

    def ask_again(self) -> int:
        """Ends an offer that was declined, ran out or was withdrawn: the next agent is asked."""
        return self.offered().update(state=Handover.State.REQUESTED, due_at=None)

    def accept(self, member: Member, at: datetime) -> int:
        return self.open().update(state=Handover.State.ACCEPTED, accepted_by=member, accepted_at=at, due_at=None)

    def finish(self, at: datetime) -> int:
        return self.open().update(state=Handover.State.DONE, done_at=at, due_at=None)

    def note_left(self, at: datetime | None) -> int:
        """Notes when the customer left the page; None: they are there."""
        return self.claimable().update(left_at=at)

    def tell(self, place: int, at: datetime) -> int:
        """Notes which place in the queue the customer was told."""
        return self.waiting().update(told_position=place, told_at=at)


class Handover(models.Model):
    """A conversation's request for a person: why, what an agent needs to know, and how far it is. Open until `done_at`.

    requested → offered → accepted → done, back to requested when an offer is declined or runs out, and to nobody (the
    message form) when no one is there or no one came in time. `due_at` is when the state's timer ends; the room of agents
    moves it on then. Its state changes by its verbs alone, while the conversation's row is held (ledger).

    The place in line and the clock count from `requested_at`, which stays, whoever comes and goes meanwhile; patience from
    `waiting_from`, when it last came to stand in line. Who left the page (`left_at`) keeps both and is passed over by those who
    are there; so a place that was told never grows for them, whoever comes back.
    """

    class State(models.TextChoices):
        REQUESTED = "requested", _("waits for an agent")
        OFFERED = "offered", _("offered to an agent")
        ACCEPTED = "accepted", _("with an agent")
        NOBODY = "nobody", _("nobody there, message form offered")
        DONE = "done", _("done")

    class Sorry(models.TextChoices):
        """The reason why a person does not come now, as the customer was last told it."""

        NOBODY = "nobody", _("nobody is there")
        BUSY = "busy", _("everybody is busy")

    class Reason(models.TextChoices):
        """Why it waits for another agent; for the first one it does because of a Cause."""

        TRANSFERRED = "transferred", _("passed on by an agent")
        LOST = "lost", _("the agent went away")

    REASONS = [*Cause.of_handovers(), *Reason.choices]

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    conversation = models.ForeignKey(Conversation, on_delete=models.CASCADE, related_name="handovers")
    turn = models.ForeignKey(Turn, null=True, blank=True, on_delete=models.SET_NULL, related_name="+")
    reason = models.CharField(_("reason"), max_length=20, choices=REASONS)
    summary = models.JSONField(_("summary"), default=dict, help_text="asked, tried, sources")
    online = models.BooleanField(_("somebody was there"), default=False)
    contact = EncryptedTextField(_("e-mail to answer to"), blank=True, default="", was_plain=True)
    state = models.CharField(_("state"), max_length=9, choices=State, default=State.REQUESTED)
    due_at = models.DateTimeField(_("state's timer ends"), null=True, blank=True)
    requested_at = models.DateTimeField(_("requested at"), default=timezone.now)
    waiting_from = models.DateTimeField(_("waiting in line from"), default=timezone.now)
    left_at = models.DateTimeField(_("left the page at"), null=True, blank=True)
    sorry = models.CharField(max_length=6, choices=Sorry, blank=True, default="")
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

    objects = Handovers.as_manager()

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

    @property
    def is_waiting(self) -> bool:
        return self.state in (self.State.REQUESTED, self.State.OFFERED)

    def ahead(self) -> int:
        """The number of others who are there and wait for an agent before this one."""
        waiting = Handover.objects.waiting().there().filter(requested_at__lt=self.requested_at)
        return waiting.exclude(conversation=self.conversation_id).count()

    def wait(self, at: datetime) -> int:
        """Stands in the queue; → the place there, by when it was first asked for, and no larger than was told before. Patience
        begins anew for one that did not."""
        if not self.is_waiting:
            self.state, self.due_at, self.waiting_from = self.State.REQUESTED, None, at
            self.accepted_by = self.accepted_at = None
        place = min(self.ahead() + 1, self.told_position or MANY)
        self.online, self.told_position, self.told_at = True, place, at
        self.save()
        return place

    def leave(self, at: datetime, *, online: bool) -> None:
        """Leaves the queue for the message form: nobody was there, or nobody came although somebody was `online`; the customer
        has been told so."""
        self.state, self.due_at, self.sorry = self.State.NOBODY, at + MESSAGE_FORM, self.why(online=online)
        self.online, self.told_at = online, at
        self.save()

    def why(self, *, online: bool) -> str:
        return self.Sorry.BUSY if online else self.Sorry.NOBODY

    def answer_to(self, email: str) -> None:
        self.contact = email
        self.save(update_fields=["contact"])
