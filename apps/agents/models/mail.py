"""The tenant's mail: the way out, by a server of its own, and what went out by it."""

import uuid

from django.contrib.postgres.fields import ArrayField
from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.utils.translation import gettext_lazy as _

from apps.conversations.models import Conversation
from apps.tenants.vault.encryption import EncryptedTextField, ReservedIdField

PORTS = [MinValueValidator(1), MaxValueValidator(65_535)]


class Security(models.TextChoices):
    TLS = "tls", _("TLS from the start")
    STARTTLS = "starttls", _("STARTTLS")
    PLAIN = "plain", _("no encryption")


class MailAccount(models.Model):
    """The tenant's mail server and address: one row, or none. Without it nothing in the product promises to write."""

    id = ReservedIdField(primary_key=True)
    sender = models.EmailField(_("address"), help_text=_("Customers see it as the sender and answer to it."))
    sender_name = models.CharField(_("name"), max_length=100, blank=True, help_text=_("Empty means the site's name."))
    host = models.CharField(_("outgoing server"), max_length=253, help_text=_("Such as smtp.example.com."))
    port = models.PositiveIntegerField(_("port"), default=465, validators=PORTS)
    security = models.CharField(_("encryption"), max_length=8, choices=Security, default=Security.TLS)
    user = models.CharField(_("user name"), max_length=254, blank=True)
    password = EncryptedTextField(_("password"), blank=True)
    wait_minutes = models.PositiveIntegerField(
        _("minutes until a reply is mailed"),
        default=2,
        validators=[MaxValueValidator(1_440)],
        help_text=_("To a customer who has left. What is replied meanwhile goes in the same mail."),
    )
    plus = models.BooleanField(
        _("the mailbox takes name+anything@"),
        default=False,
        help_text=_("Gmail, Outlook and most others do. Answers then find their conversation by the address, too."),
    )
    imap_host = models.CharField(
        _("incoming server"),
        max_length=253,
        blank=True,
        help_text=_(
            "Such as imap.example.com, by IMAP and the same user name and password. Empty: answers stay in the mailbox."
        ),
    )
    imap_port = models.PositiveIntegerField(_("port"), default=993, validators=PORTS)
    imap_security = models.CharField(_("encryption"), max_length=8, choices=Security, default=Security.TLS)
    folder = models.CharField(_("folder"), max_length=200, default="INBOX")
    generation = models.BigIntegerField(null=True, editable=False, help_text="the mailbox's UIDVALIDITY")
    read_up_to = models.BigIntegerField(default=0, editable=False, help_text="the UID of the last mail that was read")
    reading_until = models.DateTimeField(null=True, editable=False, help_text="a worker reads it until then")
    problem = models.CharField(_("last problem"), max_length=500, blank=True, editable=False)
    origin = models.URLField(_("address of the links in mails"), max_length=300, editable=False)

    class Meta:
        verbose_name = _("mail")
        verbose_name_plural = _("mail")

    def __str__(self) -> str:
        return str(_("Mail account"))


class Mailing(models.Model):
    """The replies to a customer that go in one mail, and what became of it. While it waits, further replies join it; from then
    on they are fixed, and with them its text and its Message-ID, however often it has to be handed over."""

    class State(models.TextChoices):
        WAITING = "waiting", _("waits")
        GOING = "going", _("on its way")
        SENT = "sent", _("sent by mail")
        BOUNCED = "bounced", _("bounced")
        FAILED = "failed", _("not sent")
        NEEDLESS = "needless", _("read in the chat")

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    conversation = models.ForeignKey(Conversation, on_delete=models.CASCADE, related_name="mailings")
    seqs = ArrayField(models.PositiveIntegerField(), help_text="the replies, by their numbers")
    state = models.CharField(max_length=8, choices=State, default=State.WAITING)
    message_id = models.CharField(max_length=200, blank=True, db_index=True)
    error = models.CharField(max_length=500, blank=True)
    made_at = models.DateTimeField(auto_now_add=True)
    ended_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        verbose_name = _("mailing")
        verbose_name_plural = _("mailings")
        ordering = ["made_at"]
        constraints = [
            models.UniqueConstraint(
                fields=["conversation"], condition=models.Q(state="waiting"), name="one_waiting_mailing_a_conversation"
            )
        ]

    def __str__(self) -> str:
        return f"{self.get_state_display()} {self.seqs}"


class Received(models.Model):
    """A mail that was taken, by its Message-ID: taken once, however often it is found."""

    message_id = models.CharField(max_length=260, unique=True)
    what = models.CharField(max_length=10)
    at = models.DateTimeField(auto_now_add=True)

    def __str__(self) -> str:
        return f"{self.what} {self.message_id}"


class IncomingMail(models.Model):
    """A customer's answer that came by mail, beside the message that it was said as. `whole`: all its words, where quotes or
    signatures were cut off; `checks`: what the mailbox's server found of its sender, such as “dkim=pass spf=pass”."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    conversation = models.ForeignKey(Conversation, on_delete=models.CASCADE, related_name="incoming_mails")
    seq = models.PositiveIntegerField()
    whole = EncryptedTextField(blank=True)
    checks = models.CharField(max_length=100, blank=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["conversation", "seq"], name="one_mail_a_message")]

    def __str__(self) -> str:
        return f"{self.seq} {self.checks}"
