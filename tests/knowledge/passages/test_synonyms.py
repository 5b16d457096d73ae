"""Groups of words that mean the same: how they are written, and where a question holds one."""

import pytest
from django.core.exceptions import ValidationError

from apps.knowledge.passages import synonyms
from apps.knowledge.passages.synonyms import Group

WRITTEN = """
# bags
rucksack, backpack,  "day pack",,
花呗，分期、花呗分期
iPhone 套装 → 礼盒
Wi-Fi\twireless
"""


def found(question: str, text: str = WRITTEN) -> list[str]:
    return [str(meant) for meant in synonyms.vocabulary(text).found(question)]


def first(question: str) -> str:
    """The question with the first other word for each."""
    return synonyms.reworded(question, [(meant, meant.words[0]) for meant in synonyms.vocabulary(WRITTEN).found(question)])


def test_a_line_is_a_group_however_it_is_pasted() -> None:
    synonyms.check(WRITTEN)
    assert synonyms.groups(WRITTEN) == [
        Group(("rucksack", "backpack", "day pack"), ("rucksack", "backpack", "day pack")),
        Group(("花呗", "分期", "花呗分期"), ("花呗", "分期", "花呗分期")),
        Group(("iPhone 套装",), ("礼盒",)),
        Group(("Wi-Fi", "wireless"), ("Wi-Fi", "wireless")),
    ]


@pytest.mark.parametrize(
    ("question", "words"),
    [
        ("Do the Rucksacks fit?", ["Rucksacks → backpack, day pack"]),
        ("a rucksacking trip for backpackers", ["rucksacking → backpack, day pack"]),
        ("a day-pack, a daypack", ["day-pack → rucksack, backpack"]),
        ("a day. Pack it", []),
        ("能用花唄分期付款嗎", ["花唄分期 → 花呗, 分期"]),
        ("花唄可以分期吗", ["花唄 → 分期, 花呗分期", "分期 → 花呗, 花呗分期"]),
        ("ｉＰｈｏｎｅ套裝多少钱", ["iPhone套裝 → 礼盒"]),
        ("礼盒多少钱", []),
        ("wi‑fi or WI-FI", ["WI-FI → wireless"]),
        ("", []),
    ],
)
def test_a_word_is_found_whole_and_in_every_spelling(question: str, words: list[str]) -> None:
    assert found(question) == words


def test_the_question_is_put_in_other_words_where_they_stand() -> None:
    assert first("Do the Rucksacks fit, Ｗi-Fi too?") == "Do the backpack fit, wireless too?"
    assert first("用花唄分期付款吗") == "用花呗付款吗"


def test_a_word_of_two_groups_has_the_others_of_both() -> None:
    assert found("bag", "bag, sack\nsack, bag, pouch\ntin → bag") == ["bag → sack, pouch"]


@pytest.mark.parametrize(
    ("text", "sentence"),
    [
        ("rucksack", "Line 1: write at least two"),
        ("a, A", "Line 1: write at least two"),
        ("ok, fine\n\n，、", "Line 3: write at least two"),
        ("a, b → c → d", "Line 1: write words, one arrow"),
        ("→ box", "Line 1: write words, one arrow"),
        (",".join(f"w{n}" for n in range(21)), "at most 20 words"),
        ("x" * 61 + ", y", "longer than 60 characters"),
        ("包, 袋子", "“包” is a single character"),
        ("\n".join(f"a{n}, b{n}" for n in range(501)), "at most 500 groups; these are 501"),
    ],
)
def test_bad_lines_are_told_in_one_sentence(text: str, sentence: str) -> None:
    with pytest.raises(ValidationError) as refused:
        synonyms.check(text)
    assert len(refused.value.messages) == 1
    assert sentence in refused.value.messages[0]
    assert isinstance(synonyms.vocabulary(text).found("rucksack a 包 x1"), list), "an older release is read all the same"


def test_what_a_question_is_searched_with_is_bounded() -> None:
    text = "\n".join(",".join(f"w{group}x{n}" for n in range(20)) for group in range(500))
    question = " ".join(f"w{group}x0" for group in range(100))
    assert sum(len(meant.words) for meant in synonyms.vocabulary(text).found(question)) == synonyms.MOST_MEANT


def test_terms_of_chinese_words_are_pairs_and_longer() -> None:
    assert synonyms.terms(["分期", "gift boxes", "包"]) == ["分期", "gift", "box", "包"]
