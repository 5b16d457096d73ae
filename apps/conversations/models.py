"""What was said: visitors, conversations, their numbered events, the bot's turns, handovers to people."""

import uuid

from django.conf import settings
from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import F, Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from apps.tenants.vault import encryption
from apps.tenants.vault.encryption import BlindIndexField, EncryptedJSONField, EncryptedTextField, IndexedModel


class Owner(models.TextChoices):
    """Who speaks next."""

    BOT = "bot", _("bot")
    QUEUE = "queue", _("queue")
    HUMAN = "human", _("human")


class Visitor(IndexedModel):
    """The person asking. `user_id` is set only when the tenant's signature vouched for it. Whoever has the database alone reads
    the name, and neither addresses nor numbers nor claims: those are found whole, by their blind indexes."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    user_id = models.CharField(_("user id"), max_length=200, null=True, blank=True, unique=True)
    name = models.CharField(_("name"), max_length=100, blank=True)
    email = EncryptedTextField(_("e-mail"), blank=True, default="", was_plain=True)
    email_index = BlindIndexField(of="email", kind="email")
    domain_index = BlindIndexField(of="email", kind="domain")
    phone = EncryptedTextField(_("phone"), blank=True, default="")
    phone_index = BlindIndexField(of="phone", kind="phone")
    language = models.CharField(_("language"), max_length=10, blank=True)
    blocked_at = models.DateTimeField(_("blocked at"), null=True, blank=True)
    created_at = models.DateTimeField(_("first seen"), auto_now_add=True)
    attributes = models.JSONField(_("attributes"), default=dict, blank=True, help_text=_("What agents wrote down."))
    notes = models.TextField(_("notes"), max_length=2_000, blank=True)
    claims = EncryptedJSONField(
        default=dict, blank=True, was_plain=True, help_text="attributes set by the page; nobody vouches for them"
    )
    vouched = ArrayField(
        models.CharField(max_length=10), default=list, blank=True, help_text="which of name, email and phone were signed"
    )
    signed = EncryptedJSONField(default=dict, blank=True, help_text="attributes that the tenant's own server signed")
    vouched_at = models.DateTimeField(null=True, blank=True, help_text="when what is vouched for was signed")
    page = models.JSONField(default=dict, blank=True, help_text="where they were last: url, title, referrer")
    device = models.CharField(_("device"), max_length=60, blank=True)
    merged_into = models.ForeignKey(
        "self", verbose_name=_("merged into"), null=True, blank=True, on_delete=models.CASCADE, related_name="merged"
    )

    class Meta:
        verbose_name = _("visitor")
        verbose_name_plural = _("visitors")
        indexes = [
            models.Index(fields=[f"{kind}_index"], condition=~Q(**{f"{kind}_index": ""}), name=f"visitor_{kind}_index")
            for kind in ("email", "domain", "phone")
        ]

    def __str__(self) -> str:
        return self.name or encryption.shown(self, "email") or str(self.id)[:8]


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
        _("waiting since"), null=True, blank=True, help_text=_("Since when the customer's last words are unanswered.")
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
    cause = models.CharField(_("cause"), max_length=20, blank=True, help_text=_("Why the bot could not do it."))
    trace = models.JSONField(_("trace"), default=list)
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


class Event(models.Model):
    """A durable thing that happened in a conversation, numbered 1, 2, 3 … without gaps. Never changed, never deleted alone."""

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


class Attachment(models.Model):
    """A file that one side sent up. It is said when an event of its conversation has its `client_id`; till then it waits a day.

    The claim stands before the event (a customer's message is written by group_commit, which also makes the conversation's
    row), so the conversation is no database key and a message that is sent again finds its files again.
    """

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    visitor = models.ForeignKey(Visitor, null=True, on_delete=models.SET_NULL, related_name="attachments")
    member = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, on_delete=models.SET_NULL, related_name="+")
    conversation = models.ForeignKey(
        Conversation, null=True, on_delete=models.SET_NULL, db_constraint=False, related_name="attachments"
    )
    client_id = models.UUIDField(null=True)
    name = models.CharField(_("name"), max_length=200)
    type = models.CharField(_("type"), max_length=100)
    size = models.PositiveBigIntegerField(_("size"))
    width = models.PositiveIntegerField(null=True)
    height = models.PositiveIntegerField(null=True)
    digest = models.CharField(max_length=64)
    path = models.CharField(max_length=100)
    touched_at = models.DateTimeField(help_text="sent up, or claimed by a message")

    class Meta:
        verbose_name = _("attachment")
        verbose_name_plural = _("attachments")
        indexes = [models.Index(fields=["touched_at"], name="attachment_touched")]

    def __str__(self) -> str:
        return self.name
