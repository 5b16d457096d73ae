"""The tenant's mail: the way out, by a server of its own."""

from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.utils.translation import gettext_lazy as _

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
    origin = models.URLField(_("address of the links in mails"), max_length=300, editable=False)

    class Meta:
        verbose_name = _("mail")
        verbose_name_plural = _("mail")

    def __str__(self) -> str:
        return self.sender
