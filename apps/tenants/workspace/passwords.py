"""Passwords are hashed on one thread of each process, behind everything else that wants the processor.

A hash takes a third of a second of a core by design, and anybody who can open the log-in page can ask for one. So the limit
is here, under Django's own hasher, whatever door the password came through: log-in, a change, a new member, a new tenant, a
command.
"""

import os
import threading
from concurrent.futures import ThreadPoolExecutor
from threading import BoundedSemaphore

from django.contrib.auth.hashers import PBKDF2PasswordHasher

MOST_WAITING = 12
COME_AGAIN = 5  # seconds


class Busy(RuntimeError):
    """Too many passwords wait to be hashed already. Nothing was compared and nothing was kept."""


def _step_back() -> None:
    """Linux gives each thread a place of its own; hashing holds no lock of the interpreter, so nobody waits for it."""
    os.setpriority(os.PRIO_PROCESS, threading.get_native_id(), 5)


_apart = ThreadPoolExecutor(1, thread_name_prefix="passwords", initializer=_step_back)
_places = BoundedSemaphore(1 + MOST_WAITING)


class Hasher(PBKDF2PasswordHasher):
    """The same hashes as Django's."""

    def encode(self, password: str, salt: str, iterations: int | None = None) -> str:
        """Raises Busy."""
        if not _places.acquire(blocking=False):
            raise Busy
        try:
            return _apart.submit(super().encode, password, salt, iterations).result()
        finally:
            _places.release()
