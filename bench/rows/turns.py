"""Turns that need no model: answered from knowledge, and answered before."""

from collections.abc import Iterator

from bench import load
from bench.crowd import OFTEN
from bench.plan import Plan
from bench.row import Budget, Row, Spread
from bench.trial import Trial

AT_ONCE = 64  # questions on their way at saturation
REPEATED = 24
FRESH_RATE, REPEATED_RATE = 30.0, 50.0
GUESS = {"fresh": 150, "repeated": 500}  # turns a second for which questions and visitors are prepared


def rows(trial: Trial) -> Iterator[Row]:
    """turns/s from say to the bot's message on the customer's socket, by a tenant that knows the demo shop's questions and
    has no model. Fresh: its questions after openings such as “Please tell me: ”, each asked once (tier 1: vectors, search,
    quote; a few end as handovers and are counted). Repeated: 24 questions that were answered before (tier 0). First as many
    as go with 64 on their way, then at a fixed rate and random moments."""
    yield from _both(trial, "fresh", FRESH_RATE, (Budget("figure", "≥", 60),), (Budget("p99", "<", 180),))
    known = trial.asked(REPEATED)
    load.run(_plan(trial, known, "repeated", 4.0, 2.0))  # answered once each
    trial.kept["repeated"] = known
    yield from _both(trial, "repeated", REPEATED_RATE, (Budget("figure", "≥", 250),), (Budget("p99", "<", 100),))


def _both(trial: Trial, what: str, rate: float, most: tuple[Budget, ...], slow: tuple[Budget, ...]) -> Iterator[Row]:
    tier = {"fresh": "fresh question (tier 1)", "repeated": "repeated question (tier 0)"}[what]
    outcome, used = load.run(_plan(trial, _texts(trial, what), what, None, trial.seconds), trial.processes())
    yield Row(f"turns, {tier}, saturation", load.rate(outcome), "/s", Spread.of(load.waits(outcome)), budgets=most, note=used)
    trial.calm(trial.shop)
    outcome, used = load.run(_plan(trial, _texts(trial, what), what, rate, trial.seconds), trial.processes())
    trial.kept[what + " ends"] = outcome.ends
    spread = Spread.of(load.waits(outcome))
    yield Row(f"turn, {tier}, {rate:.0f}/s", spread.p50, "ms", spread, budgets=slow, note=used)
    trial.calm(trial.shop)


def _texts(trial: Trial, what: str) -> list[str]:
    if what == "repeated":
        return list(trial.kept["repeated"])
    return trial.asked(int(GUESS[what] * (trial.seconds + 2)))


def _plan(trial: Trial, texts: list[str], what: str, rate: float | None, seconds: float) -> Plan:
    # Texts go round in their order, and so do customers at a rate: a multiple of REPEATED would ask the same ones again, who
    # are handed over to a person at their third time.
    customers = AT_ONCE if rate is None else 3 * AT_ONCE + 5
    later = int((rate or GUESS[what]) * seconds / OFTEN * 3)  # those who are handed over are replaced too
    tokens = trial.arena.tokens(trial.shop, customers + later)
    return Plan("ask", trial.arena.port, trial.shop.host, customers, tokens, texts, seconds, rate)
