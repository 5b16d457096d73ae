"""Flows that are live together, and enter each other."""

from collections.abc import Iterator, Mapping
from typing import Any

from django.utils.translation import gettext as _

from apps.flows.definition import loading
from apps.flows.definition.checking import near
from apps.flows.definition.definition import Definition
from apps.flows.definition.loading import Loaded
from apps.flows.definition.problem import Problem, sorted_by_place
from apps.flows.definition.reading import Path

Flows = Mapping[str, Loaded]


def load(texts: Mapping[str, str]) -> dict[str, Loaded]:
    """Flows by their names. A problem of one with another is told where it enters that."""
    loaded = {name: loading.load(text, name) for name, text in texts.items()}
    return {name: _with(each, list(_entries(name, each, loaded))) for name, each in loaded.items()}


def _with(loaded: Loaded, problems: list[Problem]) -> Loaded:
    if not problems:
        return loaded
    return Loaded(None, sorted_by_place([*loaded.problems, *problems]), loaded.read)


def _entries(name: str, loaded: Loaded, flows: Flows) -> Iterator[Problem]:
    if not loaded.definition:
        return
    for path, params in entered(loaded):
        other = params["flow"]
        if other not in flows:
            told = _("There is no flow “%(name)s”.") % {"name": other} + near(other, flows)
            yield loaded.read.problem((*path, "flow"), told)
            continue
        if name in _reached(other, flows):
            yield loaded.read.problem(
                (*path, "flow"), _("“%(name)s” comes back to this flow, so neither would ever end.") % {"name": other}
            )
        if inner := flows[other].definition:
            yield from _slots(loaded, inner, path, params)


def _slots(loaded: Loaded, inner: Definition, path: Path, params: Mapping[str, Any]) -> Iterator[Problem]:
    def unknown(slot: str) -> str:
        told = _("The flow “%(flow)s” has no slot “%(name)s”.") % {"flow": inner.shown, "name": slot}
        return told + near(slot, inner.known)

    for slot in params.get("give", {}):
        if slot not in inner.known:
            yield loaded.read.problem((*path, "give", slot), unknown(slot), key=True)
    for own, slot in params.get("take", {}).items():
        if slot not in inner.known:
            yield loaded.read.problem((*path, "take", own), unknown(slot))


def _reached(name: str, flows: Flows) -> set[str]:
    """The flows that may be entered from one, itself among them."""
    reached: set[str] = set()
    left = [name]
    while left:
        each = left.pop()
        if each in reached or each not in flows:
            continue
        reached.add(each)
        left += [params["flow"] for _path, params in entered(flows[each])]
    return reached


def entered(loaded: Loaded) -> Iterator[tuple[Path, Mapping[str, Any]]]:
    """Where a flow enters others, and how."""
    if not loaded.definition:
        return
    for at, state in enumerate(loaded.read.data["states"]):
        for number, action in enumerate(state.get("actions", ())):
            if action["type"] == "flow":
                yield ("states", at, "actions", number, "params"), action["params"]
