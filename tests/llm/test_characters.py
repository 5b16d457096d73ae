"""Traditional and simplified characters, full-width and usual letters."""

import pytest

from apps.llm import characters


@pytest.mark.parametrize(
    ("text", "others", "like"),
    [
        ("運費多少", ["满 99 元包邮，不满收运费 8 元。"], "运费多少"),
        ("运费多少", ["滿 99 元包郵，不滿收運費 8 元。"], "運費多少"),
        ("運費多少", ["滿 99 元包郵，不滿收運費 8 元。"], "運費多少"),
        ("怎麼註銷賬號？", [], "怎么注销账号？"),
        ("怎麼退貨 return", ["Free returns."], "怎么退货 return"),
        ("refund", ["退款"], "refund"),
    ],
)
def test_a_text_is_written_like_others(text: str, others: list[str], like: str) -> None:
    assert characters.like(text, others) == like


def test_full_width_letters_become_usual_ones_and_chinese_signs_stay() -> None:
    assert characters.usual("ＵＳＢ－Ｃ　能用吗？（Ｅ０４１７）") == "USB-C 能用吗？（E0417）"
