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
from apps.flows.definition.templates import bared

Flows = Mapping[str, Loaded]


def load(texts: Mapping[str, str], whole: bool = True) -> dict[str, Loaded]:
    """Flows, each under the key of its text. They enter each other by the names that they give themselves, or else by these
    keys. A problem of one with another is told where it enters that. `whole`: no flow is live beside these."""
    loaded = {key: loading.load(text, key) for key, text in texts.items()}
    flows = {each.definition.name: each for each in loaded.values() if each.definition}
    known = {*flows, *(key for key, each in loaded.items() if not each.definition)}
    return {key: _with(each, list(_entries(each, flows, known, whole))) for key, each in loaded.items()}


def entered(loaded: Loaded) -> Iterator[tuple[Path, Mapping[str, Any]]]:
    """Where a flow enters others, and how."""
    if not loaded.definition:
        return
    for at, state in enumerate(loaded.read.data["states"]):
        for number, action in enumerate(state.get("actions", ())):
            if action["type"] == "flow":
                yield ("states", at, "actions", number, "params"), action["params"]


def whole(name: str, loaded: Mapping[str, Loaded]) -> bool:
    """Whether all flows that may be entered from one, by the name that it gives itself, are there."""
    flows = {each.definition.name: each for each in loaded.values() if each.definition}
    return all(other in flows for each in _reached(name, flows) for other in _others(flows[each]))


def _others(loaded: Loaded) -> list[str]:
    return [params["flow"] for _path, params in entered(loaded)]


def _with(loaded: Loaded, problems: list[Problem]) -> Loaded:
    wrong = any(problem.severity == "error" for problem in problems)
    told = sorted_by_place([*loaded.problems, *problems])
    return Loaded(None if wrong else loaded.definition, told, loaded.read)


def _entries(loaded: Loaded, flows: Flows, known: set[str], whole: bool) -> Iterator[Problem]:
    for path, params in entered(loaded):
        other = params["flow"]
        place = (*path, "flow")
        if other not in known:
            told = _("There is no flow “%(name)s”.") % {"name": other} + near(other, known)
            yield loaded.read.problem(place, told, severity="error" if whole else "warning")
        if other in flows and loaded.definition and loaded.definition.name in _reached(other, flows):
            told = _("“%(name)s” comes back to this flow, so neither would ever end.") % {"name": other}
            yield loaded.read.problem(place, told)
        elif other in flows and (inner := flows[other].definition):
            yield from _slots(loaded, inner, path, params)


def _slots(loaded: Loaded, inner: Definition, path: Path, params: Mapping[str, Any]) -> Iterator[Problem]:
    def unknown(slot: str) -> str:
        told = _("The flow “%(flow)s” has no slot “%(name)s”.") % {"flow": inner.shown, "name": slot}
        return told + near(slot, inner.known)

    outer = loaded.definition or inner
    for slot, value in params.get("give", {}).items():
        if slot not in inner.known:
            yield loaded.read.problem((*path, "give", slot), unknown(slot), key=True)
        if told := bared(outer, value, inner, slot):
            yield loaded.read.problem((*path, "give", slot), told, severity="warning")
    for own, slot in params.get("take", {}).items():
        if slot not in inner.known:
            yield loaded.read.problem((*path, "take", own), unknown(slot))
        if told := bared(inner, f"{{{{ {slot} }}}}", outer, own):
            yield loaded.read.problem((*path, "take", own), told, severity="warning")


def _reached(name: str, flows: Flows) -> set[str]:
    """The flows that may be entered from one, itself among them."""
    reached: set[str] = set()
    left = [name]
    while left:
        each = left.pop()
        if each in flows and each not in reached:
            reached.add(each)
            left += _others(flows[each])
    return reached
