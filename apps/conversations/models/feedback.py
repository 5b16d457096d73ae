"""Words and marks about what the bot said, as rows that somebody works off."""

from datetime import datetime
from typing import Self
from uuid import UUID

from django.conf import settings
from django.db import models, transaction
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from apps.conversations.models.conversation import Conversation
from apps.tenants.workspace.models import Member


class Feedbacks(models.QuerySet["Feedback"]):
    """Scopes, and the verbs of those who work it off: each changes those in the right state, and tells how many these were."""

    def open(self) -> Self:
        return self.filter(done_at=None)

    def finish(self, by: Member) -> int:
        return self.open().update(done_at=timezone.now(), done_by=by)

    def reopen(self) -> int:
        return self.exclude(done_at=None).update(done_at=None, done_by=None)


class Feedback(models.Model):
    """One person's judgement of one answer (`of`: its seq) or of the whole conversation (`of` 0). Given anew, it replaces what
    they said before and is open again. What was asked and answered stays with the events."""

    class Kind(models.TextChoices):
        UP = "up", _("helped")
        DOWN = "down", _("did not help")
        CSAT = "csat", _("rating of a conversation")
        WRONG = "wrong", _("marked wrong by an agent")

    class Reason(models.TextChoices):
        WRONG = "wrong", _("it is wrong")
        MISSED = "missed", _("not what was asked")
        LONG = "long", _("too long")
        OUTDATED = "outdated", _("out of date")

    conversation = models.ForeignKey(
        Conversation, verbose_name=_("conversation"), on_delete=models.CASCADE, related_name="feedback"
    )
    of = models.PositiveIntegerField(default=0)
    kind = models.CharField(_("kind"), max_length=5, choices=Kind)
    score = models.SmallIntegerField(_("stars"), null=True, blank=True, help_text="1 to 5, of a conversation")
    reason = models.CharField(
        _("why"), max_length=8, choices=Reason, blank=True, db_default="", help_text="of an answer that did not help"
    )
    comment = models.TextField(_("comment"), blank=True)
    member = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        verbose_name=_("agent"),
        null=True,
        on_delete=models.SET_NULL,
        related_name="+",
        db_index=False,
        help_text="the agent who marked it",
    )
    at = models.DateTimeField(_("given"))
    done_at = models.DateTimeField(_("done at"), null=True, blank=True)
    done_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, on_delete=models.SET_NULL, related_name="+", db_index=False
    )

    objects = Feedbacks.as_manager()

    class Meta:
        verbose_name = _("piece of feedback")
        verbose_name_plural = _("feedback")
        ordering = ["-at", "-id"]
        constraints = [
            models.UniqueConstraint(
                fields=["conversation", "of"], condition=~Q(kind="wrong"), name="one_word_a_customer_and_answer"
            ),
            models.UniqueConstraint(fields=["conversation", "of"], condition=Q(kind="wrong"), name="one_mark_an_answer"),
        ]
        indexes = [models.Index(fields=["-at"], name="feedback_latest")]

    def __str__(self) -> str:
        return f"{self.get_kind_display()} {self.at:%Y-%m-%d %H:%M}"

    @classmethod
    def rate(cls, conversation: UUID, of: int | None, *, score: int, comment: str, at: datetime, reason: str = "") -> None:
        """The customer's word. `score`: 1 or -1 for the answer `of`, 1 to 5 for the conversation. On its ledger page."""
        kind = cls.Kind.CSAT if of is None else cls.Kind.UP if score > 0 else cls.Kind.DOWN
        told = {"kind": kind, "score": score if of is None else None, "reason": reason, "comment": comment, "at": at}
        anew = {"done_at": None, "done_by": None}
        theirs = cls.objects.exclude(kind=cls.Kind.WRONG)
        theirs.update_or_create(conversation_id=conversation, of=of or 0, defaults=told | anew)

    @classmethod
    def mark(cls, conversation: UUID, of: int, *, by: Member) -> None:
        """An agent says that this answer was wrong; said twice it is the same."""
        with transaction.atomic():
            cls.objects.get_or_create(
                conversation_id=conversation,
                of=of,
                kind=cls.Kind.WRONG,
                defaults={"member": by, "at": timezone.now()},
            )
