"""What has come so far may be the beginning of a match: then it is held back, and only then."""

import pytest
import re2
from hypothesis import given
from hypothesis import strategies as st

from apps.filters.patterns import beginnings
from apps.filters.patterns.pattern import Patterns, check
from apps.tenants.refusal import Refusal

PATTERNS = st.recursive(
    st.sampled_from(
        ["a", "b", "ab", "[ab]", "[^a]", ".", r"\d", r"\bab", r"b\b", "保本", r"\Qa.b\E", "^a", "b$", r"[[:alpha:]]", "{"]
    ),
    lambda inner: st.one_of(
        st.tuples(inner, inner).map("".join),
        st.tuples(inner, inner).map(lambda two: f"(?:{two[0]}|{two[1]})"),
        st.tuples(inner, st.sampled_from(["*", "+", "?", "{2}", "{1,3}", "{2,}", "*?"])).map(
            lambda two: f"(?:{two[0]}){two[1]}"
        ),
        inner.map(lambda one: f"(?i:{one})"),
        inner.map(lambda one: f"(?P<name>{one})" if "name" not in one else one),
    ),
    max_leaves=6,
)
TEXTS = st.text("abAB1 .保本{", max_size=12)


@given(PATTERNS, TEXTS, st.integers(0, 12))
def test_no_match_begins_before_what_is_settled_unless_it_is_found_already(pattern: str, text: str, cut: int) -> None:
    try:
        check(pattern)
    except Refusal:
        return
    patterns = Patterns([pattern])
    so_far = text[:cut]
    settled = patterns.settled(so_far)
    before = [span for _number, span in patterns.find(so_far) if span.start < settled]
    after = [span for _number, span in patterns.find(text) if span.start < settled]
    assert before == after


@pytest.mark.parametrize(
    ("pattern", "text", "settled"),
    [
        ("保本", "这是保", 2),
        ("保本", "这是不保险", 5),
        (r"\d{4}-\d{4}", "号码 1234-12", 3),
        (r"\d{4}-\d{4}", "号码 1234 ", 8),
        ("guaranteed return", "a guaranteed ret", 2),
        ("guaranteed return", "a guaranteed rat", 16),
        ("colou?r", "colou", 0),
        ("colou?r", "colouu", 6),
        ("foo|bar", "xba", 1),
        (r"\Qa+b\E", "xa+", 1),
        ("(?i)保本abc", "保本AB", 0),
    ],
)
def test_only_what_may_become_a_match_is_held_back(pattern: str, text: str, settled: int) -> None:
    assert Patterns([pattern]).settled(text) == settled


def test_a_pattern_that_is_too_much_holds_everything_back() -> None:
    patterns = Patterns(["(?:(?:a{0,30}b){0,30}c)"])
    assert patterns.settled("zzz") in (0, 3)
    with pytest.raises(beginnings.Unreadable):
        beginnings.of("(" * 60 + "a" + ")" * 60)


@pytest.mark.parametrize("pattern", ["", "(", "a**b(", r"\1", "(?=a)", "a*", "x" * 3_000])
def test_what_cannot_be_a_pattern_is_told(pattern: str) -> None:
    with pytest.raises(Refusal) as told:
        check(pattern)
    assert str(told.value).endswith(".")


def test_the_library_finds_places_by_characters() -> None:
    assert [match.span() for match in re2.compile("信息").finditer("a账户信息")] == [(3, 5)]
