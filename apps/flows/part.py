"""The flows' part of a release: the text of each flow that is enabled, in their order."""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from functools import lru_cache
from typing import Any, TypedDict

import structlog
from django.utils.translation import gettext as _

from apps.filters import live
from apps.flows.definition import together
from apps.flows.definition.definition import Definition, Slot
from apps.flows.definition.loading import Loaded
from apps.flows.models import Flow
from apps.releases import parts
from apps.releases.models import Release

log = structlog.get_logger(__name__)

Flows = Mapping[str, Definition]
KEPT = 200  # releases' flows in a process


class Frozen(TypedDict):
    name: str
    text: str


def of(release: Release) -> Flows:
    """The flows that customers of a release meet, by name, in the order in which they are offered; loaded once a process.

    One whose text can't be loaded any more is left out, with those that enter it, and told in the log: a conversation that
    stands in it is treated as one whose flow was taken back.
    """
    return _guarded(tuple(texts(release.frozen).items()))


@lru_cache(KEPT)
def _guarded(texts: tuple[tuple[str, str], ...]) -> Flows:
    """The same flows, which show of a customer's values what the filters let be shown of their words."""
    found = loaded(dict(texts))
    return {name: replace(each, slots=_hiding(each.slots)) for name, each in found.items()}


def _hiding(slots: Mapping[str, Slot]) -> Mapping[str, Slot]:
    return {name: replace(slot, hide=live.hidden) for name, slot in slots.items()}


def texts(frozen: Mapping[str, Any]) -> dict[str, str]:
    """The texts of the flows that a release holds, by name, in their order."""
    each: Sequence[Frozen] = frozen.get("flows", ())
    return {flow["name"]: flow["text"] for flow in each}


def loaded(texts: Mapping[str, str]) -> Flows:
    """Texts as the flows that are live together."""
    return _loaded(tuple(texts.items()))


@lru_cache(KEPT)
def _loaded(texts: tuple[tuple[str, str], ...]) -> Flows:
    left = together.load(dict(texts))
    while wrong := {name: each for name, each in left.items() if not _stands(each, left)}:
        for name, each in wrong.items():
            log.error("flow_left_out", flow=name, problem=str(next(iter(each.problems), "enters one that was left out")))
        left = {name: each for name, each in left.items() if name not in wrong}
    return {name: replace(each.definition, name=name) for name, each in left.items() if each.definition}


def _stands(loaded: Loaded, flows: Mapping[str, Loaded]) -> bool:
    """Whether a flow can be walked, with all those that it enters."""
    return loaded.definition is not None and all(params["flow"] in flows for _path, params in together.entered(loaded))


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
