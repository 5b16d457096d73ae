"""The platform's tenants, their hosts and their plans. These tables live in `public` alone."""

import re

from django.core.exceptions import ValidationError
from django.db import models
from django.utils.translation import gettext_lazy as _
from django_tenants.models import DomainMixin, TenantMixin

SLUG = re.compile(r"[a-z][a-z0-9]*(-[a-z0-9]+)*\Z")
RESERVED = {"public", "extensions", "www", "admin", "api", "template", "yingda-template", "pg", "information-schema"}


def check_slug(slug: str) -> None:
    if not SLUG.match(slug) or len(slug) > 40 or slug in RESERVED or slug.startswith("pg-"):
        raise ValidationError(
            _("Use 1 to 40 small letters, digits and single hyphens, beginning with a letter; some words are reserved.")
        )


class Plan(models.Model):
    """The limits of a tenant. 0 means no limit."""

    name = models.CharField(_("name"), max_length=60, unique=True)
    members = models.PositiveIntegerField(_("members"), default=0)
    messages_per_minute = models.PositiveIntegerField(_("messages per minute"), default=0)
    files_mb_a_day = models.PositiveIntegerField(_("megabytes of files a day"), default=0)
    files_mb = models.PositiveIntegerField(_("megabytes of files in all"), default=0)

    class Meta:
        verbose_name = _("plan")
        verbose_name_plural = _("plans")

    def __str__(self) -> str:
        return self.name


class Tenant(TenantMixin):  # type: ignore[misc]  # django-tenants has no types
    """A company on the platform. `apps.tenants.creation` makes its schema; saving a row alone does not."""

    auto_create_schema = False

    slug = models.CharField(_("short name"), max_length=40, unique=True, validators=[check_slug])
    name = models.CharField(_("name"), max_length=100)
    plan = models.ForeignKey(Plan, verbose_name=_("plan"), null=True, blank=True, on_delete=models.PROTECT, related_name="+")
    suspended = models.BooleanField(_("suspended"), default=False, help_text=_("A suspended tenant answers nobody."))
    created_at = models.DateTimeField(_("created at"), auto_now_add=True)

    class Meta:
        verbose_name = _("tenant")
        verbose_name_plural = _("tenants")

    def __str__(self) -> str:
        return self.name


class Domain(DomainMixin):  # type: ignore[misc]  # django-tenants has no types
    """A host name (without port) under which a tenant is reached."""

    class Meta:
        verbose_name = _("domain")
        verbose_name_plural = _("domains")


class SchemaTemplate(models.Model):
    """The SQL text that makes an empty tenant's schema, for one state of the migrations."""

    migrations = models.CharField(max_length=64, unique=True, help_text="SHA-256 of the migration state")
    sql = models.TextField()
    created_at = models.DateTimeField(auto_now_add=True)

    def __str__(self) -> str:
        return self.migrations[:12]


class Due(models.Model):
    """`kind` happened in `schema`: the sweepers that listen to it look at `at`, by the database's clock."""

    schema = models.CharField(max_length=63)
    kind = models.CharField(max_length=60)
    at = models.DateTimeField()

    class Meta:
        indexes = [models.Index(fields=["at"], name="due_at"), models.Index(fields=["schema", "kind", "at"], name="due_of")]

    def __str__(self) -> str:
        return f"{self.schema} {self.kind}"
