"""The bytes over the wire that a page pays for the chat."""

from collections.abc import Iterator
from pathlib import Path

from bench.row import Budget, Reference, Row
from bench.trial import Trial


def rows(trial: Trial) -> Iterator[Row]:
    """Bytes as a browser gets them with gzip, file by file and without HTTP headers: before anybody opens the chat, and what
    the first opening brings (English), counted as tests/widget/test_weight.py does. Beside them: the same files as written."""
    trial.arena  # noqa: B018  sets Django up
    from tests.widget.test_weight import BEFORE, opened, served

    groups = (("widget before it is opened", BEFORE, 4_000), ("widget's first opening", opened("en"), 20_000))
    for name, files, limit in groups:
        budgets = (Budget("figure", "<", limit),)
        written = Reference("as written, unpacked", _written(files))
        yield Row(name, served(files, "gz"), "bytes", references=(written,), budgets=budgets, note=f"{len(files)} files.")


def _written(files: list[str]) -> int:
    from bench.load import ROOT

    return sum((Path(ROOT) / "static" / file).stat().st_size for file in files)
