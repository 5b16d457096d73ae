"""Filters: how long a large screen takes to be made ready, and a message through it; and a sentence in a tenant's own code."""

import json
import os
import subprocess
import sys
from collections.abc import Iterator

from bench.alone.screening import LETTERS, PATTERNS, WORDS
from bench.load import ROOT
from bench.row import Budget, Reference, Row, Spread
from bench.rows.flows import NOWHERE
from bench.trial import Trial


def rows(trial: Trial) -> Iterator[Row]:
    """Processor ms of apps.filters.screening.screen.Screen: a message of 500 characters in both languages, with a phone number
    and an order number, held against 200 patterns, 100,000 words, all personal data and the model of offence, which finds the
    vectors of its sentences made; beside it RE2's own set over the same patterns alone. Then the making ready of all these
    rules. In a process of its own without a database."""
    told = _alone("bench.alone.screening", 100 if trial.quick else 1_000)
    screened, alone, made = (Spread.of(told[name]) for name in ("screened", "alone", "made"))
    name = f"{LETTERS} characters through {PATTERNS} patterns, {WORDS:,} words, personal data and offence"
    reference = Reference("RE2's set of the patterns alone, p50", alone.p50)
    yield Row(name, screened.p50, "ms", screened, (reference,), (Budget("p99", "<", 2),))
    yield Row("a release's filters, made ready", made.p50, "ms", made, (), (Budget("p50", "<", 2_000),))
    yield _code(trial)


def _code(trial: Trial) -> Row:
    """Processor ms of apps.filters.sandbox.call.places: a sentence through the example of docs/wasm-filters.md, in an instance
    and a memory of its own; beside it the same function in an instance that is kept, called by wasmtime's own means."""
    told = _alone("bench.alone.code", 1_000 if trial.quick else 5_000)
    called, kept = Spread.of(told["called"]), Spread.of(told["kept"])
    reference = Reference("the same in an instance that is kept, p50", kept.p50)
    return Row(
        "a sentence in a tenant's own code (WebAssembly)", called.p50, "ms", called, (reference,), (Budget("p99", "<", 0.2),)
    )


def _alone(module: str, times: int) -> dict[str, list[float]]:
    environment = os.environ | NOWHERE | {"DJANGO_SETTINGS_MODULE": "config.settings"}
    command = (sys.executable, "-m", module, str(times))
    told: dict[str, list[float]] = json.loads(
        subprocess.run(command, cwd=ROOT, env=environment, check=True, capture_output=True).stdout
    )
    return told
