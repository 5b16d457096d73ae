"""The people: who is there, in which team, with which skills; what was offered to whom; the desk's side of a conversation."""

import uuid

from django.conf import settings
from django.contrib.postgres.fields import ArrayField
from django.contrib.postgres.indexes import GinIndex
from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from apps.agents.errands import DeadLetter, Errand
from apps.conversations.models import Conversation, Handover, Visitor
from apps.knowledge.models import Article
from apps.tenants.encryption import BlindIndexField, EncryptedTextField, IndexedModel, ReservedIdField
from apps.tenants.workspace.models import Member

__all__ = ["DeadLetter", "Errand"]


class DeskSettings(models.Model):
    """How the tenant's desk works: one row."""

    id = ReservedIdField(primary_key=True)
    offer_seconds = models.PositiveIntegerField(
        _("seconds to accept"), default=30, validators=[MinValueValidator(5), MaxValueValidator(600)]
    )
    patience_minutes = models.PositiveIntegerField(
        _("minutes until the message form"),
        default=10,
        validators=[MinValueValidator(1)],
        help_text=_("A customer whom nobody took by then is asked for an e-mail instead."),
    )
    target_seconds = models.PositiveIntegerField(
        _("target for a first reply, in seconds"), default=120, help_text=_("Waiting customers turn orange, then red.")
    )
    capacity = models.PositiveIntegerField(
        _("conversations an agent has at once"), default=5, help_text=_("For agents without a number of their own.")
    )
    gone_minutes = models.PositiveIntegerField(
        _("minutes until a gone agent's customer waits in the queue again"), default=2, validators=[MinValueValidator(1)]
    )
    drafts = models.BooleanField(_("agents see what a customer is typing"), default=True)
    ticket_hours = models.PositiveIntegerField(_("hours until a ticket is due"), default=24)
    ticket_email = models.EmailField(_("send tickets to this e-mail"), blank=True)
    ticket_webhook = models.URLField(
        _("send tickets to this address"),
        blank=True,
        max_length=500,
        help_text=_("Your own system's address: it gets every ticket, and every change of one, as signed JSON."),
    )
    webhook_secret = EncryptedTextField(_("webhook secret"), blank=True, editable=False)

    class Meta:
        verbose_name = _("desk settings")
        verbose_name_plural = _("desk settings")

    def __str__(self) -> str:
        return str(_("Desk"))

    @classmethod
    def load(cls) -> "DeskSettings":
        """Without the secret: the queue works even when that does not open any more."""
        return cls.objects.defer("webhook_secret").get_or_create(pk=1)[0]


class Presence(models.Model):
    """Whether an agent is there: the state they chose, and when an open console was last seen (every 10 s)."""

    class State(models.TextChoices):
        ONLINE = "online", _("online")
        AWAY = "away", _("away")
        OFFLINE = "offline", _("offline")

    member = models.OneToOneField(Member, on_delete=models.CASCADE, primary_key=True, related_name="presence")
    state = models.CharField(_("state"), max_length=7, choices=State, default=State.ONLINE)
    seen_at = models.DateTimeField(_("last seen"), null=True, blank=True)
    capacity = models.PositiveIntegerField(_("conversations at once"), null=True, blank=True)

    class Meta:
        verbose_name = _("presence")
        verbose_name_plural = _("presence")

    def __str__(self) -> str:
        return f"{self.member}: {self.get_state_display()}"


class Team(models.Model):
    name = models.CharField(_("name"), max_length=60, unique=True)
    members = models.ManyToManyField(Member, verbose_name=_("members"), related_name="teams", blank=True)

    class Meta:
        verbose_name = _("team")
        verbose_name_plural = _("teams")
        ordering = ["name"]

    def __str__(self) -> str:
        return self.name


