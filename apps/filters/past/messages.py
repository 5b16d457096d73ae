"""Real messages of the past, to hold a rule against. The room that keeps them registers how they are read, so this room imports
none of it."""

import math
import time
from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from apps.filters.rule import Direction, Where

LATER = (Direction.TO_MODEL, Direction.TO_LOGS)


@dataclass(frozen=True)
class Message:
    """`id`: larger than that of an earlier one. `directions`: in which it went. `text`: as everybody may read it; `original`:
    before rules changed it, "" where none did. `flow`: in which it was said, "" for none."""

    id: int
    conversation: UUID
    at: datetime
    directions: Sequence[Direction]
    text: str
    channel: str = ""
    flow: str = ""
    language: str = ""
    original: str = ""

    def read_by(self, direction: Direction) -> str:
        """The text as rules of this direction meet it. Models and what leaves the house see it when it is masked already."""
        return self.text if direction in LATER else self.original or self.text

    def where(self, direction: Direction) -> Where:
        return Where(direction, self.channel, self.flow, self.language)


@dataclass(frozen=True)
class Page:
    """Messages, newest first. `below`: where the next page begins; None when there is none."""

    messages: Sequence[Message]
    below: int | None


@dataclass(frozen=True)
class Reader:
    """`page`: what went in these directions since then, from below an id on, None for the newest. `count`: how many these are,
    at most so many. `found`: those of these ids that are still there."""

    page: Callable[[Collection[Direction], datetime, int | None], Page]
    count: Callable[[Collection[Direction], datetime, int], int]
    found: Callable[[Collection[int]], Mapping[int, Message]]


_readers: list[Reader] = []


def register(reader: Reader) -> None:
    _readers[:] = [reader]


def reader() -> Reader:
    return _readers[0]


def newest(directions: Collection[Direction], since: datetime, until: float = math.inf) -> Iterator[Message]:
    """One after the other, newest first, as many as are found before `until` (by `time.monotonic`)."""
    below: int | None = None
    while True:
        page = reader().page(directions, since, below)
        for message in page.messages:
            yield message
            if time.monotonic() > until:
                return
        if page.below is None or time.monotonic() > until:  # also where others wrote all of a page
            return
        below = page.below
