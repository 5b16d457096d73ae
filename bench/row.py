"""A row of the bench: one figure with its unit, beside it what the same machine did at the same time with bare means."""

import math
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from typing import Any, Literal

from bench.arena import quantile, table

Of = Literal["figure", "p50", "p95", "p99", "ratio"]


@dataclass(frozen=True)
class Spread:
    """Quantiles of many single measurements, in milliseconds."""

    p50: float
    p95: float
    p99: float

    @classmethod
    def of(cls, seconds: Sequence[float]) -> "Spread":
        p50, p95, p99 = (quantile(seconds, share) * 1000 for share in (0.5, 0.95, 0.99))
        return cls(p50, p95, p99)


@dataclass(frozen=True)
class Reference:
    """The result of bare means on this machine in this run, in the unit of the row's figure."""

    name: str
    figure: float


@dataclass(frozen=True)
class Budget:
    """`limit` in the row's unit, for quantiles in milliseconds; `ratio` is to the row's first reference."""

    of: Of
    sense: Literal["<", "≥"]
    limit: float

    def met_by(self, row: "Row") -> bool:
        found = row.value(self.of)
        return found < self.limit if self.sense == "<" else found >= self.limit

    def __str__(self) -> str:
        return f"{'' if self.of == 'figure' else self.of + ' '}{self.sense} {number(self.limit)}"


@dataclass(frozen=True)
class Row:
    """`figure` None: it could not be measured, and `note` says why."""

    name: str
    figure: float | None
    unit: str
    spread: Spread | None = None
    references: tuple[Reference, ...] = ()
    budgets: tuple[Budget, ...] = ()
    note: str = ""

    def value(self, of: Of) -> float:
        """NaN, which meets no budget, where there is none."""
        if of == "ratio":
            return self.ratio(self.references[0])
        found: float | None = self.figure if of == "figure" else getattr(self.spread, of, None)
        return math.nan if found is None else found

    @property
    def met(self) -> bool | None:
        """Whether every budget is met; None without a budget, or without a figure."""
        return None if self.figure is None or not self.budgets else all(budget.met_by(self) for budget in self.budgets)

    def ratio(self, reference: Reference) -> float:
        """The figure as a multiple of the reference; NaN where one of them is missing."""
        return self.figure / reference.figure if self.figure is not None and reference.figure else math.nan

    def to_json(self) -> dict[str, Any]:
        """The row's fields, NaN as null, each reference with its ratio, and whether the budgets are met."""
        fields = asdict(self) | {"met": self.met}
        for told, reference in zip(fields["references"], self.references, strict=True):
            told["ratio"] = self.ratio(reference)
        clean: dict[str, Any] = _without_nan(fields)
        return clean


def missing(name: str, why: str) -> Row:
    return Row(name, None, "", note=why)


def text(rows: Sequence[Row]) -> str:
    """Aligned columns, and below them what is to be known of each row."""
    cells = [_cells(row) for row in rows]
    notes = [f"{row.name}: {row.note}" for row in rows if row.note]
    return "\n".join([table([_HEAD, *cells]), "", *notes])


def markdown(rows: Sequence[Row]) -> str:
    """The same as a table for docs/performance.md; the notes follow as a list."""
    lines = [_HEAD, tuple("---" for _ in _HEAD), *(_cells(row) for row in rows)]
    notes = [f"- {row.name}: {row.note}" for row in rows if row.note]
    return "\n".join([*("| " + " | ".join(line) + " |" for line in lines), "", *notes])


def number(value: float | None) -> str:
    """Three digits that mean something."""
    if value is None or math.isnan(value):
        return "–"
    if value == 0 or abs(value) >= 100:
        return f"{value:,.0f}"
    return f"{value:,.{max(0, 2 - math.floor(math.log10(abs(value))))}f}".rstrip("0").rstrip(".")


_HEAD = ("what", "figure", "p50 / p95 / p99 ms", "beside it, in the same run", "ratio", "budget", "met")


def _cells(row: Row) -> tuple[str, ...]:
    spread = row.spread
    return (
        row.name,
        f"{number(row.figure)} {row.unit}".strip() if row.figure is not None else "not measured",
        " / ".join(number(value) for value in (spread.p50, spread.p95, spread.p99)) if spread else "",
        "; ".join(f"{reference.name} {number(reference.figure)}" for reference in row.references),
        "; ".join(number(row.ratio(reference)) for reference in row.references),
        ", ".join(str(budget) for budget in row.budgets),
        {None: "", True: "yes", False: "no"}[row.met],
    )


def _without_nan(value: Any) -> Any:
    if isinstance(value, dict):
        return {name: _without_nan(part) for name, part in value.items()}
    if isinstance(value, list | tuple):
        return [_without_nan(part) for part in value]
    return None if isinstance(value, float) and not math.isfinite(value) else value
