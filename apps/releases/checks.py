"""Checks that a release must pass before it goes live. Upper rooms register theirs, so this room imports none of them."""

from collections.abc import Callable

# By name: whether one is wanted in the tenant of the moment.
registry: dict[str, Callable[[], bool]] = {}


def register(name: str, wanted: Callable[[], bool]) -> None:
    """Whoever registers one hears of each candidate by `publishing.WAITING`, and passes it or holds it back."""
    registry[name] = wanted


def are_wanted() -> bool:
    return any(wanted() for wanted in registry.values())
