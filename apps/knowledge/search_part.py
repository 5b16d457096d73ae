"""The search's part of a release: words that mean the same, and who comes first."""

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
    old, new = _read(before), _read(after)
    return "; ".join(line for line in (_words(old, new), _weights(old, new), _newer(old, new)) if line)


def _words(old: Tuning, new: Tuning) -> str:
    before, after = set(synonyms.groups(old.synonyms)), set(synonyms.groups(new.synonyms))
    if before == after:
        return ""
    changed = {"added": len(after - before), "removed": len(before - after)}
    return _("Words that mean the same: %(added)d added, %(removed)d removed") % changed


def _weights(old: Tuning, new: Tuning) -> str:
    changed = sorted(name for name in {**old.weights, **new.weights} if old.weights.get(name) != new.weights.get(name))
    return _("Order of categories: %s") % ", ".join(changed) if changed else ""


def _newer(old: Tuning, new: Tuning) -> str:
    if old.newer_first == new.newer_first:
        return ""
    return _("Newer first among equals") if new.newer_first else _("Newer not first among equals")


def _read(frozen: dict[str, Any] | None) -> Tuning:
    return Tuning(**{field: value for field, value in (frozen or {}).items() if field in FIELDS})


parts.register("search", freeze=freeze, thaw=thaw, describe=describe)
