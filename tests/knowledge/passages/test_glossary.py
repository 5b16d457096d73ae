"""The glossary: what a question names in one language, by its names in the other."""

import pytest

from apps.knowledge.passages import glossary, tokens


def nothing_is_known(_term: str) -> bool:
    return False


@pytest.mark.parametrize(
    ("said", "language", "plain"),
    [
        ("我的order还没ship，能cancel吗", "zh-hans", "我的订单还没发货,能取消吗"),
        ("怎么申请Invoices", "zh-hans", "怎么申请发票"),
        ("tracking number 在哪看", "zh-hans", "快递单号 在哪看"),
        ("can I pay by 分期付款?", "en", "can i pay by installment?"),
        ("怎么退货？", "zh-hans", "怎么退货？"),
        ("How do I return it?", "en", "How do I return it?"),
        ("GX-1000 多少钱", "zh-hans", "GX-1000 多少钱"),
        ("ＯＲＤＥＲ在哪", "zh-hans", "订单在哪"),
        ("", "en", ""),
    ],
)
def test_a_mixed_question_becomes_one_of_its_own_language(said: str, language: str, plain: str) -> None:
    assert glossary.translated(said, language, nothing_is_known) == plain


def test_a_word_that_the_knowledge_holds_stays() -> None:
    assert glossary.translated("app 怎么 download", "zh-hans", {"app"}.__contains__) == "app 怎么 下载"


def test_things_are_looked_for_by_any_of_their_names_and_by_words_of_no_language() -> None:
    assert ("refund", "money back") in glossary.groups("E-0417 退款吗", "en")
    assert ("e-0417",) in glossary.groups("E-0417 退款吗", "en")
    assert glossary.groups("Are refunds possible?", "zh-hans")[0] == ("退款", "退钱")
    assert ("体验店",) in glossary.groups("where is your 体验店", "zh-hans")


def test_every_line_of_the_file_names_a_thing_in_both_languages() -> None:
    concepts = glossary._concepts()
    assert len(concepts) >= 150
    for concept in concepts:
        assert all(name and not any(map(tokens.is_han, name)) for name in concept.english), concept
        assert all(name and all(map(tokens.is_han, name)) for name in concept.chinese), concept
    lines = [concept.english for concept in concepts]
    assert len(set(lines)) == len(lines)
