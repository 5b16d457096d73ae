"""Runs a module of the product with a clock that is wrong: `python -m bench.chaos.skewed FILE MODULE [ARGUMENT …]`.

FILE holds the seconds by which this process's clock differs; it is read anew each second, so the clock may jump.
"""

import datetime
import runpy
import sys
import time
from pathlib import Path

from django.utils import timezone

_true = time.time


class Skew:
    def __init__(self, file: Path) -> None:
        self.file, self.seconds, self.read_at = file, 0.0, 0.0

    def __call__(self) -> float:
        if time.monotonic() - self.read_at > 1:
            self.read_at = time.monotonic()
            self.seconds = float(self.file.read_text() or 0)
        return self.seconds


def main() -> None:
    skew = Skew(Path(sys.argv[1]))
    time.time = lambda: _true() + skew()
    timezone.now = lambda: datetime.datetime.fromtimestamp(_true() + skew(), datetime.UTC)
    sys.argv = sys.argv[2:]
    runpy.run_module(sys.argv[0], run_name="__main__", alter_sys=True)


if __name__ == "__main__":
    main()
