"""Crowds from the side of the bench: started as processes of their own, with what the product's processes used meanwhile."""

import contextlib
import json
import subprocess
import sys
import time
from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import asdict
from pathlib import Path

import psutil

from bench.plan import Outcome, Plan

ROOT = Path(__file__).resolve().parent.parent
# What to call a process, by a word of its command line.
NAMES = {
    "postgres": "database",
    "valkey-server": "Valkey",
    "-Q turns ": "turns",
    "runtime.web.serving": "web",
    "celery": "other workers",
}


class Failed(RuntimeError):
    """A crowd could not do what it was to do; the message says why."""


class Load:
    """One crowd at work."""

    def __init__(self, plan: Plan) -> None:
        self.plan = plan
        self._process = subprocess.Popen(
            (sys.executable, "-m", "bench.crowd"), cwd=ROOT, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
        )
        if self._process.stdin:
            self._process.stdin.write(json.dumps(asdict(plan)))
            self._process.stdin.close()

    def began(self) -> None:
        """Returns when all lines stand and the measured time begins."""
        if self._line() != "began\n":
            raise Failed("The crowd could not open its lines; its error stands above.")

    def outcome(self) -> Outcome:
        """Waits for the end."""
        line = self._line()
        if not line:
            raise Failed("The crowd ended without a result; its error stands above.")
        fields = json.loads(line)
        return Outcome(**{**fields, "ends": [tuple(end) for end in fields["ends"]]})

    def stop(self) -> None:
        self._process.kill()
        self._process.wait()

    def _line(self) -> str:
        return self._process.stdout.readline() if self._process.stdout else ""


@contextlib.contextmanager
def loads(*plans: Plan) -> Iterator[list[Load]]:
    """Crowds that begin as nearly together as their opening allows; none outlives this."""
    started: list[Load] = []
    try:
        for plan in plans:
            started.append(Load(plan))
        for load in started:
            load.began()
        yield started
    finally:
        for load in started:
            load.stop()


def run(plan: Plan, processes: Iterable[psutil.Process] = ()) -> tuple[Outcome, str]:
    """→ the outcome, and a sentence of the share of a core each process used while it ran."""
    watched = list(processes)
    with loads(plan) as (load,):
        before, began = _used(watched), time.monotonic()
        outcome = load.outcome()
        after, span = _used(watched), time.monotonic() - began
    shares = {"client": outcome.client, **{name: (after[name] - before[name]) / span for name in sorted(after)}}
    busy = ", ".join(
        f"{name} {share:.0%}" for name, share in sorted(shares.items(), key=lambda pair: -pair[1]) if share >= 0.01
    )
    return outcome, f"Cores used: {busy}.{_trouble(outcome)}"


def rate(outcome: Outcome) -> float:
    """Answered in a second of the measured time."""
    return len(outcome.ends) / outcome.seconds


def waits(outcome: Outcome) -> list[float]:
    """Seconds from when each was due to its answer."""
    return [answered - due for _own, due, _acked, answered in outcome.ends]


def _trouble(outcome: Outcome) -> str:
    told = {
        "handed over to a person": outcome.handed_over,
        "without an answer": outcome.unanswered,
        "refused by the plan": outcome.refused,
        "due and never said, all customers being busy": outcome.behind,
        "lines lost": outcome.lines_lost,
    }
    parts = [f"{count} {what}" for what, count in told.items() if count]
    parts += [f"errors such as {outcome.errors[0][:160]}"] if outcome.errors else []
    return f" Of {len(outcome.ends)}: {', '.join(parts)}." if parts else ""


def _used(processes: Iterable[psutil.Process]) -> Counter[str]:
    """Seconds of CPU so far, by name."""
    used: Counter[str] = Counter()
    for process in processes:
        with contextlib.suppress(psutil.Error):
            times = process.cpu_times()
            used[name_of(process)] += times.user + times.system  # type: ignore[assignment]  # seconds
    return used


def name_of(process: psutil.Process) -> str:
    line = " ".join(process.cmdline()) or process.name()
    return next((name for word, name in NAMES.items() if word in line), "other processes")
