"""The channels by which customers write: one line each, known to the filters from here."""

from django.db import models
from django.utils.translation import gettext_lazy as _

from apps.filters import scopes


class Channel(models.TextChoices):
    WIDGET = "widget", _("chat widget")


def choices() -> scopes.Choices:
    return [(channel.value, str(channel.label)) for channel in Channel]


scopes.register("channels", choices)
