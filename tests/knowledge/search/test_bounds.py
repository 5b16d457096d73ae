"""Bounds: what is near a question and does not answer it is no sure answer, whatever its rank."""

import uuid

import numpy as np
import pytest

from apps.knowledge.models import Passage
from apps.knowledge.search import bounds
from apps.knowledge.search.candidates import Candidate


def entry(question: str, answer: str) -> list[Candidate]:
    article = uuid.uuid4()
    kinds = ((Passage.Kind.QUESTION, question), (Passage.Kind.ANSWER, answer))
    return [Candidate(number, article, 1, kind, "en", "", text) for number, (kind, text) in enumerate(kinds)]


@pytest.mark.parametrize(
    ("question", "rows", "worth"),
    [
        ("what does the filter weigh", entry("Does the filter remove viruses?", "No. It holds 1,500 liters."), bounds.UNMET),
        ("how long does the filter last", entry("Does the filter remove viruses?", "No. It holds 1,500 liters."), 0.9),
        (
            "what does the big tent cost",
            entry("Is there an extra charge for big tents?", "Yes, $25 for freight."),
            bounds.UNMET,
        ),
        ("what does freight cost", entry("Is there an extra charge for big tents?", "Yes, $25 for freight."), 0.9),
        ("手机没激活能退吗", entry("手机激活了能退吗？", "激活后不支持退货。"), bounds.TURNED),
        ("激活的手机能退吗", entry("手机激活了能退吗？", "激活后不支持退货。"), 0.9),
        ("碎屏保能退吗", entry("碎屏保怎么买？", "签收后 7 天内可买。"), bounds.UNMET),
        ("what is the tent made of", entry("How heavy is the tent?", "It weighs 2 kg."), bounds.UNMET),
    ],
)
def test_what_tells_nothing_of_the_kind_or_the_opposite_case_is_doubted(
    question: str, rows: list[Candidate], worth: float
) -> None:
    found = bounds.bounded(question, rows, np.full(len(rows), 0.9))
    assert found.max() == found.min() == pytest.approx(worth, abs=bounds.IN_ORDER)


def test_the_more_probable_of_two_doubted_answers_stays_ahead() -> None:
    rows = [*entry("Does it boil?", "Yes."), *entry("Which fuel?", "Any.")]
    found = bounds.bounded("what does the stove weigh", rows, np.array([0.7, 0.7, 0.9, 0.9]))
    assert found[0] < found[2] <= bounds.UNMET


def test_a_section_is_about_a_thing_and_its_opposite() -> None:
    section = Candidate(1, uuid.uuid4(), 1, Passage.Kind.SECTION, "en", "Returns", "Worn gear comes back for store credit.")
    assert bounds.bounded("can I return unworn boots", [section], np.array([0.9])).tolist() == [0.9]


def test_who_asks_word_for_word_gets_what_they_ask_for() -> None:
    found = bounds.bounded("How much is it?", entry("How much is it?", "Ask in the store."), np.array([0.9, 0.9]))
    assert found.max() == bounds.WORD_FOR_WORD
