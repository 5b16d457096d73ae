"""What a question denies, where an entry says it."""

import pytest

from apps.knowledge.passages import polarity


@pytest.mark.parametrize(
    ("question", "texts", "turned"),
    [
        ("手机还没激活，能退吗", ["手机激活了还能退吗？", "激活后不支持无理由退货。"], True),
        ("手机激活了，能退吗", ["手机激活了还能退吗？", "激活后不支持无理由退货。"], False),
        ("没发货的能取消吗", ["怎么取消订单？", "没发货的可以取消，已经发货的拒收。"], False),
        ("有没有发票", ["怎么开发票？"], False),
        ("can I return unworn boots", ["worn boots return", "Yes, for store credit."], True),
        ("can I claim without a receipt", ["lost my receipt, still covered?", "A card statement is enough."], False),
        ("boots that have never been outside", ["gear I have used outdoors", "For store credit."], True),
        ("I don't have a receipt", ["I need a receipt"], True),
    ],
)
def test_an_entry_about_what_a_question_denies_is_turned(question: str, texts: list[str], turned: bool) -> None:
    assert polarity.is_turned(question, texts) is turned
