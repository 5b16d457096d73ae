"""The site's part of a release: the settings by which the bot speaks and decides."""

from dataclasses import dataclass, fields
from typing import Any

from django.utils.translation import gettext as _

from apps.releases import parts
from apps.releases.models import Release
from apps.tenants.workspace.models import Site


@dataclass(frozen=True)
class SitePart:
    """`sure` and `floor` are thresholds on Hit.score (0..1)."""

    name: str
    language: str
    greeting: str
    suggestions: list[str]
    accent: str
    position: str
    mode: str
    sure: float
    floor: float


FIELDS = tuple(field.name for field in fields(SitePart))


def of(release: Release) -> SitePart:
    """The site as the release holds it; what the release lacks is as the site has it now. Raises what a torn release raises."""
    held = release.frozen.get("site", {})
    now = {} if held.keys() >= set(FIELDS) else freeze()
    return SitePart(**{field: held[field] if field in held else now[field] for field in FIELDS})


def freeze() -> dict[str, Any]:
    site = Site.objects.first()
    return {field: getattr(site, field) for field in FIELDS} if site else {}


def thaw(frozen: dict[str, Any]) -> None:
    if frozen:
        Site.objects.update(**{field: frozen[field] for field in FIELDS if field in frozen})


def describe(before: dict[str, Any] | None, after: dict[str, Any]) -> str:
    if before is None:
        return ""
    names = {field.name: str(field.verbose_name) for field in Site._meta.fields}
    changed = [names[field] for field in FIELDS if before.get(field) != after.get(field)]
    return _("Site: %s") % ", ".join(changed) if changed else ""


parts.register("site", freeze=freeze, thaw=thaw, describe=describe)