class Skill(models.Model):
    """What an agent can do: a language they write, a topic they know. Without a language they count as able in any."""

    class Kind(models.TextChoices):
        LANGUAGE = "language", _("language")
        TOPIC = "topic", _("topic")

    member = models.ForeignKey(Member, verbose_name=_("member"), on_delete=models.CASCADE, related_name="skills")
    kind = models.CharField(_("kind"), max_length=8, choices=Kind, default=Kind.LANGUAGE)
    name = models.CharField(_("name"), max_length=60, help_text=_("A language as en or zh-hans, or a topic's name."))

    class Meta:
        verbose_name = _("skill")
        verbose_name_plural = _("skills")
        constraints = [models.UniqueConstraint(fields=["member", "kind", "name"], name="one_skill_a_name")]

    def __str__(self) -> str:
        return f"{self.member}: {self.name}"


class Case(models.Model):
    """The desk's side of a conversation: who has it and how it is filed. Changed only on the conversation's ledger page."""

    PRIORITIES = ((0, _("normal")), (1, _("raised")), (2, _("high")), (3, _("urgent")))

    conversation = models.OneToOneField(Conversation, on_delete=models.CASCADE, primary_key=True, related_name="case")
    assignee = models.ForeignKey(
        Member, verbose_name=_("agent"), null=True, blank=True, on_delete=models.SET_NULL, related_name="cases"
    )
    team = models.ForeignKey(
        Team, verbose_name=_("team"), null=True, blank=True, on_delete=models.SET_NULL, related_name="cases"
    )
    tags = ArrayField(models.CharField(max_length=40), verbose_name=_("tags"), default=list, blank=True)
    priority = models.PositiveSmallIntegerField(_("priority"), choices=PRIORITIES, default=0)
    snoozed_until = models.DateTimeField(_("snoozed until"), null=True, blank=True)

    class Meta:
        verbose_name = _("case")
        verbose_name_plural = _("cases")

    def __str__(self) -> str:
        return str(self.conversation_id)[:8]


class Offer(models.Model):
    """A handover offered to one agent for some seconds. At most one is open a handover."""

    class State(models.TextChoices):
        OPEN = "open", _("open")
        ACCEPTED = "accepted", _("accepted")
        DECLINED = "declined", _("declined")
        EXPIRED = "expired", _("ran out")
        WITHDRAWN = "withdrawn", _("withdrawn")

    handover = models.ForeignKey(Handover, on_delete=models.CASCADE, related_name="offers")
    member = models.ForeignKey(Member, verbose_name=_("agent"), on_delete=models.CASCADE, related_name="offers")
    state = models.CharField(_("state"), max_length=9, choices=State, default=State.OPEN)
    offered_at = models.DateTimeField(_("offered at"))
    expires_at = models.DateTimeField(_("runs out at"))
    ended_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        verbose_name = _("offer")
        verbose_name_plural = _("offers")
        constraints = [
            models.UniqueConstraint(fields=["handover"], condition=Q(state="open"), name="one_open_offer_a_handover")
        ]

    def __str__(self) -> str:
        return f"{self.member} {self.get_state_display()}"


class CannedReply(models.Model):
    """A reply kept for use, called by /shortcut: of one member, of a team or of everybody. {name} is filled in."""

    shortcut = models.SlugField(_("shortcut"), max_length=40, allow_unicode=True)
    title = models.CharField(_("title"), max_length=100)
    text = models.TextField(_("text"), max_length=5_000, help_text=_("{name}, {agent} and {site} are filled in."))
    member = models.ForeignKey(
        Member, verbose_name=_("only for this member"), null=True, blank=True, on_delete=models.CASCADE, related_name="canned"
    )
    team = models.ForeignKey(
        Team, verbose_name=_("only for this team"), null=True, blank=True, on_delete=models.CASCADE, related_name="canned"
    )

    class Meta:
        verbose_name = _("canned reply")
        verbose_name_plural = _("canned replies")
        ordering = ["shortcut"]
        constraints = [
            models.CheckConstraint(condition=Q(member=None) | Q(team=None), name="canned_of_a_member_or_a_team"),
            models.UniqueConstraint(fields=["shortcut", "member", "team"], name="one_canned_a_shortcut", nulls_distinct=False),
        ]

    def __str__(self) -> str:
        return f"/{self.shortcut}"

    @property
    def scope(self) -> str:
        return "personal" if self.member_id else "team" if self.team_id else "tenant"


