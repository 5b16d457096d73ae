"""A worker that is told to stop ends the answers it is writing; those that take longer go to another worker."""

import time
from typing import Any

from celery.signals import worker_shutting_down

GRACE_SECONDS = 8.0

_told_at: float | None = None


class HandedBack(Exception):
    """The answer is somebody else's now; the question stays as it was."""


@worker_shutting_down.connect
def told_to_stop(**_: Any) -> None:
    global _told_at
    _told_at = time.monotonic()


def told() -> bool:
    return _told_at is not None


def check() -> None:
    """Raises HandedBack when this worker should have stopped by now."""
    if _told_at is not None and time.monotonic() - _told_at > GRACE_SECONDS:
        raise HandedBack
