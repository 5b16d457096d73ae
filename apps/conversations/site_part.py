"""The site's part of a release: the settings by which the bot speaks and decides."""

from typing import Any

from django.utils.translation import gettext as _

from apps.releases import parts
from apps.tenants.workspace.models import Site

FIELDS = ("name", "language", "greeting", "suggestions", "accent", "position", "mode", "sure", "floor")


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
