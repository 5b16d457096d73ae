"""The screen of `manage.py up`: one line a service, and never more than a few seconds of silence."""

import sys
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager

QUIET_SECONDS = 4.0


class Screen:
    def __init__(self) -> None:
        self._began = time.monotonic()
        self._lock = threading.Lock()
        self._spoke = self._began

    def elapsed(self) -> float:
        return time.monotonic() - self._began

    def say(self, text: str = "") -> None:
        with self._lock:
            self._spoke = time.monotonic()
            print(text, flush=True)  # noqa: T201 — this is the terminal's voice

    def service(self, name: str, state: str, detail: str = "") -> None:
        self.say(f"  {name:<13} {state:<10} {detail}".rstrip())

    @contextmanager
    def working(self, what: Callable[[], str]) -> Iterator[None]:
        """Say that a long step still goes on, and which, whenever nothing was said for QUIET_SECONDS."""
        done = threading.Event()
        began = time.monotonic()

        def reassure() -> None:
            while not done.wait(0.5):
                if time.monotonic() - self._spoke >= QUIET_SECONDS:
                    self.say(f"  … {what()} ({time.monotonic() - began:.0f} s)")

        voice = threading.Thread(target=reassure, daemon=True)
        voice.start()
        try:
            yield
        finally:
            done.set()
            voice.join()


def complain(text: str) -> None:
    print(f"yingda: {text}", file=sys.stderr, flush=True)  # noqa: T201
