"""The bench's output: figures, ratios, budgets. Speed itself is not tested here."""

import json
import math
import re

import pytest

from bench import row
from bench.arena import quantile
from bench.row import Budget, Reference, Row, Spread


def fast(**fields: object) -> Row:
    told: dict[str, object] = {"name": "messages", "figure": 3_000.0, "unit": "/s", "spread": Spread(12.0, 30.5, 90.0)}
    return Row(**(told | fields))  # type: ignore[arg-type]


def test_a_quantile_is_a_value_at_or_below_which_that_share_lies() -> None:
    assert [quantile([4, 1, 3, 2], share) for share in (0.0, 0.5, 0.75, 0.95)] == [1, 2, 3, 4]
    assert math.isnan(quantile([], 0.5))


def test_a_spread_is_in_milliseconds() -> None:
    spread = Spread.of([0.001 * n for n in range(1, 101)])
    assert (spread.p50, spread.p95, spread.p99) == pytest.approx((50, 95, 99))


@pytest.mark.parametrize(
    ("budget", "met"),
    [
        (Budget("figure", "≥", 3_000), True),
        (Budget("figure", "≥", 3_001), False),
        (Budget("p99", "<", 90), False),
        (Budget("p99", "<", 91), True),
        (Budget("p50", "<", 12.5), True),
    ],
)
def test_a_budget_is_met_or_missed(budget: Budget, met: bool) -> None:
    assert fast(budgets=(budget,)).met is met


def test_all_budgets_of_a_row_must_be_met() -> None:
    assert fast(budgets=(Budget("p50", "<", 50), Budget("p99", "<", 50))).met is False


def test_a_budget_on_what_was_not_measured_is_missed() -> None:
    assert fast(spread=None, budgets=(Budget("p99", "<", 50),)).met is False


def test_a_budget_may_be_on_the_ratio() -> None:
    alone = (Reference("alone", 2_600.0),)
    assert fast(references=alone, budgets=(Budget("ratio", "<", 1.2),)).met is True
    assert fast(references=alone, budgets=(Budget("ratio", "<", 1.1),)).met is False


def test_without_a_budget_nothing_is_met_or_missed() -> None:
    assert fast().met is None
    assert row.missing("messages", "no data").met is None


def test_the_table_has_figure_reference_ratio_and_budget_in_one_line_and_the_note_below() -> None:
    told = fast(references=(Reference("bare echo", 6_000.0),), budgets=(Budget("figure", "≥", 2_000),), note="Client 20 %.")
    head, line, *rest = row.text([told]).splitlines()
    assert head.split()[:2] == ["what", "figure"]
    assert re.split("  +", line) == ["messages", "3,000 /s", "12 / 30.5 / 90", "bare echo 6,000", "0.5", "≥ 2,000", "yes"]
    assert rest == ["", "messages: Client 20 %."]


def test_what_could_not_be_measured_says_so_and_why() -> None:
    told = row.text([row.missing("search", "There is no folder.")])
    assert "not measured" in told
    assert "search: There is no folder." in told


def test_the_markdown_has_as_many_cells_in_every_line() -> None:
    lines = row.markdown([fast(), row.missing("search", "no data")]).splitlines()
    assert {line.count("|") for line in lines if line.startswith("|")} == {8}
    assert lines[-1] == "- search: no data"


def test_the_json_has_ratios_and_no_nan() -> None:
    told = fast(references=(Reference("bare echo", 6_000.0), Reference("nothing", 0.0)), spread=Spread.of([]))
    found = json.loads(json.dumps(told.to_json(), allow_nan=False))
    assert [reference["ratio"] for reference in found["references"]] == [0.5, None]
    assert found["spread"] == {"p50": None, "p95": None, "p99": None}
    assert found["met"] is None
    assert set(found) == {"name", "figure", "unit", "spread", "references", "budgets", "note", "met"}


@pytest.mark.parametrize(
    ("value", "told"),
    [(0.0123456, "0.0123"), (1.5, "1.5"), (12.34, "12.3"), (2.0, "2"), (12_345.6, "12,346"), (None, "–"), (0, "0")],
)
def test_numbers_show_three_digits_that_mean_something(value: float | None, told: str) -> None:
    assert row.number(value) == told
