"""Answers being streamed at once by one worker process, and what they cost it in memory."""

import os
import subprocess
import time
from collections.abc import Iterator

import psutil

from bench import load
from bench.load import ROOT, name_of
from bench.plan import Plan
from bench.row import Budget, Row
from bench.trial import ANSWER, QUESTION, WARM, Trial
from runtime import programs

PAUSE = 0.2  # seconds a word: a model that writes slowly
START_SECONDS = 60


def rows(trial: Trial) -> Iterator[Row]:
    """Streams open at once at the model's endpoint (its own count), while more customers ask than the worker takes: with the
    product's one worker of answers as it is, then with a second one of as many threads as questions beside it, which shows
    what the process itself would carry. MB: that worker's resident memory at the peak."""
    asked = 60 if trial.quick else 400
    threads = programs.WORKERS["turns"][1]
    worker = next(process for process in trial.processes() if name_of(process) == "turns" and process.parent() is not None)
    trial.composer  # noqa: B018  made, and the worker's encoders loaded
    before = _megabytes(worker)
    most, peak = _peak(trial, asked, worker)
    why = f"The worker has {threads} threads (WORKERS in runtime/programs.py), and a stream holds one to its end."
    each = f" Its memory: {before:.0f} MB before, {peak:.0f} MB at the peak."
    yield Row("streams at once, the worker as it is", most, "", budgets=(Budget("figure", "≥", 300),), note=why + each)
    with _Worker(trial, asked) as process:
        trial.warm(trial.composer, [f"{QUESTION} Once more, {number}" for number in range(WARM)])
        before = _megabytes(process)
        most, peak = _peak(trial, asked, process)
    own = max(most - threads, 1)
    note = f"{most} in both workers. Memory {before:.0f} MB before: {1024 * (peak - before) / own:.0f} KB a stream."
    yield Row(f"streams at once, a worker with {asked} threads", own, "", budgets=(Budget("figure", "≥", 300),), note=note)
    yield Row("its memory at the peak", peak, "MB", budgets=(Budget("figure", "<", 600),))


def _peak(trial: Trial, asked: int, worker: psutil.Process) -> tuple[int, float]:
    """→ the most streams at once, and the worker's memory then."""
    company, seconds = trial.composer, max(trial.seconds, 8.0)
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
        trial.endpoint.pace(words=1, pause=0.0, text=ANSWER)  # who still waits is answered fast
        crowd.stop()
    trial.calm(company)
    return most, peak


class _Worker:
    """One more worker of answers, on the product's own stores."""

    def __init__(self, trial: Trial, threads: int) -> None:
        argv = list(programs.worker("turns"))
        argv[argv.index("-c") + 1], argv[argv.index("-n") + 1] = str(threads), "more@%h"
        log = (trial.folder / "more.log").open("wb")
        told = {"YINGDA_DATA_DIR": str(trial.arena.product.folder), "MALLOC_ARENA_MAX": "2", **programs.ONE_THREAD}
        self.log = trial.folder / "more.log"
        self.process = subprocess.Popen(argv, cwd=ROOT, env={**os.environ, **told}, stdout=log, stderr=subprocess.STDOUT)
        log.close()

    def __enter__(self) -> psutil.Process:
        until = time.monotonic() + START_SECONDS
        while b"ready." not in self.log.read_bytes() and time.monotonic() < until:
            time.sleep(0.2)
        return psutil.Process(self.process.pid)

    def __exit__(self, *_error: object) -> None:
        self.process.kill()
        self.process.wait()


def _megabytes(process: psutil.Process) -> float:
    return float(process.memory_info().rss) / 2**20
