"""The tenant's settings of the search. They go live with a release, as the knowledge does."""

from collections.abc import Mapping
from dataclasses import asdict, dataclass, field
from typing import Any

from django.core.exceptions import ValidationError
from django.core.validators import MaxLengthValidator
from django.db import models
from django.utils.translation import gettext_lazy as _

from apps.knowledge.passages import synonyms

MOST_CATEGORIES, LONGEST_CATEGORY = 200, 100


def check_weights(value: Any) -> None:
    """Raises a ValidationError unless each category is preferred (1) or stands back (−1)."""
    fine = isinstance(value, dict) and len(value) <= MOST_CATEGORIES
    if not fine or not all(len(name) <= LONGEST_CATEGORY and weight in (1, -1) for name, weight in value.items()):
        raise ValidationError(_("Choose for each category whether it comes first or last."))


class SearchSettings(models.Model):
    """One row, as it stands in the editor."""

    synonyms = models.TextField(
        _("words that mean the same"), blank=True, validators=[MaxLengthValidator(synonyms.LONGEST_TEXT), synonyms.check]
    )

    weights = models.JSONField(_("categories"), default=dict, blank=True, validators=[check_weights])
    newer_first = models.BooleanField(
        _("newer first among equals"),
        default=False,
        help_text=_("Of answers that fit nearly equally well, the one that was saved last comes first."),
    )

    class Meta:
        verbose_name = _("search settings")
        verbose_name_plural = _("search settings")

    def __str__(self) -> str:
        return str(_("Search settings"))

    @classmethod
    def load(cls) -> "SearchSettings":
        return cls.objects.get_or_create(pk=1)[0]


@dataclass(frozen=True)
class Tuning:
    """The settings as a release holds them."""

    synonyms: str = ""
    weights: Mapping[str, int] = field(default_factory=dict)
    newer_first: bool = False

    def stored(self) -> dict[str, object]:
        return asdict(self)