class Ticket(IndexedModel):
    """What a conversation leaves to be done. `key` says what it was made for, so that it is made once."""

    class Status(models.TextChoices):
        OPEN = "open", _("open")
        PENDING = "pending", _("waits for the customer")
        SOLVED = "solved", _("solved")

    number = ReservedIdField(_("number"), primary_key=True)
    key = models.CharField(max_length=100, unique=True, editable=False, default=uuid.uuid4)
    subject = models.CharField(_("subject"), max_length=200)
    body = models.TextField(_("text"), blank=True)
    priority = models.PositiveSmallIntegerField(_("priority"), choices=Case.PRIORITIES, default=0)
    assignee = models.ForeignKey(
        Member, verbose_name=_("agent"), null=True, blank=True, on_delete=models.SET_NULL, related_name="tickets"
    )
    status = models.CharField(_("status"), max_length=7, choices=Status, default=Status.OPEN)
    due_at = models.DateTimeField(_("due"), null=True, blank=True)
    conversation = models.ForeignKey(
        Conversation, verbose_name=_("conversation"), null=True, blank=True, on_delete=models.SET_NULL, related_name="tickets"
    )
    contact = EncryptedTextField(_("e-mail to answer to"), blank=True, default="", was_plain=True)
    contact_index = BlindIndexField(of="contact", kind="email")
    created_at = models.DateTimeField(_("created at"), auto_now_add=True)

    class Meta:
        verbose_name = _("ticket")
        verbose_name_plural = _("tickets")
        ordering = ["-number"]
        indexes = [models.Index(fields=["contact_index"], condition=~Q(contact_index=""), name="ticket_contact_index")]

    def __str__(self) -> str:
        return f"#{self.number} {self.subject}"


class Lesson(models.Model):
    """Which conversation taught a draft: an agent's answer on its way into the knowledge."""

    article = models.OneToOneField(Article, on_delete=models.CASCADE, related_name="lesson")
    conversation = models.ForeignKey(Conversation, on_delete=models.CASCADE, related_name="lessons")
    member = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, on_delete=models.SET_NULL, related_name="+")
    created_at = models.DateTimeField(auto_now_add=True)

    def __str__(self) -> str:
        return str(self.article)


class Merge(models.Model):
    """Two visitors became one: who said so, when, and which conversations came over."""

    kept = models.ForeignKey(Visitor, on_delete=models.CASCADE, related_name="+")
    gone = models.ForeignKey(Visitor, on_delete=models.CASCADE, related_name="+")
    member = models.ForeignKey(Member, null=True, on_delete=models.SET_NULL, related_name="+")
    moved = ArrayField(models.UUIDField(), default=list)
    at = models.DateTimeField(auto_now_add=True)

    def __str__(self) -> str:
        return f"{self.gone_id} → {self.kept_id}"


class Spoken(models.Model):
    """The search terms of one message or note (apps.knowledge.tokens), made beside the hot path by `message_search`."""

    conversation = models.ForeignKey(Conversation, on_delete=models.CASCADE, related_name="spoken", db_index=False)
    seq = models.PositiveIntegerField()
    terms = ArrayField(models.CharField(max_length=64))

    class Meta:
        constraints = [models.UniqueConstraint(fields=["conversation", "seq"], name="one_spoken_a_seq")]
        indexes = [GinIndex(fields=["terms"], name="spoken_terms")]

    def __str__(self) -> str:
        return f"{self.conversation_id} {self.seq}"
