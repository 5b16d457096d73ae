"""The one-minute form of `make chaos`: everything goes wrong, and no promise of PROTOCOL.md is broken once."""

import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parent.parent


@pytest.mark.timeout(480)
def test_nothing_is_lost_when_everything_goes_wrong() -> None:
    trial = (sys.executable, "-m", "bench.chaos", "--minutes", "1", "--seed", "7", "--customers", "100")
    done = subprocess.run(trial, cwd=ROOT, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout[-6_000:] + done.stderr[-3_000:]
