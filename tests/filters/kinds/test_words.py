"""Listed words are found however they are written, and nowhere else."""

from collections.abc import Mapping

import pytest

from apps.filters.kinds.words import Words
from apps.tenants.refusal import Refusal


def found(settings: Mapping[str, object], text: str) -> list[str]:
    return [text[span.start : span.end] for _number, span in Words().finder([settings]).find(text)]


@pytest.mark.parametrize(
    ("word", "text", "expected"),
    [
        ("保本", "这款产品保本吗", ["保本"]),
        ("保本", "这款产品保*本吗", ["保*本"]),
        ("保本", "保 本 理财", ["保 本"]),
        ("赌博", "線上賭博網站", ["賭博"]),
        ("日本", "今日本店休息", []),
        ("日本", "我想去日本旅游", ["日本"]),
        ("性", "性能很好", []),
        ("雨天", "下雨，天留客", []),
        ("guaranteed return", "A Guaranteed  Return for all", ["Guaranteed  Return"]),
        ("guaranteed return", "guaranteed\nreturn", []),
        ("ass", "the class passed", []),
        ("ass", "what an ass!", ["ass"]),
        ("damn", "D.A.M.N it", ["D.A.M.N"]),
        ("damn", "d a m n", ["d a m n"]),
        ("therapist", "the rapist", []),
        ("e-mail", "my email", ["email"]),
        ("ｅｍａｉｌ", "my e-mail", ["e-mail"]),
        ("VX", "加ＶＸ聊", ["ＶＸ"]),
        ("代开发票", "代\u200b开发票", ["代\u200b开发票"]),
        ("strasse", "Straße 5", ["Straße"]),
    ],
)
def test_found_however_it_is_written(word: str, text: str, expected: list[str]) -> None:
    assert found({"words": [word]}, text) == expected


def test_allowed_phrases_win() -> None:
    settings = {"words": ["信息"], "allowed": ["账户信息"]}
    assert found(settings, "请检查您的账户信息") == []
    assert found(settings, "请检查您的信息") == ["信息"]
    assert found(settings, "账户信息和信息") == ["信息"]


def test_anywhere_finds_within_words_too() -> None:
    assert found({"words": ["ass", "日本"], "anywhere": True}, "class 今日本店") == ["ass", "日本"]


def test_each_list_has_its_own_words() -> None:
    finder = Words().finder([{"words": ["one", "two"]}, {"words": ["two"], "allowed": ["one two"]}])
    assert [number for number, _span in finder.find("one two")] == [0, 0]
    assert sorted(number for number, _span in finder.find("two")) == [0, 1]


@pytest.mark.parametrize(
    "settings", [{}, {"words": ["  "]}, {"words": ["*"]}, {"words": ["x" * 101]}, {"words": ["a"] * 100_001}]
)
def test_what_is_no_list_is_told(settings: Mapping[str, object]) -> None:
    with pytest.raises(Refusal):
        Words().check(settings)


@pytest.mark.parametrize(
    ("text", "settled"),
    [
        ("产品保", 2),
        ("产品保险", 4),
        ("这是 保本", 3),
        ("这是 保本。", 6),
        ("class ", 2),
        ("an as", 3),
        ("an as ", 3),
        ("an as t", 7),
        ("an ass", 3),
        ("an asset ", 9),
    ],
)
def test_only_what_may_become_a_word_is_held_back(text: str, settled: int) -> None:
    assert Words().finder([{"words": ["保本", "ass"]}]).settled(text) == settled
