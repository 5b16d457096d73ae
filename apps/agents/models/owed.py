"""The work that is owed: tickets, errands, and errands that failed for good."""

import uuid

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from apps.agents.models.case import Case
from apps.conversations.models import Conversation
from apps.tenants.vault.encryption import BlindIndexField, EncryptedTextField, IndexedModel, ReservedIdField
from apps.tenants.workspace.models import Member

KINDS = {
    "ticket": _("ticket"),
    "email": _("e-mail"),
    "webhook": _("webhook"),
    "mail": _("reply by mail"),
    "invitation": _("invitation"),
    "transcript": _("conversation by mail"),
}


class Ticket(IndexedModel):
    """The work that a conversation leaves to be done. `key` says what it was made for, so that it is made once."""

    class Status(models.TextChoices):
        OPEN = "open", _("open")
        PENDING = "pending", _("waits for the customer")
        SOLVED = "solved", _("solved")

    number = ReservedIdField(_("number"), primary_key=True)
    key = models.CharField(max_length=100, unique=True, editable=False, default=uuid.uuid4)
    reference = models.CharField(
        _("reference"),
        max_length=20,
        blank=True,
        default="",
        db_default="",
        editable=False,
        help_text=_("The name by which the customer was told of it."),
    )
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
    contact = EncryptedTextField(_("address to answer to"), blank=True, default="", was_plain=True)
    contact_index = BlindIndexField(of="contact", kind="email")
    created_at = models.DateTimeField(_("created at"), auto_now_add=True)

    class Meta:
        verbose_name = _("ticket")
        verbose_name_plural = _("tickets")
        ordering = ["-number"]
        indexes = [models.Index(fields=["contact_index"], condition=~Q(contact_index=""), name="ticket_contact_index")]

    def __str__(self) -> str:
        return f"#{self.number} {self.subject}"


class Errand(models.Model):
    """One thing to do once: `kind` names the doer, `key` what makes it one."""

    kind = models.CharField(_("kind"), max_length=20)
    key = models.CharField(_("key"), max_length=100, unique=True)
    payload = models.JSONField(_("content"), default=dict)
    attempts = models.PositiveSmallIntegerField(_("attempts"), default=0)  # killed ones too
    failures = models.PositiveSmallIntegerField(_("failures"), default=0)  # three, and it is a dead letter
    error = models.TextField(_("error"), blank=True)
    wake_at = models.DateTimeField(_("next try"), null=True, blank=True, help_text="empty: nothing to do any more")
    created_at = models.DateTimeField(auto_now_add=True)
    done_at = models.DateTimeField(_("done at"), null=True, blank=True)

    class Meta:
        verbose_name = _("errand")
        verbose_name_plural = _("errands")
        indexes = [models.Index(fields=["wake_at"], condition=models.Q(wake_at__isnull=False), name="errand_due")]

    def __str__(self) -> str:
        return f"{KINDS.get(self.kind, self.kind)} · {self.key}"

    @property
    def state(self) -> str:
        return "done" if self.done_at else "dead" if self.wake_at is None else "failed" if self.error else "waiting"


class DeadLetter(models.Model):
    """An errand that failed for good, until somebody repairs and resends it."""

    errand = models.ForeignKey(Errand, verbose_name=_("errand"), on_delete=models.CASCADE, related_name="dead_letters")
    error = models.TextField(_("error"))
    died_at = models.DateTimeField(_("failed at"), auto_now_add=True)
    resent_at = models.DateTimeField(_("sent again at"), null=True, blank=True)

    class Meta:
        verbose_name = _("undelivered item")
        verbose_name_plural = _("undelivered items")
        ordering = ["-died_at"]

    def __str__(self) -> str:
        return str(self.errand)
