"""The time `manage.py up` takes until it says that it is ready, the first time and later."""

import signal
import time
from collections.abc import Iterator
from pathlib import Path

from bench.arena import START_SECONDS
from bench.row import Budget, Row
from bench.rows import references
from bench.trial import Trial
from tests.product import Product

# What this process may have been told of another product must not be given to this one.
OWN = ("CELERY_BROKER_URL", "YINGDA_MODEL_URL", "YINGDA_MODEL_KEY", "SECRET_KEY", "YINGDA_PG_DUMP")
MAKES_DATABASE = 2  # times the patience of the arena, which loads no demo


def rows(trial: Trial) -> Iterator[Row]:
    """s from the command to “Ready in”, by the clock outside. Cold: an empty data folder, the virtual environment being there,
    so the database is made and the two demo shops are read. Warm: the same folder again. Beside both: a bare Python that sets
    Django up with the same settings."""
    bare = references.django_alone()
    folder = trial.folder / "starts"
    cold = _start(folder, trial.server)
    yield Row("cold start, empty folder", cold, "s", references=(bare,))
    warm = _start(folder, trial.server)
    yield Row("warm start", warm, "s", references=(bare,), budgets=(Budget("figure", "<", 10),))


def _start(folder: Path, server: str) -> float:
    folder.with_name(f"{folder.name}.log").unlink(missing_ok=True)  # where the last start said that it was ready
    began = time.monotonic()
    product = Product(folder, YINGDA_DEMO="1", ASGI_SERVER=server, **dict.fromkeys(OWN, ""))
    try:
        product.wait_until_told("Ready in", seconds=MAKES_DATABASE * START_SECONDS)
        return time.monotonic() - began
    finally:
        product.process.send_signal(signal.SIGTERM)
        product.process.wait(90)
