"""The agents: presence, teams, skills; how the desk works."""

from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.utils.translation import gettext_lazy as _

from apps.tenants.vault.encryption import EncryptedTextField, ReservedIdField
from apps.tenants.workspace.models import Member


class DeskSettings(models.Model):
    """The settings of the tenant's desk: one row."""

    class Leave(models.TextChoices):
        EMAIL = "email", _("their e-mail address")
        PHONE = "phone", _("their phone number")
        NOTHING = "nothing", _("nothing: they hear when to come again")

    id = ReservedIdField(primary_key=True)
    offer_seconds = models.PositiveIntegerField(
        _("seconds to accept"), default=30, validators=[MinValueValidator(5), MaxValueValidator(600)]
    )
    patience_minutes = models.PositiveIntegerField(
        _("minutes until the message form"),
        default=10,
        validators=[MinValueValidator(1)],
        help_text=_("If nobody has taken the customer by then, the chat asks for an address instead."),
    )
    leave = models.CharField(
        _("customers to whom nobody is there leave"),
        max_length=7,
        choices=Leave,
        default=Leave.EMAIL,
        help_text=_("An e-mail address is asked for only where mail is set up: without it nobody could write."),
    )
    target_seconds = models.PositiveIntegerField(
        _("target for a first reply, in seconds"), default=120, help_text=_("Waiting customers turn orange, then red.")
    )
    capacity = models.PositiveIntegerField(
        _("conversations an agent has at once"), default=5, help_text=_("For agents without a number of their own.")
    )
    gone_minutes = models.PositiveIntegerField(
        _("minutes until the customer of an agent who left waits in the queue again"),
        default=2,
        validators=[MinValueValidator(1)],
    )
    drafts = models.BooleanField(
        _("agents see what a customer is typing"),
        default=False,
        help_text=_("Customers are told so while they write. Switched off, what is not sent never leaves their browser."),
    )
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
        return str(_("Desk settings"))

    @classmethod
    def load(cls) -> "DeskSettings":
        """The row without its secret, so that the queue works even when the secret does not open any more."""
        return cls.objects.defer("webhook_secret").get_or_create(pk=1)[0]


class Presence(models.Model):
    """Whether an agent is there: the state they chose, and when an open console was last seen (every 10 s).

    `online_until`: when they last chose to be there no more."""

    class State(models.TextChoices):
        ONLINE = "online", _("online")
        AWAY = "away", _("away")
        OFFLINE = "offline", _("offline")

    member = models.OneToOneField(Member, on_delete=models.CASCADE, primary_key=True, related_name="presence")
    state = models.CharField(_("state"), max_length=7, choices=State, default=State.ONLINE)
    seen_at = models.DateTimeField(_("last seen"), null=True, blank=True)
    online_until = models.DateTimeField(null=True, blank=True)
    capacity = models.PositiveIntegerField(_("conversations at once"), null=True, blank=True)
    sound = models.BooleanField(null=True, blank=True, help_text="whether they hear of what waits; None until they were asked")

    class Meta:
        verbose_name = _("agent")
        verbose_name_plural = _("agents")

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
    """An agent's skill: a language they write, a topic they know. An agent without a language counts as able in any."""

    class Kind(models.TextChoices):
        LANGUAGE = "language", _("language")
        TOPIC = "topic", _("topic")

    member = models.ForeignKey(Member, verbose_name=_("member"), on_delete=models.CASCADE, related_name="skills")
    kind = models.CharField(_("kind"), max_length=8, choices=Kind, default=Kind.LANGUAGE)
    name = models.CharField(_("name"), max_length=60, help_text=_("A language such as en or zh-hans, or the name of a topic."))

    class Meta:
        verbose_name = _("skill")
        verbose_name_plural = _("skills")
        constraints = [models.UniqueConstraint(fields=["member", "kind", "name"], name="one_skill_a_name")]

    def __str__(self) -> str:
        return f"{self.member}: {self.name}"
