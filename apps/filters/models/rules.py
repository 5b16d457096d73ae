"""Rules as operators write them, each with the texts that it must catch and must let pass. The rules that are in force are in
releases (`apps.filters.part`)."""

from django.conf import settings as django
from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.utils.translation import gettext_lazy as _

from apps.filters import rule
from apps.filters.models.faults import LONGEST_WHY

LONGEST_NAME, LONGEST_SAY = 60, 1_000


class Direction(models.TextChoices):
    FROM_CUSTOMER = rule.Direction.FROM_CUSTOMER, _("from the customer")
    FROM_BOT = rule.Direction.FROM_BOT, _("from the bot")
    FROM_AGENT = rule.Direction.FROM_AGENT, _("from an agent")
    TO_MODEL = rule.Direction.TO_MODEL, _("to a language model")
    TO_LOGS = rule.Direction.TO_LOGS, _("into logs and exports")


class Action(models.TextChoices):
    LOG = rule.Action.LOG, _("only record it")
    FLAG = rule.Action.FLAG, _("mark the message for agents")
    MASK = rule.Action.MASK, _("mask the place")
    REPLACE = rule.Action.REPLACE, _("put other words in its place")
    BLOCK = rule.Action.BLOCK, _("say something else instead of the message")
    HAND_OVER = rule.Action.HAND_OVER, _("hand over to a person")


class Filter(models.Model):
    """One rule. It may fail its examples as long as it is not enabled: then no release holds it. `stopped_at`: when the product
    switched it off (`apps.filters.faults`), until somebody saves it again; `stopped_for` says why."""

    name = models.CharField(_("name"), max_length=LONGEST_NAME, unique=True)
    kind = models.CharField(_("kind"), max_length=20)
    settings = models.JSONField(_("settings"), default=dict)
    directions = ArrayField(models.CharField(max_length=20, choices=Direction), verbose_name=_("what it looks at"))
    action = models.CharField(_("what is done"), max_length=10, choices=Action, default=Action.FLAG)
    say = models.TextField(_("words"), blank=True, max_length=LONGEST_SAY)
    languages = ArrayField(models.CharField(max_length=10), verbose_name=_("languages"), default=list, blank=True)
    flows = ArrayField(models.CharField(max_length=60), verbose_name=_("flows"), default=list, blank=True)
    channels = ArrayField(models.CharField(max_length=20), verbose_name=_("channels"), default=list, blank=True)
    stops = models.BooleanField(_("later rules are silent from its hit on"), default=False)
    must_catch = ArrayField(models.TextField(), verbose_name=_("must catch"), default=list, blank=True)
    must_pass = ArrayField(models.TextField(), verbose_name=_("must let pass"), default=list, blank=True)
    enabled = models.BooleanField(_("enabled"), default=False)
    order = models.PositiveSmallIntegerField(_("order"), default=100)
    stopped_at = models.DateTimeField(_("switched off at"), null=True, editable=False)
    stopped_for = models.CharField(max_length=LONGEST_WHY, blank=True, editable=False)
    created_at = models.DateTimeField(_("created"), auto_now_add=True)
    updated_at = models.DateTimeField(_("last change"), auto_now=True)
    updated_by = models.ForeignKey(
        django.AUTH_USER_MODEL,
        verbose_name=_("changed by"),
        null=True,
        editable=False,
        on_delete=models.SET_NULL,
        related_name="+",
    )

    class Meta:
        verbose_name = _("filter")
        verbose_name_plural = _("filters")
        ordering = ["order", "name"]

    def __str__(self) -> str:
        return self.name

    @property
    def rule(self) -> rule.Rule:
        return rule.Rule(
            key=str(self.pk),
            name=self.name,
            kind=self.kind,
            settings=self.settings,
            directions=frozenset(map(rule.Direction, self.directions)),
            action=rule.Action(self.action),
            say=self.say,
            channels=frozenset(self.channels),
            flows=frozenset(self.flows),
            languages=frozenset(self.languages),
            stops=self.stops,
        )
