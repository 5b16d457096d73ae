"""The visitor: the person who asks."""

import uuid

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from apps.tenants.vault import encryption
from apps.tenants.vault.encryption import BlindIndexField, EncryptedJSONField, EncryptedTextField, IndexedModel


class Visitor(IndexedModel):
    """The person asking. `user_id` is set only when the tenant's signature vouched for it. Somebody with the database alone
    reads the name, but no addresses, numbers or claims: those are found whole, by their blind indexes."""

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
        return self.name or encryption.shown(self, "email") or gettext("Visitor %d") % number_of(self.id)


def number_of(visitor: uuid.UUID) -> int:
    """A number of four digits that people call a visitor without a name by. It stays the same; two may share one."""
    return 1000 + visitor.int % 9000
