"""A kind of rule: how its settings are checked, and how all rules of the kind are looked for at once."""

from abc import ABC, abstractmethod
from collections.abc import Iterable, Mapping, Sequence
from typing import Any, ClassVar

from apps.filters.span import Span

Settings = Mapping[str, Any]


class Finder(ABC):
    """The rules of one kind, made ready. Thread-safe."""

    @abstractmethod
    def find(self, text: str) -> Iterable[tuple[int, Span]]:
        """Places, each with the number of its rule; what a rule finds at a place depends on what is said around it alone."""

    @abstractmethod
    def settled(self, text: str) -> int:
        """The place before which nothing is found, or found no more, whatever is said further: so far a stream may go on."""


class Kind(ABC):
    name: ClassVar[str]
    fails: ClassVar[bool] = False  # whether code of a tenant's own may be cut off, and switched off for it
    weighs: ClassVar[bool] = False  # whether only workers judge by it: it needs encoders, or runs tenants' code

    @abstractmethod
    def check(self, settings: Settings) -> None:
        """Raises `Refusal` for settings that can't be used, with one sentence."""

    @abstractmethod
    def finder(self, rules: Sequence[Settings]) -> Finder: ...

    def masked(self, text: str, what: str) -> str:
        """The text that stands for a place which is masked: its letters and digits are covered."""
        return "".join("*" if char.isalnum() else char for char in text)
