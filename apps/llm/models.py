"""A tenant's model endpoints, which compose answers, and their usage; its reranker, which orders what was found."""

from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.utils.translation import gettext_lazy as _

from apps.tenants.vault.encryption import EncryptedTextField, ReservedIdField


class Tier(models.IntegerChoices):
    """The order in which a turn asks; a cheaper tier that is sure enough ends it."""

    LOCAL = 2, _("local")
    CLOUD = 3, _("cloud")
    STRONGEST = 4, _("strongest, last resort")


class ModelEndpoint(models.Model):
    """An OpenAI-compatible chat endpoint. The one without a base URL is the platform's own local model."""

    id = ReservedIdField(primary_key=True)
    name = models.CharField(_("name"), max_length=60, unique=True)
    tier = models.PositiveSmallIntegerField(_("tier"), choices=Tier, default=Tier.LOCAL)
    base_url = models.URLField(
        _("base URL"),
        blank=True,
        help_text=_("Such as https://models.example.com/v1. Empty means the platform's own local model."),
    )
    model = models.CharField(_("model"), max_length=120, default="local")
    api_key = EncryptedTextField(_("API key"), blank=True, default="")
    languages = models.JSONField(
        _("good languages"), default=list, blank=True, help_text=_('Such as ["en", "zh-hans"]. Empty means all.')
    )
    seconds = models.PositiveSmallIntegerField(
        _("patience in seconds"),
        default=15,
        validators=[MinValueValidator(1), MaxValueValidator(120)],
        help_text=_("How long the first and the last word may take before the turn goes on without this model."),
    )
    max_tokens = models.PositiveIntegerField(_("longest answer in tokens"), default=400)
    enabled = models.BooleanField(_("enabled"), default=True)
    answers = models.BooleanField(
        _("answers customers"),
        default=True,
        help_text=_("Off: it only helps colleagues with their words. The platform's own model is too small to answer."),
    )

    class Meta:
        verbose_name = _("model endpoint")
        verbose_name_plural = _("model endpoints")
        ordering = ["tier", "name"]

    def __str__(self) -> str:
        return self.name


class Reranker(models.Model):
    """An endpoint that tells how well passages answer a question, by the rerank protocol that Cohere, Jina, TEI and others
    speak. A tenant has one at most."""

    id = ReservedIdField(primary_key=True)
    url = models.URLField(_("address"), max_length=500, help_text=_("Such as https://models.example.com/v1/rerank."))
    model = models.CharField(
        _("model"), max_length=120, blank=True, help_text=_("As its provider calls it. A server with one model needs none.")
    )
    api_key = EncryptedTextField(_("API key"), blank=True, default="")
    milliseconds = models.PositiveSmallIntegerField(
        _("patience in milliseconds"),
        default=800,
        validators=[MinValueValidator(100), MaxValueValidator(1500)],
        help_text=_("An answer that comes later is not waited for: the usual order stays."),
    )
    sure = models.FloatField(
        _("sure from"),
        null=True,
        blank=True,
        help_text=_("From this score of its own on, the best passage is told without asking back. Empty: it only orders."),
    )
    enabled = models.BooleanField(_("enabled"), default=True)

    class Meta:
        verbose_name = _("reranker")
        verbose_name_plural = _("reranker")

    def __str__(self) -> str:
        return self.model or self.url


class Usage(models.Model):
    """Tokens an endpoint used in an hour."""

    endpoint = models.ForeignKey(ModelEndpoint, on_delete=models.CASCADE, related_name="usage")
    hour = models.DateTimeField(_("hour"))
    calls = models.PositiveIntegerField(_("calls"), default=0)
    failures = models.PositiveIntegerField(_("failures"), default=0)
    prompt_tokens = models.PositiveBigIntegerField(_("tokens in"), default=0)
    completion_tokens = models.PositiveBigIntegerField(_("tokens out"), default=0)

    class Meta:
        verbose_name = _("usage")
        verbose_name_plural = _("usage")
        constraints = [models.UniqueConstraint(fields=["endpoint", "hour"], name="one_usage_row_an_hour")]

    def __str__(self) -> str:
        return f"{self.endpoint} {self.hour:%Y-%m-%d %H:00}"
