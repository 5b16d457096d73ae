"""Terms of both languages."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from apps.knowledge.passages import tokens

ANY = st.text(max_size=200)
HAN = st.text(st.characters(min_codepoint=0x4E00, max_codepoint=0x9FA5), min_size=2, max_size=30)


@pytest.mark.parametrize(
    ("text", "terms"),
    [
        ("退货", ["退", "货", "退货"]),
        ("Refunds refunded refunding", ["refund", "refund", "refund"]),
        ("SF1234567890", ["sf1234567890"]),
        ("Ｅ－0417", ["e-0417", "e", "0417"]),
        ("用iPhone支付", ["用", "iphon", "支", "付", "支付"]),
        ("customer's don’t", ["customer", "don"]),
        ("Résumés au café", ["resum", "au", "caf"]),
        ("Cafe\u0301 naïve Ünal", ["caf", "naiv", "unal"]),
        ("カード", ["カード"]),
        ("😀 \x00 ?!", []),
    ],
)
def test_terms(text: str, terms: list[str]) -> None:
    assert tokens.terms(text) == terms


def test_a_chinese_sentence_is_never_one_term() -> None:
    found = tokens.terms("请问增值税专用发票怎么申请")
    assert {"发票", "票怎", "专用发票"} <= set(found)
    assert max(map(len, found)) < 6


@given(ANY)
def test_terms_are_plain_short_and_always_the_same(text: str) -> None:
    found = tokens.terms(text)
    assert found == tokens.terms(text)
    assert all(
        0 < len(term) <= tokens.LONGEST_TERM and not any(map(str.isspace, term)) and "\x00" not in term for term in found
    )


@given(HAN, HAN)
def test_a_part_of_a_chinese_text_is_found_in_it(before: str, part: str) -> None:
    pairs = {part[i : i + 2] for i in range(len(part) - 1)}
    assert pairs <= set(tokens.terms(before + part))


@given(ANY)
def test_case_and_width_do_not_matter(text: str) -> None:
    assert tokens.terms(text.upper().lower()) == tokens.terms(text.upper().lower().upper().lower())


@pytest.mark.parametrize(
    ("text", "language"), [("发票 invoice", "en"), ("怎么开发票", "zh-hans"), ("", "en"), ("iPhone 15 的保修期", "zh-hans")]
)
def test_language_of(text: str, language: str) -> None:
    assert tokens.language_of(text) == language
