"""Tasks on the product's own queues that write down what they do, and `python -m tests.notes`, which sends what it reads.

A process of its own, since the broker is chosen by the environment, once a process.
"""

import asyncio
import json
import subprocess
import sys
import time
from collections.abc import Mapping
from pathlib import Path
from typing import Any


def note(file: str, words: str, pause: float) -> None:
    _write(Path(file), f"began {words}")
    time.sleep(pause)
    _write(Path(file), f"ended {words}")


def _write(file: Path, line: str) -> None:
    with file.open("a") as notes:
        notes.write(f"{time.time()} {line}\n")


class Sender:
    """The other process; `send` returns when the broker has the task, or when the product has given up sending it."""

    def __init__(self, environment: Mapping[str, str], notes: Path) -> None:
        self._notes = notes
        argv = (sys.executable, "-m", "tests.notes")
        self._process = subprocess.Popen(argv, stdin=subprocess.PIPE, stdout=subprocess.PIPE, env=environment, text=True)

    def send(self, queue: str, words: str, *, pause: float = 0.0, countdown: float | None = None) -> None:
        kwargs = {"file": str(self._notes), "words": words, "pause": pause}
        self._ask({"send": [f"tests.note_{queue}", "acme", kwargs], "countdown": countdown})

    def lengths(self) -> dict[str, int]:
        """The lengths of the queues, as the product's metrics tell them."""
        told: dict[str, int] = self._ask({"lengths": True})
        return told

    def noted(self) -> list[tuple[float, str]]:
        """The notes so far: when and what."""
        lines = self._notes.read_text().splitlines() if self._notes.exists() else []
        return [(float(line.split(" ", 1)[0]), line.split(" ", 1)[1]) for line in lines]

    def words(self) -> list[str]:
        return [words for _at, words in self.noted()]

    def stop(self) -> None:
        self._process.kill()
        self._process.communicate()

    def _ask(self, what: dict[str, Any]) -> Any:
        assert self._process.stdin is not None
        assert self._process.stdout is not None
        self._process.stdin.write(json.dumps(what) + "\n")
        self._process.stdin.flush()
        while not (line := self._process.stdout.readline()).startswith("answer "):
            assert line, "the sender ended"
        return json.loads(line.removeprefix("answer "))


def _main() -> None:
    import django

    django.setup()

    from apps.tenants.tasks import send
    from runtime.watching import metrics
    from tests import noting  # noqa: F401 — registers the tasks

    for line in sys.stdin:
        asked = json.loads(line)
        answer = asyncio.run(metrics.queue_lengths()) if "lengths" in asked else None
        if "send" in asked:
            send(*asked["send"], countdown=asked["countdown"])
        sys.stdout.write(f"answer {json.dumps(answer)}\n")
        sys.stdout.flush()


if __name__ == "__main__":
    _main()
