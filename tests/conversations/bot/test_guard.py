"""The words a model may say: sentences that a place in the passages supports, with their numbers and with what limits them."""

import pytest

from apps.conversations.bot.checks import Checked
from apps.conversations.bot.guard import Grounded

SHIPPING = """How long does shipping take?
Standard shipping takes 3–5 business days within the contiguous US. Express arrives in 2 business days for $14.95."""
ALASKA = """Do you deliver to Alaska, Hawaii and PO boxes?
Yes, by standard shipping: 7–10 business days to Alaska and Hawaii."""
PACKS = """Which packs do you have?
| Pack | Volume | Weight |
|---|---|---|
| Trek 40 | 40 l | 1.2 kg |
| Trek 60 | 60 l | 1.6 kg |"""
BOX = """包装里有什么？
包装内有 GX-1000 主机和说明书。不含 USB 线。保修期 1 年，主要部件 2 年。"""


def kept(said: str, *passages: str, question: str = "") -> str:
    checked = Grounded(passages, question)
    return (checked.feed(said + " ") + checked.finish()).strip()


@pytest.mark.parametrize(
    ("question", "said", "passages"),
    [
        ("How long does shipping take to Alaska?", "Shipping takes 3–5 business days.", (SHIPPING, ALASKA)),
        ("How long does shipping take to Alaska?", "Shipping to Alaska takes 3–5 business days.", (SHIPPING, ALASKA)),
        ("How long does shipping take?", "Shipping takes 3–5 business days.", (SHIPPING,)),
        ("What does the Trek 60 weigh?", "The weight of the Trek 60 is 40.", (PACKS,)),
        ("What does the Trek 60 weigh?", "The weight of the Trek 60 is 1.2 kg.", (PACKS,)),
        ("what size", "The answer is: 11.5 inches.", ("Sizes\n11.5 inches.",)),
        ("what size", "Answer is 11.5 inches.", ("Sizes\nThe answer: 11.5 inches.",)),
        ("how long", "Express arrives in 5 business days.", (SHIPPING,)),
        ("有 USB 线吗", "GX-1000 还有 USB 线；", (BOX,)),
        ("保修多久", "答案是：保修期 1 年。", (BOX,)),
    ],
)
def test_what_no_place_supports_is_not_said(question: str, said: str, passages: tuple[str, ...]) -> None:
    assert kept(said, *passages, question=question) == ""


@pytest.mark.parametrize(
    ("question", "said", "passages"),
    [
        ("How long to Alaska?", "Standard shipping to Alaska takes 7–10 business days.", (SHIPPING, ALASKA)),
        ("How long?", "Standard shipping takes 3–5 business days within the contiguous US.", (SHIPPING,)),
        ("Express?", "Express arrives in 2 business days for $14.95.", (SHIPPING,)),
        ("What does the Trek 60 weigh?", "The weight of the Trek 60 is 1.6 kg.", (PACKS,)),
        ("保修多久", "保修期 1 年，主要部件 2 年。", (BOX,)),
    ],
)
def test_what_one_place_supports_is_said(question: str, said: str, passages: tuple[str, ...]) -> None:
    assert kept(said, *passages, question=question) == said


class Whole:
    """Holds an answer back until it is whole, then says it in capitals."""

    def __init__(self) -> None:
        self.held = ""

    def feed(self, piece: str) -> str:
        self.held += piece
        return ""

    def finish(self) -> str:
        return self.held.upper()


def test_each_check_reads_what_the_one_before_it_let_pass() -> None:
    pieces = ["Express arrives in ", "2 business days", ". We ", "deliver 9 pizzas. "]
    for checks, end in (
        ((Grounded([SHIPPING]),), ""),
        ((Whole(), Grounded([SHIPPING.upper()])), "EXPRESS ARRIVES IN 2 BUSINESS DAYS. "),
        ((Grounded([SHIPPING]), Whole()), "EXPRESS ARRIVES IN 2 BUSINESS DAYS. "),
    ):
        checked = Checked(*checks)
        shown = "".join(checked.feed(piece) for piece in pieces)
        assert checked.finish() == end
        assert checked.text == shown + end
        assert checked.text.casefold() == "express arrives in 2 business days. "


def test_chinese_marks_end_a_sentence_while_it_streams() -> None:
    grounded = Grounded((BOX,))
    assert grounded.feed("保修期 1 年！我们还送您") == "保修期 1 年！"
    assert grounded.feed("一台电视。") == ""
    assert grounded.text == "保修期 1 年！"
