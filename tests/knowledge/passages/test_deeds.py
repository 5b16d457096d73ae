"""What a Chinese question asks whether it may be done, and whether a text speaks of it."""

import pytest

from apps.knowledge.passages import deeds


@pytest.mark.parametrize(
    ("question", "deed"),
    [
        ("洗衣机能上门修吗", "修"),
        ("碎屏保买了能退吗", "退"),
        ("可以帮我装一下吗？", "装"),
        ("能不能寄", "寄"),
        ("舊手機可以換嗎", "换"),
        ("怎么退货", ""),
        ("能用微信付吗", ""),
        ("退货要多久", ""),
        ("能退吗" * 20, ""),
    ],
)
def test_the_deed_is_told_by_the_form_of_the_question(question: str, deed: str) -> None:
    assert deeds.asked(question) == deed


def test_a_text_speaks_of_it_in_other_words_too() -> None:
    assert deeds.are_told("寄", ["暂时不行，目前只送中国内地。"])
    assert deeds.are_told("退", ["怎么买？", "激活后不支持无理由退货。"])
    assert not deeds.are_told("修", ["订单里可以修改地址。"])
    assert not deeds.are_told("退", ["碎屏保和延长保修怎么买？", "签收后 7 天内可买。"])
