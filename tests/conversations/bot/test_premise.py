"""A “Yes” is not said to what it does not answer."""

import pytest

from apps.conversations.bot import courtesy
from apps.conversations.bot.story import Said
from tests.conversations.bot.test_turn import Reach, end_of, hit, tell

PRICE = "Yes. If our own price falls within 14 days of your order, we refund the difference. We don't match other shops."
BELOW = f"**Do you refund the difference?**\n\n{PRICE}"
PRICE_ZH = "可以。下单后 15 天内降价，差价当天原路退回。"
BELOW_ZH = f"**买完降价了，可以退差价吗？**\n\n{PRICE_ZH}"


@pytest.mark.parametrize(
    ("question", "said"),
    [
        ("you'll match the other shop's price, yes?", BELOW),
        ("do you refund it if the price falls within 30 days?", BELOW),
        ("how do i get the difference back", BELOW),
        ("do you refund the difference within 14 days?", PRICE),
        ("is there a refund when the price drops", PRICE),
    ],
)
def test_what_asks_otherwise_is_answered_below_the_question_that_yes_belongs_to(question: str, said: str) -> None:
    found = hit(0.9, title="Do you refund the difference?", text=PRICE)
    end = end_of(tell(question, Reach({question: [found]})))
    assert isinstance(end, Said)
    assert (end.text, end.choices) == (said, ())
    assert courtesy.without_frame(end.text) == PRICE


@pytest.mark.parametrize(
    ("question", "said"),
    [
        ("价保不是30天吗", BELOW_ZH),
        ("降价能补多少", BELOW_ZH),
        ("30天内降价可以退吗", BELOW_ZH),
        ("降價能補多少", BELOW_ZH),
        ("降价可以退差价吗", PRICE_ZH),
    ],
)
def test_in_chinese_too(question: str, said: str) -> None:
    found = hit(0.9, title="买完降价了，可以退差价吗？", text=PRICE_ZH)
    end = end_of(tell(question, Reach({question: [found]}), language="zh-hans"))
    assert isinstance(end, Said)
    assert end.text == said
    assert not end.choices


@pytest.mark.parametrize("language", ["en", "zh-hans"])
def test_a_thing_that_nothing_speaks_of_is_named_before_the_nearest_answer(language: str) -> None:
    found = hit(0.5, title="保修期多久？", text="整机 1 年。", absent=("洗碗机",))
    end = end_of(tell("洗碗机保修几年", Reach({"洗碗机保修几年": [found]}), language=language))
    assert isinstance(end, Said)
    assert end.text.startswith(courtesy.absent(language, ["洗碗机"]))
    assert "洗碗机" in end.text
    assert courtesy.without_frame(end.text) == "整机 1 年。"
    assert end.choices


def test_an_answer_without_yes_or_no_stands_alone() -> None:
    text = "Standard shipping is free on orders of $75 or more."
    end = end_of(tell("it's free from $50, right?", Reach({"it's free from $50, right?": [hit(0.9, text=text)]})))
    assert isinstance(end, Said)
    assert end.text == text
