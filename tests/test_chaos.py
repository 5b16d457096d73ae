"""The one-minute form of `make chaos`: everything goes wrong, and no promise of PROTOCOL.md or of a flow is broken once."""

import subprocess
import sys
from collections import Counter
from datetime import date
from pathlib import Path
from typing import Any

import pytest

from apps.flows.engine import journey
from apps.flows.engine.said import Begun
from bench.chaos import effects, returner
from bench.chaos.effects import Walked
from bench.chaos.verdict import Verdict
from demo.orders.books import Books

ROOT = Path(__file__).resolve().parent.parent


@pytest.mark.timeout(480)
def test_nothing_is_lost_when_everything_goes_wrong() -> None:
    trial = (sys.executable, "-m", "bench.chaos", "--minutes", "1", "--seed", "7", "--customers", "100")
    done = subprocess.run(trial, cwd=ROOT, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout[-6_000:] + done.stderr[-3_000:]


def books(*returns: tuple[str, str]) -> dict[str, Any]:
    """The order system's, with a return for each wish and key."""
    found = Books()
    for wish, key in returns:
        found.record("acme", "return", "R", key, {"contact": wish}, date(2026, 11, 30))
    return found.effects()


def judged(journal: dict[str, Any], walked: Walked) -> dict[str, int]:
    verdict = Verdict()
    effects.judge(verdict, journal, [walked])
    return dict(verdict.counts)


def walked(**more: Any) -> Walked:
    """A wish of Vera's, for which the first return of the day was made, told and filed."""
    usual = {"wishes": {"WA000001": "vera"}, "told": {"R2611300001": ["vera"]}, "tickets": Counter(["R2611300001"])}
    return Walked(**{**usual, **more})


def test_a_return_that_was_made_told_and_filed_once_breaks_no_promise() -> None:
    assert judged(books(("WA000001", "run:1")), walked()) == {}


def test_a_second_effect_is_found_whatever_its_key() -> None:
    for second in (("WA000001", "run:2"), ("WA000002", "run:1")):
        assert judged(books(("WA000001", "run:1"), second), walked())[effects.TWICE] == 1


def test_a_number_that_is_none_and_one_of_somebody_else_are_found() -> None:
    assert judged(books(), walked()) == {effects.FALSE: 1}
    assert judged(books(("WA000002", "run:1")), walked()) == {effects.FALSE: 1}


@pytest.mark.parametrize("times", [0, 2])
def test_a_ticket_that_is_missing_or_there_twice_is_found(times: int) -> None:
    tickets = Counter(["R2611300001"] * times)
    assert judged(books(("WA000001", "run:1")), walked(tickets=tickets)) == {effects.TICKETS: 1}


def test_a_return_that_nobody_was_told_of_is_found_unless_a_person_has_it() -> None:
    silent = walked(told={}, tickets=Counter())
    assert judged(books(("WA000001", "run:1")), silent) == {effects.UNTOLD: 1}
    silent.helped.add("vera")
    assert judged(books(("WA000001", "run:1")), silent) == {}


def test_a_place_that_is_not_where_the_customer_was_told_is_found() -> None:
    flows = effects.flows()
    begun = journey.start(flows, returner.FLOW, "run", Begun(intent="return"), 0.0)
    assert begun.asked
    facts = begun.place.stored()
    assert effects.strayed(flows, facts, f"Of course. {begun.asked.text}") == ""
    assert effects.strayed(flows, facts, "Why would you like to return it?")
    assert effects.strayed(flows, {}, begun.asked.text)
    assert effects.strayed(flows, {}, "Done.") == ""
