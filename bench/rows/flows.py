"""The language of flows: how long a large flow takes to load, and one of its conditions to be answered."""

import json
import os
import subprocess
import sys
from collections.abc import Iterator

from bench.flow import CONDITION
from bench.load import ROOT
from bench.row import Budget, Reference, Row, Spread
from bench.trial import Trial

STATES, SLOTS = 200, 60
NOWHERE = {"DATABASE_URL": "postgresql://nobody@127.0.0.1:1/nowhere", "VALKEY_URL": "redis://127.0.0.1:1/0"}


def rows(trial: Trial) -> Iterator[Row]:
    """ms of apps.flows.definition.loading.load, from the text to a definition with every check made: 200 states that say, ask
    and go on by three transitions each, 60 slots of ten kinds. Beside it: PyYAML's parser alone on the same text. Then µs of
    one condition, whose program was made when the flow was loaded. All in a process of its own without a database."""
    states = 20 if trial.quick else STATES
    command = (sys.executable, "-m", "bench.flow", "5" if trial.quick else "30", str(states), str(SLOTS))
    environment = os.environ | NOWHERE | {"DJANGO_SETTINGS_MODULE": "config.settings"}
    told = json.loads(subprocess.run(command, cwd=ROOT, env=environment, check=True, capture_output=True).stdout)
    loaded, parsed, asked = (Spread.of(told[name]) for name in ("loaded", "parsed", "asked"))
    name = f"a flow of {states} states and {SLOTS} slots, loaded"
    yield Row(name, loaded.p50, "ms", loaded, (Reference("PyYAML alone, p50", parsed.p50),), (Budget("p50", "<", 200),))
    yield Row("a condition, answered", asked.p50 * 1000, "µs", asked, note=CONDITION)
