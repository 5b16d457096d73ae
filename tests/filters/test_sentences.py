"""A text's sentences, and the one that may still go on."""

from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from apps.filters.sentences import LONGEST, sentences, unfinished

TEXTS = st.lists(st.sampled_from(["你好", "a", "1", "3.5", ".", "。", "！", "?", " ", "\n", "…", "x" * 150]), max_size=12).map(
    "".join
)


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("你好。转账失败怎么办？", ["你好。", "转账失败怎么办？"]),
        ("It costs 3.50 now. Really! Yes", ["It costs 3.50 now.", "Really!", "Yes"]),
        ("第一行\n  第二行  ", ["第一行", "第二行"]),
        ("。。。 ……", []),
        ("", []),
        ("x" * (LONGEST + 1), ["x" * LONGEST, "x"]),
    ],
)
def test_sentences(text: str, found: list[str]) -> None:
    assert [text[span.start : span.end] for span in sentences(text)] == found


def test_a_full_stop_ends_a_sentence_when_a_space_follows() -> None:
    assert unfinished("It costs 3.") == 0
    assert unfinished("It costs 3. ") == len("It costs 3.")
    assert unfinished("好。") == len("好。")


@given(TEXTS, st.integers(0, 400))
def test_what_has_ended_stays_as_it_is(text: str, cut: int) -> None:
    begun = text[:cut]
    settled = unfinished(begun)
    assert [span for span in sentences(begun) if span.end <= settled] == [
        span for span in sentences(text) if span.end <= settled
    ]
    assert all(one.end <= other.start for one, other in pairwise(sentences(text)))
