"""Answers being streamed at once by one worker process, and what they cost it in memory."""

import contextlib
import re
import socket
import time
from collections.abc import Iterator

import psutil

from bench import load
from bench.load import name_of
from bench.plan import Plan
from bench.row import Budget, Row
from bench.trial import ANSWER, QUESTION, Trial
from runtime import programs

PAUSE = 0.2  # seconds a word: a model that writes slowly
LONG = 30.0  # seconds an answer: so long that streams pile up, however slowly a worker begins them


def rows(trial: Trial) -> Iterator[Row]:
    """Streams open at once at the model's endpoint (its own count), while more customers ask than the worker takes; its
    resident memory before and at the peak. The other workers of its kind take no questions meanwhile."""
    asked, seconds = (60, 8.0) if trial.quick else (400, LONG)
    worker, *others = (process for process in trial.processes() if name_of(process) == "turns")
    trial.composer  # noqa: B018  made, and the worker's encoders loaded
    with _idle(others):
        before = _megabytes(worker)
        most, peak = _peak(trial, asked, seconds, worker)
    threads, each = programs.WORKERS["turns"][1], 1024 * (peak - before) / max(most, 1)
    why = f"{asked} asked a worker of {threads} threads. Memory {before:.0f} MB before: {each:.0f} KB a stream."
    yield Row("streams at once, one worker", most, "", budgets=(Budget("figure", "≥", 300),), note=why)
    yield Row("its memory at the peak", peak, "MB", budgets=(Budget("figure", "<", 600),))


def _peak(trial: Trial, asked: int, seconds: float, worker: psutil.Process) -> tuple[int, float]:
    """→ the most streams at once, and the worker's memory then."""
    company = trial.composer
    trial.endpoint.pace(words=int(seconds / PAUSE), pause=PAUSE, text=ANSWER)
    texts = [f"{QUESTION} Number {time.time():.3f} {number}" for number in range(asked)]
    tokens = trial.arena.tokens(company, asked)
    plan = Plan("ask", trial.arena.port, company.host, asked, tokens, texts, 1.5 * seconds)
    peak = 0.0
    with load.loads(plan) as (crowd,):
        until = time.monotonic() + 1.5 * seconds
        while time.monotonic() < until:
            peak = max(peak, _megabytes(worker))
            time.sleep(0.25)
        most = trial.endpoint.state()["most"]
        trial.endpoint.pace(words=1, pause=0.0, text=ANSWER)  # those still waiting are answered fast
        crowd.stop()
    trial.calm(company)
    return most, peak


@contextlib.contextmanager
def _idle(workers: list[psutil.Process]) -> Iterator[None]:
    from config.celery import app

    lines = [" ".join(worker.cmdline()) for worker in workers]
    names = [f"{found[1]}@{socket.gethostname()}" for line in lines if (found := re.search(r"-n (\w+)@%h", line))]
    if names:
        app.control.cancel_consumer("turns", destination=names, reply=True, timeout=10.0)
    try:
        yield
    finally:
        if names:
            app.control.add_consumer("turns", destination=names, reply=True, timeout=10.0)


def _megabytes(process: psutil.Process) -> float:
    return float(process.memory_info().rss) / 2**20
