"""The local intent engine with its real encoders, on small sets."""

import pytest

from apps.flows.understanding import classifier
from apps.flows.understanding.classifier import Classifier

EXAMPLES = {
    "returns": [
        "I want to return my order", "please take this back", "start a return", "I'd like my money back for these shoes",
        "我要退货", "帮我退货", "这个不想要了，退了吧", "申请退款",
    ],
    "invoice": [
        "I need an invoice", "send me the receipt please", "issue an invoice for my company", "email me the bill",
        "我要开发票", "给我开张发票", "补开上次的发票", "把电子发票发给我",
    ],
}  # fmt: skip
OTHERS = [
    "How do returns work?",
    "How long do refunds take?",
    "Where can I find my invoices?",
    "怎么退货",
    "退款多久到账",
    "发票怎么开",
]


@pytest.fixture(scope="module")
def trained() -> Classifier:
    return classifier.train(EXAMPLES, OTHERS)


@pytest.mark.parametrize(
    ("text", "intent"),
    [
        ("I want to send these boots back", "returns"),
        ("帮我把耳机退了", "returns"),
        ("please send me an invoice for my order", "invoice"),
        ("麻烦开一下发票", "invoice"),
    ],
)
def test_a_wish_is_understood_in_both_languages(trained: Classifier, text: str, intent: str) -> None:
    assert trained.sure(text) == intent


@pytest.mark.parametrize(
    "text",
    [
        "hello",
        "谢谢你",
        "How do I return something?",
        "怎么申请退货",
        "tell me a joke",
        "明天天气怎么样",
        "",
        " ",
        "\x00",
        "🙂" * 900,
    ],
)
def test_questions_and_chat_are_no_wish(trained: Classifier, text: str) -> None:
    assert trained.sure(text) == ""


def test_probabilities_stand_in_order_and_leave_room_for_none(trained: Classifier) -> None:
    (first, likely), (_second, unlikely) = trained.ranked("I want to return my order")
    assert first == "returns"
    assert 0.5 < likely <= 1
    assert 0 <= unlikely < likely
    assert likely + unlikely <= 1
    assert sum(probability for _intent, probability in trained.ranked("what a lovely day")) < 0.5


def test_what_is_stored_answers_the_same(trained: Classifier) -> None:
    again = classifier.read(trained.stored())
    for text in ("return this please", "发票", "good morning"):
        assert again.ranked(text) == trained.ranked(text)
        assert again.sure(text) == trained.sure(text)


def test_without_examples_nothing_is_meant() -> None:
    for empty in (classifier.train({}), classifier.train({"returns": [" "]}, OTHERS)):
        again = classifier.read(empty.stored())
        assert again.ranked("I want to return this") == []
        assert again.sure("I want to return this") == ""


def test_one_sentence_of_one_intent_is_enough_to_begin() -> None:
    made = classifier.train({"returns": ["I want to return my order"]})
    assert made.sure("I want to return my order") == "returns"
    assert made.sure("what is the capital of France") == ""


def test_an_article_that_is_worded_as_a_wish_does_not_take_it_away() -> None:
    made = classifier.train(EXAMPLES, [*OTHERS, "我要退货", "I want to return my order"])
    assert made.sure("我要退货") == "returns"
    assert made.sure("I want to return my order") == "returns"


def test_what_another_version_stored_is_not_read(trained: Classifier, monkeypatch: pytest.MonkeyPatch) -> None:
    stored = trained.stored()
    monkeypatch.setattr(classifier, "VERSION", 0)
    with pytest.raises(ValueError, match="version"):
        classifier.read(stored)
