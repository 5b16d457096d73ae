"""What is named has to be met: products with their numbers, places."""

import pytest

from apps.knowledge.passages import names

TEXTS = ["Our Ridgeline 2 tent is light.", "We ship to Alaska, and to Salt Lake City.", "Press **Start a return** at any time."]


def test_names_are_what_is_mostly_written_with_a_capital_inside_sentences() -> None:
    asked = "Does a Ridgeline tent come to Alaska, or by the lake?"
    assert names.known(asked, TEXTS) == {"ridgeline", "alaska", "lake"}
    assert names.known(asked, [*TEXTS, "a lake", "the lake"]) == {"ridgeline", "alaska"}


@pytest.mark.parametrize(
    ("question", "text", "met"),
    [
        ("how heavy is the ridgeline 2", "The Ridgeline 2 weighs 4 lb.", True),
        ("how heavy is the ridgeline 4", "The Ridgeline 2 weighs 4 lb.", False),
        ("how heavy is the ridgeline", "The Ridgeline 2 weighs 4 lb.", True),
        ("delivery to alaska?", "Standard takes 3 days in the contiguous US.", False),
        ("delivery to Fairbanks?", "Standard takes 3 days in the contiguous US.", False),
        ("How Long Is Delivery To Me", "Standard takes 3 days.", True),
        ("can it come on Friday", "We deliver in 2 days.", True),
        ("within 30 days?", "You have 60 days.", True),
        ("听澜Max一次能听多久", "听澜 2 一次听 7 小时。", False),
        ("听澜2能听多久", "听澜 2 一次听 7 小时。", True),
        ("青屿5 pro 防水吗", "青屿 5 和青屿 5 Pro 都防水。", True),
        ("满99元包邮吗", "满 59 元包邮。", True),
    ],
)
def test_an_answer_is_about_what_is_named(question: str, text: str, met: bool) -> None:
    assert names.are_met(names.of(question, names.known(question, TEXTS)), [text]) is met
