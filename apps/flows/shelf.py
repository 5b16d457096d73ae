"""The flows of a tenant as they stand in the editors, each read beside those that are enabled: they may enter each other, and
call the tenant's systems."""

from collections.abc import Iterator, Mapping
from dataclasses import replace

from django.utils.translation import gettext as _

from apps.flows.definition import together
from apps.flows.definition.checking import near
from apps.flows.definition.loading import Loaded
from apps.flows.definition.problem import Problem, sorted_by_place
from apps.flows.models import Flow, System


def live() -> dict[str, Loaded]:
    """All flows that are enabled, by name."""
    return _with_systems(together.load(_others(0)))


def checked(text: str, name: str = "", pk: int = 0) -> Loaded:
    """A text as the flow of this name, beside those that are enabled. `pk`: its row's, if it has one."""
    loaded = together.load({**_others(pk), name: text})[name]
    return _with_systems({name: loaded})[name]


def broken(pk: int, instead: dict[str, str]) -> dict[str, Loaded]:
    """The other flows that are enabled and would no longer load, if the flow of this key were these texts, or none."""
    others = _others(pk)
    after = together.load(others | instead)
    before = together.load(others | dict(Flow.objects.filter(pk=pk, enabled=True).values_list("name", "text")))
    return {name: after[name] for name in others if before[name].definition and not after[name].definition}


def unreached(loaded: Loaded, systems: Mapping[str, bool]) -> Iterator[Problem]:
    """The calls to systems that are not there, or are off: a flow that makes one goes on as after an error."""
    for at, state in enumerate(loaded.read.data["states"] if loaded.definition else ()):
        for number, action in enumerate(state.get("actions", ())):
            name = action.get("params", {}).get("system") if action["type"] == "call" else None
            if name is None or systems.get(name):
                continue
            told = _("The system “%(name)s” is switched off, so this call fails.")
            if name not in systems:
                told = _("There is no system “%(name)s” under Systems, so this call fails.")
            sentence = told % {"name": name} + ("" if name in systems else near(name, systems))
            path = ("states", at, "actions", number, "params", "system")
            yield loaded.read.problem(path, sentence, severity="warning")


def _with_systems(flows: dict[str, Loaded]) -> dict[str, Loaded]:
    systems = dict(System.objects.values_list("name", "enabled"))
    return {
        name: replace(each, problems=sorted_by_place([*each.problems, *unreached(each, systems)]))
        for name, each in flows.items()
    }


def _others(pk: int) -> dict[str, str]:
    return dict(Flow.objects.filter(enabled=True).exclude(pk=pk).values_list("name", "text"))
