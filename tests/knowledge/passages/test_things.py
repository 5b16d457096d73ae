"""Goods that a question names and no text does."""

import pytest

from apps.knowledge.passages import things

UNHELD = frozenset(("洗碗", "碗机", "洗碗机", "视机", "电视机", "同事", "退货"))


@pytest.mark.parametrize(
    ("question", "absent"),
    [
        ("洗碗机保修几年", ("洗碗机",)),
        ("电视机保修几年", ()),  # 电视 is held
        ("手机保修几年", ()),
        ("同事能帮我退货吗", ()),
        ("洗碗机" + "。" * things.LONGEST, ()),
        ("how do I wash a canoe", ()),
    ],
)
def test_goods_of_which_no_text_holds_a_part_are_absent(question: str, absent: tuple[str, ...]) -> None:
    assert things.absent(question, UNHELD) == absent
