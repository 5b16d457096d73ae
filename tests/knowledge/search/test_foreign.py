"""Questions in another language than the knowledge, or in two at once."""

import pytest

from apps.knowledge.models import Article
from apps.llm import characters
from apps.tenants import context
from apps.tenants.workspace.models import Site
from tests.cast import Cast
from tests.knowledge.conftest import SHOP, ask, know

SURE, FLOOR = Site(name="").sure, Site(name="").floor
ENGLISH, CHINESE = SHOP[:5], SHOP[5:]


@pytest.fixture
def english(acme: Cast) -> list[Article]:
    return [know(title, body, alternatives=others, language="en") for title, body, others in ENGLISH]


@pytest.fixture
def chinese(acme: Cast) -> list[Article]:
    return [know(title, body, alternatives=others, language="zh-hans") for title, body, others in CHINESE]


@pytest.mark.parametrize(
    ("question", "title"),
    [
        ("怎么退货？", "How do I return an item?"),
        ("几天能送到？", "How long does shipping take?"),
        ("可以改收货地址吗", "Can I change the delivery address?"),
        ("保修多久", "How long is the warranty?"),
    ],
)
def test_what_only_english_knows_is_offered_to_who_asks_in_chinese(english: list[Article], question: str, title: str) -> None:
    best = ask(question, language="zh-hans")[0]
    assert best.title == title
    assert best.score >= 2 * FLOOR


@pytest.mark.parametrize(
    ("question", "title"),
    [
        ("How do I get an invoice?", "怎么开发票？"),
        ("When will you ship it?", "多久可以发货？"),
        ("I forgot my password", "忘记登录密码怎么办？"),
        ("How long is the warranty?", "保修期是多久？"),
    ],
)
def test_what_only_chinese_knows_is_offered_to_who_asks_in_english(chinese: list[Article], question: str, title: str) -> None:
    best = ask(question, language="en")[0]
    assert best.title == title
    assert best.score >= 2 * FLOOR


@pytest.mark.parametrize("question", ["法国的首都是哪里", "写一首关于春天的诗", "红烧肉怎么做"])
def test_what_nobody_knows_is_not_told_in_another_language_either(english: list[Article], question: str) -> None:
    assert ask(question)[0].score < FLOOR


@pytest.mark.parametrize(
    ("question", "title"),
    [
        ("我的order什么时候ship", "多久可以发货？"),
        ("invoice怎么开", "怎么开发票？"),
        ("我想return，怎么refund", "如何申请退货退款？"),
    ],
)
def test_a_mixed_question_is_found_like_a_plain_one(chinese: list[Article], question: str, title: str) -> None:
    best = ask(question)[0]
    assert best.title == title
    assert best.score >= SURE


def test_what_both_languages_know_is_answered_in_the_customers(acme: Cast) -> None:
    know("How long does a refund take?", "Three days.", language="en", alternatives=["when do I get my money back"])
    know("退款多久到账？", "三天之内。", language="zh-hans", alternatives=["什么时候退钱"])
    assert [hit.language for hit in ask("多久能退款")] == ["zh-hans", "en"]
    assert [hit.language for hit in ask("how long do refunds take")] == ["en", "zh-hans"]


def test_a_foreign_word_finds_nothing_of_another_tenant(cast: Cast) -> None:
    with context.inside(cast.acme):
        know("怎么开发票？", "在订单里申请。", language="zh-hans")
    with context.inside(cast.globex):
        assert ask("invoice怎么开") == []
        assert ask("How do I get an invoice?") == []


@pytest.mark.parametrize("other", ["發票怎麼申請", "忘記登錄密碼怎麼辦？", "什麼時候發貨", "我想退貨"])
def test_traditional_characters_find_what_simplified_ones_do(chinese: list[Article], other: str) -> None:
    plain = other.translate(characters.simplified())
    assert plain != other
    found = [(hit.article, hit.score) for hit in ask(other)]
    assert found == [(hit.article, hit.score) for hit in ask(plain)]
    assert found[0][1] >= SURE


def test_simplified_characters_find_what_is_written_in_traditional_ones(acme: Cast) -> None:
    for title, body, others in CHINESE:
        asked, told, *more = (text.translate(characters.traditional()) for text in (title, body, *others))
        know(asked, told, alternatives=more, language="zh-hans")
    for question in ("发票怎么申请", "發票怎麼申請"):
        best = ask(question)[0]
        assert best.title == "怎麼開發票？"
        assert best.score >= SURE


def test_full_width_letters_find_what_usual_ones_do(english: list[Article]) -> None:
    found = [(hit.article, hit.score) for hit in ask("ＰａｙＰａｌ")]
    assert found == [(hit.article, hit.score) for hit in ask("PayPal")]
