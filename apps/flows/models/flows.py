"""Flows as operators write them. What customers meet is in releases (`apps.flows.part`)."""

from django.conf import settings
from django.core.validators import MaxLengthValidator, RegexValidator
from django.db import models
from django.utils.translation import gettext_lazy as _

LONGEST_NAME, LONGEST_TEXT = 60, 200_000
DRAFT = "?"  # the name of a flow that has none yet; no other can have it
NAME = r"^[^\W_](?:[\w .-]*\w)?\Z"

check_name = RegexValidator(NAME, _("Letters and digits of any language, and between them spaces, dots and dashes."))


class Flow(models.Model):
    """One procedure. Its text may be wrong as long as it is not enabled: then no release holds it."""

    name = models.CharField(
        _("name"),
        max_length=LONGEST_NAME,
        unique=True,
        validators=[check_name],
        help_text=_("Short and yours alone; other flows and the statistics call it so."),
    )
    text = models.TextField(_("definition"), validators=[MaxLengthValidator(LONGEST_TEXT)])
    enabled = models.BooleanField(
        _("enabled"), default=False, help_text=_("Customers meet it from the next save on. Off: a draft that nobody meets.")
    )
    order = models.PositiveSmallIntegerField(
        _("order"),
        default=100,
        help_text=_("When two flows fit equally well, the one with the smaller number is offered first."),
    )
    created_at = models.DateTimeField(_("created"), auto_now_add=True)
    updated_at = models.DateTimeField(_("last change"), auto_now=True)
    updated_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        verbose_name=_("changed by"),
        null=True,
        editable=False,
        on_delete=models.SET_NULL,
        related_name="+",
    )

    class Meta:
        verbose_name = _("flow")
        verbose_name_plural = _("flows")
        ordering = ["order", "name"]

    def __str__(self) -> str:
        return self.name
