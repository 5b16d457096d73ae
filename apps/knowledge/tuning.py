"""The tenant's settings of the search. They go live with a release, as the knowledge does."""

from dataclasses import asdict, dataclass

from django.core.validators import MaxLengthValidator
from django.db import models
from django.utils.translation import gettext_lazy as _

from apps.knowledge.passages import synonyms


class SearchSettings(models.Model):
    """One row, as it stands in the editor."""

    synonyms = models.TextField(
        _("words that mean the same"), blank=True, validators=[MaxLengthValidator(synonyms.LONGEST_TEXT), synonyms.check]
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

    def stored(self) -> dict[str, object]:
        return asdict(self)
