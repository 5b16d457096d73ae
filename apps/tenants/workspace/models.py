"""Each tenant's own people and site. The platform's schema holds these tables too, for its admins."""

import secrets
import uuid
from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo, available_timezones

from django.contrib.auth.models import AbstractUser
from django.core.exceptions import ValidationError
from django.core.validators import MaxValueValidator, MinValueValidator, RegexValidator
from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from apps.tenants import context
from apps.tenants.vault.encryption import EncryptedTextField, ReservedIdField
from apps.tenants.workspace.hours import WEEKDAYS as WEEKDAYS
from apps.tenants.workspace.hours import Hours, check_dates, check_hours

LANGUAGES = [("en", "English"), ("zh-hans", "简体中文")]


class Role(models.TextChoices):
    OWNER = "owner", _("Owner")
    OPERATOR = "operator", _("Operator")
    AGENT = "agent", _("Agent")
    VIEWER = "viewer", _("Viewer")


class Member(AbstractUser):
    """A person of the tenant. What a role may do stands in `roles.py`."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    role = models.CharField(_("role"), max_length=10, choices=Role, default=Role.VIEWER)
    display_name = models.CharField(_("display name"), max_length=60, blank=True, help_text=_("The name that customers see."))
    language = models.CharField(_("language"), max_length=10, choices=LANGUAGES, blank=True)

    class Meta:
        verbose_name = _("member")
        verbose_name_plural = _("members")

    def clean(self) -> None:
        super().clean()
        tenant = context.get()
        plan = getattr(tenant, "plan", None)
        others = Member.objects.filter(is_active=True).exclude(pk=self.pk).count()
        if self.is_active and plan and plan.members and others >= plan.members:
            raise ValidationError(_("Your plan allows %d active members. Deactivate one first.") % plan.members)

    def __str__(self) -> str:
        return self.display_name or self.get_full_name() or self.username


def new_key() -> str:
    return secrets.token_urlsafe(18)


def new_secret() -> str:
    return secrets.token_hex(32)


def check_timezone(name: str) -> None:
    if name not in available_timezones():
        raise ValidationError(_("Use a time zone name such as Europe/London or Asia/Shanghai."))


class Site(models.Model):
    """The tenant's settings: one row. What the bot does with them goes live with a release."""

    id = ReservedIdField(primary_key=True)
    name = models.CharField(_("name"), max_length=100)
    language = models.CharField(_("language"), max_length=10, choices=LANGUAGES, default="en")
    greeting = models.CharField(_("greeting"), max_length=500, blank=True)
    suggestions = models.JSONField(
        _("suggestions"), default=list, blank=True, help_text=_("Up to five questions shown at first open.")
    )
    accent = models.CharField(
        _("accent colour"),
        max_length=7,
        default="#2f5bd7",
        validators=[RegexValidator(r"^#[0-9a-fA-F]{6}\Z", _("Use a colour such as #2f5bd7."))],
    )
    position = models.CharField(
        _("position"), max_length=5, choices=[("right", _("right")), ("left", _("left"))], default="right"
    )
    mode = models.CharField(
        _("light or dark"),
        max_length=5,
        choices=[("auto", _("as the visitor's system")), ("light", _("light")), ("dark", _("dark"))],
        default="auto",
    )
    allowed_origins = models.JSONField(
        _("allowed origins"),
        default=list,
        blank=True,
        help_text=_("Sites that may show the widget, such as https://shop.example.com; the tenant's own hosts always may."),
    )
    site_key = models.CharField(_("site key"), max_length=64, default=new_key, unique=True)
    identity_secret = EncryptedTextField(_("identity secret"), max_length=128, default=new_secret, was_plain=True)
    sure = models.FloatField(
        _("sure from"),
        default=0.65,
        validators=[MinValueValidator(0), MaxValueValidator(1)],
        help_text=_("From this search score on, an answer is quoted as it stands."),
    )
    floor = models.FloatField(
        _("unsure below"),
        default=0.1,
        validators=[MinValueValidator(0), MaxValueValidator(1)],
        help_text=_(
            "Below this search score the bot does not answer, a person does. In between it shows the best passage and asks"
            " whether that was meant."
        ),
    )
    answers_waiting = models.BooleanField(
        _("the bot answers while customers wait for a person"),
        default=True,
        db_default=True,
        help_text=_("Only what it is sure of. They keep their place, and the person who comes sees what was said."),
    )
    office_hours = models.JSONField(
        _("office hours"),
        default=dict,
        blank=True,
        validators=[check_hours],
        help_text=_('When people answer, by weekday: {"mon": [["09:00", "18:00"]]}. Empty means always.'),
    )
    holidays = models.JSONField(
        _("holidays"),
        default=list,
        blank=True,
        validators=[check_dates],
        help_text=_("Days on which nobody answers, whatever the hours say: 2026-12-25, one a line."),
    )
    timezone = models.CharField(_("time zone"), max_length=64, default="UTC", validators=[check_timezone])
    reply_minutes = models.PositiveIntegerField(_("usual reply time"), default=5, help_text=_("Minutes, as told to customers."))

    ask_first = models.JSONField(
        _("asked before the first message"),
        default=list,
        db_default=[],
        blank=True,
    )
    consent = models.CharField(
        _("consent"),
        max_length=500,
        blank=True,
        default="",
        db_default="",
        help_text=_("A sentence that customers agree to before they write. It is kept with the time for each of them."),
    )
    consent_link = models.URLField(
        _("page about it"),
        max_length=300,
        blank=True,
        default="",
        db_default="",
        help_text=_("Such as your privacy policy."),
    )

    explains = models.BooleanField(
        _("explain each form"),
        default=True,
        db_default=True,
        help_text=_("A line “What is this?” over each form says what it is for."),
    )

    class Meta:
        verbose_name = _("site")
        verbose_name_plural = _("site")

    def __str__(self) -> str:
        return self.name

    @classmethod
    def load(cls) -> "Site":
        return cls.objects.get()

    def snippet(self, base: str) -> str:
        """The line that puts the chat on a page. `base`: https://host of the tenant."""
        return f'<script src="{base}/widget.js" data-site-key="{self.site_key}" async></script>'

    def clean(self) -> None:
        if self.floor > self.sure:
            raise ValidationError({"floor": _("“Unsure below” cannot be above “sure from”.")})

    @property
    def first(self) -> dict[str, Any]:
        """Asked before the first message: `{fields, consent?, link?}`; empty where nothing is."""
        told = {"fields": self.ask_first, "consent": self.consent, "link": self.consent_link if self.consent else ""}
        return (
            {name: value for name, value in told.items() if value or name == "fields"} if self.ask_first or self.consent else {}
        )

    @property
    def theme(self) -> dict[str, str]:
        return {"accent": self.accent, "position": self.position, "mode": self.mode}

    def is_open(self, at: datetime | None = None) -> bool:
        """Whether `at` (now) lies in office hours and on no holiday; a site without hours is open every other day."""
        return self.hours.is_open(at or timezone.now())

    def next_opening(self, at: datetime | None = None) -> datetime | None:
        """The next opening after `at` (now), by the site's clock; None while it is open, and when there is none in sight."""
        return self.hours.next_opening(at or timezone.now())

    @property
    def hours(self) -> Hours:
        return Hours(self.office_hours, self.holidays, ZoneInfo(self.timezone))


class DataKey(models.Model):
    """A key of this schema's data, wrapped by a master key. Written and read by `vault.keyring` alone."""

    id = models.CharField(primary_key=True, max_length=16)
    scope = models.CharField(max_length=64, help_text="what it is for: tenant, index, later one visitor")
    master = models.CharField(max_length=32, help_text="the name of the master key that wraps it")
    wrapped = models.BinaryField()
    created_at = models.DateTimeField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["scope"], condition=models.Q(scope="index"), name="one_index_key")]
        indexes = [models.Index(fields=["scope", "-created_at"], name="datakey_scope")]

    def __str__(self) -> str:
        return f"{self.scope} {self.id}"
