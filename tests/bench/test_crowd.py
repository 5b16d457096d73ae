"""The load itself, against a bare echo over a real server: what is said is counted once, and the wire is read rightly."""

import json
import subprocess
import sys
from dataclasses import asdict
from datetime import UTC, datetime, timedelta
from types import SimpleNamespace

import pytest

from bench import load
from bench.__main__ import arguments
from bench.library import _pair, _spliced
from bench.plan import Console, Outcome, Plan, read
from bench.profile import moments
from bench.rows.references import echo_server
from bench.thin import LOOPBACK
from tests.product import ROOT


def plan(port: int, **fields: object) -> Plan:
    told: dict[str, object] = {"kind": "echo", "customers": 4, "tokens": [], "texts": ["hello"], "seconds": 0.5}
    return Plan(port=port, host=LOOPBACK, **(told | fields))  # type: ignore[arg-type]


def test_a_plan_survives_its_way_to_the_crowd() -> None:
    told = plan(1, consoles=[Console("cookie", ["one"])])
    assert read(json.loads(json.dumps(asdict(told)))) == told


@pytest.mark.parametrize("server", ["daphne", "uvicorn"])
def test_a_crowd_counts_what_came_back(server: str) -> None:
    with echo_server(server) as (port, process):
        full, used = load.run(plan(port), [process])
        paced, _used = load.run(plan(port, rate=40.0, texts=["long " * 3_000]))
    assert len(full.ends) > 4
    assert len({own for own, *_ in full.ends}) == len(full.ends)
    assert [one.unanswered + one.lines_lost + len(one.errors) for one in (full, paced)] == [0, 0]
    assert 1 < len(paced.ends) < 60  # the rate's and no more: it does not say the next because the former came back
    assert all(answered >= due for _own, due, _acked, answered in [*full.ends, *paced.ends])
    assert "client" in used


def test_a_crowd_that_finds_no_server_says_so() -> None:
    with pytest.raises(load.Failed):
        load.run(plan(9))


def test_what_went_wrong_stands_in_the_sentence() -> None:
    outcome = Outcome(ends=[("a", 0.0, 0.0, 1.0)], seconds=2.0, unanswered=3, errors=['{"type":"error"}'])
    assert load.rate(outcome) == 0.5
    assert load.waits(outcome) == [1.0]
    assert load._trouble(outcome) == ' Of 1: 3 without an answer, errors such as {"type":"error"}.'


def test_the_steps_of_a_turn_add_up_to_the_customers_wait() -> None:
    began = datetime(2030, 1, 1, tzinfo=UTC)
    turn = SimpleNamespace(
        started_at=began + timedelta(milliseconds=30),
        finished_at=began + timedelta(milliseconds=90),
        trace=[{"step": "cache", "ms": 1.5}, {"step": "search", "ms": 40.5}],
    )
    at = began.timestamp()
    steps = moments(at - 0.01, at + 0.1, at, turn)
    assert sum(seconds for _name, seconds in steps) == pytest.approx(0.11, abs=1e-6)
    assert dict(steps)["turn: search"] == pytest.approx(0.0405)
    assert dict(steps)["turn: claim, release, transcript, the row of its end"] == pytest.approx(0.018, abs=1e-6)


def test_spliced_passages_are_first_the_sentences_themselves_and_later_all_different() -> None:
    sentences = [f"first{n} second{n} third{n} fourth{n}" for n in range(10)]
    made = [_spliced(sentences, number) for number in range(100)]
    assert made[:10] == sentences
    assert len(set(made)) == 100
    assert made[10] == "first0 second0 third1 fourth1"
    assert {_pair(number, 10) for number in range(100)} == {(a, b) for a in range(10) for b in range(10)}


def test_an_unknown_group_is_named(capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit):
        arguments(["--only", "messages,speed"])
    assert "There is no group speed." in capsys.readouterr().err


def test_help_needs_no_product() -> None:
    done = subprocess.run([sys.executable, "-m", "bench", "--help"], cwd=ROOT, capture_output=True, text=True, check=True)
    assert "--markdown" in done.stdout
