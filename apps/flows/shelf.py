"""The flows of a tenant as they stand in the editors, each read beside those that are enabled: they may enter each other."""

from apps.flows.definition import together
from apps.flows.definition.loading import Loaded
from apps.flows.models import Flow


def live() -> dict[str, Loaded]:
    """All flows that are enabled, by name."""
    return together.load(_others(0))


def checked(text: str, name: str = "", pk: int = 0) -> Loaded:
    """A text as the flow of this name, beside those that are enabled. `pk`: its row's, if it has one."""
    return together.load({**_others(pk), name: text})[name]


def broken(pk: int, instead: dict[str, str]) -> dict[str, Loaded]:
    """The other flows that are enabled and would no longer load, if the flow of this key were these texts, or none."""
    others = _others(pk)
    after = together.load(others | instead)
    before = together.load(others | dict(Flow.objects.filter(pk=pk, enabled=True).values_list("name", "text")))
    return {name: after[name] for name in others if before[name].definition and not after[name].definition}


def _others(pk: int) -> dict[str, str]:
    return dict(Flow.objects.filter(enabled=True).exclude(pk=pk).values_list("name", "text"))
