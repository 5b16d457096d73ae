"""Rules of how something is said: a pattern with what it means. What the longest of them reads is believed."""

import re
from collections.abc import Callable
from datetime import datetime
from typing import Generic, Protocol, TypeVar


class Placed(Protocol):
    @property
    def start(self) -> int: ...
    @property
    def end(self) -> int: ...


Said = TypeVar("Said", bound=Placed)
Meaning = Callable[[re.Match[str], datetime], Said | None]


class Rules(Generic[Said]):
    def __init__(self) -> None:
        self._rules: list[tuple[re.Pattern[str], Meaning[Said]]] = []

    def rule(self, pattern: str) -> Callable[[Meaning[Said]], Meaning[Said]]:
        """Takes in a function that tells what a match means, None for nothing. No pattern repeats without end."""

        def take(meaning: Meaning[Said]) -> Meaning[Said]:
            self._rules.append((re.compile(pattern), meaning))
            return meaning

        return take

    def read(self, text: str, now: datetime) -> list[Said]:
        found = [said for pattern, meaning in self._rules for match in pattern.finditer(text) if (said := meaning(match, now))]
        return longest(found)


def longest(found: list[Said]) -> list[Said]:
    """The longest of what overlaps, in the order of the text."""
    kept: list[Said] = []
    for said in sorted(found, key=lambda one: (one.start, -one.end)):
        if not kept or said.start >= kept[-1].end:
            kept.append(said)
        elif said.end - said.start > kept[-1].end - kept[-1].start:
            kept[-1] = said
    return kept
