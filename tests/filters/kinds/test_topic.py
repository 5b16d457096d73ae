"""Sentences of a topic are found by their meaning, in words that nobody listed."""

from typing import Any

import pytest

from apps.filters.kinds.topic import Topic
from apps.tenants.refusal import Refusal

PROMISES = [
    "这款理财保证不会亏本",
    "收益是有保障的，稳赚不赔",
    "我们承诺本金绝对安全",
    "Your money is guaranteed to grow",
    "You cannot lose with this investment",
    "We promise a return of ten percent",
]


def found(text: str, **settings: Any) -> list[str]:
    return [text[span.start : span.end] for _rule, span in Topic().finder([{"examples": PROMISES, **settings}]).find(text)]


def test_a_sentence_of_the_topic_is_found_among_others() -> None:
    said = "您好，很高兴为您服务。这个产品承诺本金不会有任何损失。请问还有什么问题？"
    assert found(said) == ["这个产品承诺本金不会有任何损失。"]
    assert found("This fund is guaranteed to make you money.")


@pytest.mark.parametrize("text", ["转账失败怎么办", "你们几点下班？", "Where is my parcel?", "Thank you, that helped."])
def test_everyday_talk_is_let_be(text: str) -> None:
    assert not found(text)


def test_what_is_nearer_to_the_others_is_not_of_it() -> None:
    said = "投资有风险，我们不保证本金是安全的"
    assert found(said, threshold=0)
    assert not found(said, threshold=0, others=["投资有风险，我们不保证本金安全"])


@pytest.mark.parametrize(
    ("settings", "told"),
    [
        ({}, "at least"),
        ({"examples": ["a", "a", "b"]}, "at least"),
        ({"examples": ["a", "b", " "]}, "characters"),
        ({"examples": ["a", "b", "c"], "others": ["c"]}, "can't be"),
        ({"examples": ["a", "b", "c"], "threshold": 2}, "threshold"),
        ({"examples": list(map(str, range(300)))}, "more than"),
    ],
)
def test_bad_settings_are_refused(settings: dict[str, Any], told: str) -> None:
    with pytest.raises(Refusal, match=told):
        Topic().check(settings)
