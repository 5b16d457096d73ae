"""The parts of a release. Each upper room registers its own, so this room imports none of them."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True)
class Part:
    """A named piece of a release.

    freeze() → JSON of the part as it is now; thaw(json) puts the editable state back to it;
    describe(before, after) → one short sentence of what changed ("" for nothing), before is None in the first release.
    """

    name: str
    freeze: Callable[[], Any]
    thaw: Callable[[Any], None]
    describe: Callable[[Any, Any], str]


registry: dict[str, Part] = {}


def register(name: str, *, freeze: Callable[[], Any], thaw: Callable[[Any], None], describe: Callable[[Any, Any], str]) -> None:
    registry[name] = Part(name, freeze, thaw, describe)
