"""The tenant's own systems: what the calls of its flows ask, and the secret that signs them."""

from django.core.validators import RegexValidator
from django.db import models
from django.utils.translation import gettext_lazy as _

from apps.tenants.vault.encryption import EncryptedTextField, ReservedIdField
from apps.tenants.workspace.models import new_secret


class System(models.Model):
    """A server of the tenant's that flows call by `name`. Its secret is made with it and shown once."""

    id = ReservedIdField(primary_key=True)
    name = models.CharField(
        _("name"),
        max_length=60,
        unique=True,
        validators=[RegexValidator(r"^[\w-]+\Z", _("Letters and digits of any language, and dashes."))],
        help_text=_("What flows call it by, such as shop. A new name must be written into the flows too."),
    )
    base_url = models.URLField(
        _("address"), max_length=500, help_text=_("Flows add their paths to it, such as https://shop.example.com/api.")
    )
    health = models.CharField(
        _("path of the test"),
        max_length=200,
        default="/health",
        validators=[RegexValidator(r"^/\S*\Z", _("A path begins with /."))],
        help_text=_("The test asks for it with GET. It should change nothing."),
    )
    secret = EncryptedTextField(_("secret"), editable=False, default=new_secret)
    enabled = models.BooleanField(
        _("enabled"), default=True, help_text=_("Off: a flow that calls it goes on as after an error.")
    )

    class Meta:
        verbose_name = _("system")
        verbose_name_plural = _("systems")
        ordering = ["name"]

    def __str__(self) -> str:
        return self.name

    def rotate(self) -> str:
        """A new secret, valid from the next call on."""
        secret = new_secret()
        self.secret = secret
        self.save(update_fields=["secret"])
        return secret
