"""The flows' part of a release: the text of each flow that is enabled, in their order."""

from typing import TypedDict

from django.utils.translation import gettext as _

from apps.flows.models import Flow
from apps.releases import parts


class Frozen(TypedDict):
    name: str
    text: str


def freeze() -> list[Frozen]:
    rows = Flow.objects.filter(enabled=True).order_by("order", "name")
    return [Frozen(name=row.name, text=row.text) for row in rows]


def thaw(frozen: list[Frozen]) -> None:
    """The flows of the release are enabled with its texts, in its order, and made anew where they were deleted. All others are
    drafts again, with the text that they have."""
    Flow.objects.exclude(name__in=[each["name"] for each in frozen]).update(enabled=False)
    for place, each in enumerate(frozen, 1):
        Flow.objects.update_or_create(name=each["name"], defaults={"text": each["text"], "enabled": True, "order": place})


def describe(before: list[Frozen] | None, after: list[Frozen] | None) -> str:
    """“Flows: returns, invoice”: those that are new or changed, then those that are gone."""
    old = {each["name"]: each["text"] for each in before or []}
    new = {each["name"]: each["text"] for each in after or []}
    changed = [name for name in new if old.get(name) != new[name]]
    gone = [name for name in old if name not in new]
    told = [_("Flows: %s") % ", ".join(changed)] if changed else []
    told += [_("Flows switched off: %s") % ", ".join(gone)] if gone else []
    if not told and list(old) != list(new):
        told = [_("Flows in another order")]
    return "; ".join(told)


parts.register("flows", freeze=freeze, thaw=thaw, describe=describe)
