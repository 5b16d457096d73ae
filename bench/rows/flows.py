"""Flows: how long a large one takes to load, one of its conditions and one of its steps, and a sentence in one."""

import json
import os
import subprocess
import sys
from collections.abc import Iterator
from typing import Any

from bench.alone.flow import CONDITION
from bench.load import ROOT
from bench.row import Budget, Reference, Row, Spread
from bench.trial import Trial

STATES, SLOTS = 200, 60
NOWHERE = {"DATABASE_URL": "postgresql://nobody@127.0.0.1:1/nowhere", "VALKEY_URL": "redis://127.0.0.1:1/0"}


def rows(trial: Trial) -> Iterator[Row]:
    """ms of apps.flows.definition.loading.load, from the text to a definition with every check made: 200 states that say, ask
    and go on by three transitions each, 60 slots of ten kinds. Beside it: PyYAML's parser alone on the same text. Then µs of
    one condition, whose program was made when the flow was loaded, and of one step through that flow (processor time); beside
    it: the walk's place read from JSON and written again. Then ms of what customers say in a flow, understood; beside it: the
    making of the sentence's vector alone. All in processes of their own without a database."""
    states = 20 if trial.quick else STATES
    told = _told("bench.alone.flow", "5" if trial.quick else "30", str(states), str(SLOTS))
    loaded, parsed, asked, stepped, kept = (Spread.of(told[name]) for name in ("loaded", "parsed", "asked", "stepped", "kept"))
    name = f"a flow of {states} states and {SLOTS} slots, loaded"
    yield Row(name, loaded.p50, "ms", loaded, (Reference("PyYAML alone, p50", parsed.p50),), (Budget("p50", "<", 200),))
    yield Row("a condition, answered", asked.p50 * 1000, "µs", asked, note=CONDITION)
    place = Reference("its place as JSON and back, p50", kept.p50 * 1000)
    yield Row(
        "an engine step",
        stepped.p50 * 1000,
        "µs",
        stepped,
        (place,),
        (Budget("p95", "<", 1),),
        note="from question to question",
    )
    yield from _understood()


def _understood() -> Iterator[Row]:
    told = _told("bench.alone.understood")
    understood, encoded = Spread.of(told["understood"]), Spread.of(told["encoded"])
    vector = Reference("the sentence's vector alone, p50", encoded.p50)
    note = "The demo shop's return waits for an order number; half of wishes.jsonl is said. A question needs no vector here."
    yield Row("a sentence understood in a flow", understood.p50, "ms", understood, (vector,), note=note)


def _told(module: str, *options: str) -> Any:
    environment = os.environ | NOWHERE | {"DJANGO_SETTINGS_MODULE": "config.settings"}
    command = (sys.executable, "-m", module, *options)
    return json.loads(subprocess.run(command, cwd=ROOT, env=environment, check=True, capture_output=True).stdout)
