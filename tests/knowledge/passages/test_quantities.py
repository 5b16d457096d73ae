"""Numbers with units, and whether a text says another one than a question takes for granted."""

import pytest

from apps.knowledge.passages import quantities
from apps.knowledge.passages.quantities import Quantity


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("$2,000 in four parts", {Quantity(2000, 2000, "money")}),
        ("3–5 business days", {Quantity(3, 5, "day")}),
        ("a week or thirty days", {Quantity(1, 1, "week"), Quantity(30, 30, "day")}),
        ("十五天，二十个工作日", {Quantity(15, 15, "day"), Quantity(20, 20, "day")}),
        ("两年，99 元", {Quantity(2, 2, "year"), Quantity(99, 99, "money")}),
        ("in 2024年", set()),
        ("no number", set()),
    ],
)
def test_numbers_are_read_with_their_units(text: str, found: set[Quantity]) -> None:
    assert quantities.of(text) == found


@pytest.mark.parametrize(
    ("question", "text", "otherwise"),
    [
        ("价保不是30天吗", "下单后 15 天内降价，可以退差价。", True),
        ("价保是15天吗", "下单后 15 天内降价，可以退差价。", False),
        ("does it come in 4 days", "It takes 3–5 business days.", False),
        ("does it come in 2 weeks", "It takes 3–5 business days.", False),
        ("free from $50?", "Free on orders of $75 or more.", True),
        ("is it free?", "Free on orders of $75 or more.", False),
    ],
)
def test_a_text_contradicts_a_number_of_its_own_unit(question: str, text: str, otherwise: bool) -> None:
    assert quantities.contradicts(question, text) is otherwise
