"""Random walks through flows: whatever is said, and whatever comes back, a flow never breaks, never runs on alone, and ends.

The flows are random too, beside those of the demo shops. YINGDA_EXAMPLES sets the number of walks.
"""

from functools import cache
from pathlib import Path

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from apps.flows.definition.loading import load
from apps.flows.engine.journey import Flows
from tests.flows.engine.inventions import INVENTED
from tests.flows.engine.test_approve import REFUND
from tests.flows.engine.test_engine import INNER, OUTER, RETURN
from tests.flows.engine.walker import EVERYTHING, WORDS, Walker, Word

FILES = sorted((Path(__file__).resolve().parents[3] / "demo").glob("*/flows/*.yaml"))

AT_LEAST = 600  # walks: fewer miss what is rare


@cache
def written() -> Flows:
    """Flows that people wrote."""
    found = [load(text).definition for text in (RETURN, OUTER, INNER, REFUND, *(file.read_text() for file in FILES))]
    return {each.name: each for each in found if each}


@given(st.sampled_from(sorted(written())), WORDS)
def test_a_flow_that_people_wrote_never_breaks_never_runs_on_alone_and_ends(name: str, words: list[Word]) -> None:
    Walker(written(), written(), words, set(), first=name).walk()


def test_a_flow_that_nobody_wrote_neither_and_the_walks_come_everywhere() -> None:
    seen: set[str] = set()

    most = max(AT_LEAST, settings.default.max_examples if settings.default else 0)
    unhurried = [HealthCheck.too_slow, HealthCheck.filter_too_much, HealthCheck.data_too_large]

    @settings(max_examples=most, suppress_health_check=unhurried)
    @given(INVENTED, INVENTED, WORDS)
    def walk(flows: Flows, others: Flows, words: list[Word]) -> None:
        Walker(flows, others, words, seen).walk()

    walk()
    assert seen >= EVERYTHING, f"never reached: {sorted(EVERYTHING - seen)}"
