"""A model that failed several times in a row is left alone for a while, by all processes of the tenant."""

from django.core.cache import cache

FAILURES = 3
OPEN_SECONDS = 30


def is_open(endpoint: int | str) -> bool:
    """True while the endpoint should not be asked."""
    return int(cache.get(_key(endpoint), 0)) >= FAILURES


def note_failure(endpoint: int | str) -> None:
    cache.add(_key(endpoint), 0, OPEN_SECONDS)
    try:
        if cache.incr(_key(endpoint)) >= FAILURES:
            cache.touch(_key(endpoint), OPEN_SECONDS)
    except ValueError:  # it expired between the two calls
        cache.set(_key(endpoint), 1, OPEN_SECONDS)


def note_success(endpoint: int | str) -> None:
    cache.delete(_key(endpoint))


def _key(endpoint: int | str) -> str:
    return f"llm.failures.{endpoint}"
