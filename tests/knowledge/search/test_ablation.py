"""A search with one part left out: the part is gone while it is measured, matters, and is there again afterwards."""

from collections.abc import Sequence

import pytest

from apps.knowledge.models import Article
from apps.knowledge.search import ablation
from apps.knowledge.search.ablation import Part
from tests.knowledge.conftest import ask, know

ASKED = (
    "how do i return an item",  # word for word
    "When will my order arrive at Lake Superior?",
    "How do I pay with the code E-0417?",
    "what is on this page about tents",
    "发票怎么开",
    "return",
    "我的order什么时候发货",
)
IN_LARGER_SHOPS = ("aspects", "support by the answer", "below nearer questions")


def scores() -> list[list[tuple[int, float]]]:
    return [[(hit.passage, hit.score) for hit in ask(question)] for question in ASKED]


@pytest.fixture
def stocked(shop: Sequence[Article]) -> None:
    know(
        "Tents",
        "# Tents\n\nThis page says below how our tents are pitched.\n\n## Drying\n\nDry a tent for 2 days.",
        kind="article",
    )
    for number in ("E-0417", "E-0500"):
        know(f"What does {number} mean?", f"{number} means that the card was refused.")


@pytest.mark.parametrize("part", ablation.PARTS, ids=lambda part: part.name)
def test_a_part_left_out_is_there_again_afterwards(stocked: None, part: Part) -> None:
    whole = scores()
    with part.left_out():
        without = scores()
    assert scores() == whole
    if part.name not in IN_LARGER_SHOPS:
        assert without != whole


def test_a_part_that_is_no_longer_where_it_was_is_told() -> None:
    with pytest.raises(AttributeError), Part("gone", lambda: [(ablation, "no_such_rule", None)]).left_out():
        pass


def test_parts_have_names_of_their_own() -> None:
    assert len({part.name for part in ablation.PARTS}) == len(ablation.PARTS)
