"""The door to the kinds of slots that know how their values are said: they stand above the definition, and rest on it."""

from collections.abc import Callable
from typing import Protocol

from apps.flows.definition.actions import Value
from apps.flows.definition.definition import Slot


class Speaks(Protocol):
    def shown(self, slot: Slot, value: Value, language: str) -> str: ...

    def masked(self, slot: Slot, value: Value) -> str: ...


def _nobody(kind: str) -> Speaks | None:
    return None


asked: Callable[[str], Speaks | None] = _nobody
"""A kind by its name; the app puts it here when it is ready."""
