"""The desk's side of a conversation: its case, whom it was offered to, what was taught and found by it."""

from django.conf import settings
from django.contrib.postgres.fields import ArrayField
from django.contrib.postgres.indexes import GinIndex
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from apps.agents.models.people import Team
from apps.conversations.models import Conversation, Handover, Visitor
from apps.knowledge.models import Article
from apps.tenants.workspace.models import Member


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


class Call(models.Model):
    """A colleague called a member to a conversation, by naming them in a note or by passing it on. `seq`: of the note that says
    why, or of the change of hands where there is none."""

    class Kind(models.TextChoices):
        MENTION = "mention"
        TRANSFER = "transfer"

    conversation = models.ForeignKey(Conversation, on_delete=models.CASCADE, related_name="calls", db_index=False)
    member = models.ForeignKey(Member, on_delete=models.CASCADE, related_name="calls")
    kind = models.CharField(max_length=8, choices=Kind)
    seq = models.PositiveIntegerField()
    read_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["conversation", "member", "seq"], name="one_call_a_seq")]
        indexes = [models.Index(fields=["conversation"], condition=Q(read_at=None), name="call_unread")]

    def __str__(self) -> str:
        return f"{self.member} {self.kind}"


class Lesson(models.Model):
    """The conversation that taught a draft: an agent's answer on its way into the knowledge."""

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
    """The search terms of one message or note (passages.tokens), made beside the hot path by `message_search`."""

    conversation = models.ForeignKey(Conversation, on_delete=models.CASCADE, related_name="spoken", db_index=False)
    seq = models.PositiveIntegerField()
    terms = ArrayField(models.CharField(max_length=64))

    class Meta:
        constraints = [models.UniqueConstraint(fields=["conversation", "seq"], name="one_spoken_a_seq")]
        indexes = [GinIndex(fields=["terms"], name="spoken_terms")]

    def __str__(self) -> str:
        return f"{self.conversation_id} {self.seq}"
