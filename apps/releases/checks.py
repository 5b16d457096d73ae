"""Checks that a release must pass before it goes live. Upper rooms register theirs, so this room imports none of them."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from apps.releases.models import Candidate

Frozen = Mapping[str, Any]


@dataclass(frozen=True)
class Check:
    """`wanted`: whether the step from what is live to what would be has to be checked, in the tenant of the moment. `verdict`:
    "" for a candidate that passes, a sentence for one that does not, None while that is open."""

    wanted: Callable[[Frozen, Frozen], bool]
    verdict: Callable[[Candidate], str | None]


registry: dict[str, Check] = {}


def register(name: str, *, wanted: Callable[[Frozen, Frozen], bool], verdict: Callable[[Candidate], str | None]) -> None:
    """Whoever registers one hears of each candidate by `publishing.WAITING`, and calls `publishing.settle` when it knows."""
    registry[name] = Check(wanted, verdict)


def are_wanted(before: Frozen, after: Frozen) -> bool:
    return any(check.wanted(before, after) for check in registry.values())


def verdicts(candidate: Candidate) -> list[str | None]:
    return [check.verdict(candidate) for check in registry.values()]
