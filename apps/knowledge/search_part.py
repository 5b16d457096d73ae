"""The search's part of a release: words that mean the same."""

from typing import Any

from django.utils.translation import gettext as _

from apps.knowledge.passages import synonyms
from apps.knowledge.tuning import SearchSettings, Tuning
from apps.releases import parts
from apps.releases.models import Release

FIELDS = tuple(Tuning.__dataclass_fields__)


def of(release: Release) -> Tuning:
    """The tuning that a release holds; releases of before there was any have none."""
    return _read(release.frozen.get("search"))


def freeze() -> dict[str, Any]:
    row = SearchSettings.objects.first() or SearchSettings()
    return Tuning(**{field: getattr(row, field) for field in FIELDS}).stored()


def thaw(frozen: dict[str, Any]) -> None:
    SearchSettings.objects.update_or_create(pk=1, defaults=_read(frozen).stored())


def describe(before: dict[str, Any] | None, after: dict[str, Any]) -> str:
    old, new = (set(synonyms.groups(_read(frozen).synonyms)) for frozen in (before, after))
    if old == new:
        return ""
    return _("Words that mean the same: %(added)d added, %(removed)d removed") % {
        "added": len(new - old),
        "removed": len(old - new),
    }


def _read(frozen: dict[str, Any] | None) -> Tuning:
    return Tuning(**{field: value for field, value in (frozen or {}).items() if field in FIELDS})


parts.register("search", freeze=freeze, thaw=thaw, describe=describe)
