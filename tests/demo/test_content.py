"""The demo shops' texts: enough of them, in one language each, without doubles or contradictions that a machine can see."""

import re

import pytest
from django.core.exceptions import ValidationError

from apps.tenants.workspace.models import Site
from demo import shops
from demo.shops import SHOPS, Shop

CATEGORIES = {
    "acme": {"shipping", "returns", "invoices", "warranty", "accounts", "payment", "products", "orders", "stores"},
    "changfeng": {"配送", "退换货", "发票", "保修", "账户", "支付", "商品", "订单", "门店"},
}
HAN = re.compile(r"[\u4e00-\u9fff]")
each_shop = pytest.mark.parametrize("shop", SHOPS, ids=lambda shop: shop.kind)


def asked(shop: Shop) -> set[str]:
    return {entry["question"] for entry in shop.entries()}


@each_shop
def test_there_is_enough_to_know_in_every_category(shop: Shop) -> None:
    entries = list(shop.entries())
    assert len(entries) >= 45
    assert {entry["category"] for entry in entries} == CATEGORIES[shop.kind]
    assert {document.category for document in shop.documents()} <= CATEGORIES[shop.kind]


@each_shop
def test_every_entry_is_whole_and_in_the_shops_language(shop: Shop) -> None:
    for entry in shop.entries():
        assert set(entry) == {"question", "answer", "alternatives", "language", "category"}
        assert entry["language"] == shop.site["language"]
        assert all(text.strip() == text != "" for text in (entry["question"], entry["answer"], *entry["alternatives"]))
        assert 3 <= len(entry["alternatives"]) <= 6, entry["question"]
        assert len(entry["answer"]) < 420, entry["question"]


@each_shop
def test_no_question_stands_twice_in_any_wording(shop: Shop) -> None:
    wordings = [text for entry in shop.entries() for text in (entry["question"], *entry["alternatives"])]
    plain = [re.sub(r"\W", "", text.casefold()) for text in wordings]
    assert sorted(plain) == sorted(set(plain))


@each_shop
def test_suggestions_and_the_pages_buttons_ask_what_can_be_answered(shop: Shop) -> None:
    assert len(shop.site["suggestions"]) == 3
    buttons = [thing["ask"] for thing in (*shop.products, *shop.orders)]
    assert {*shop.site["suggestions"], *buttons} <= asked(shop)


@each_shop
def test_articles_are_long_enough_to_be_cut_into_passages(shop: Shop) -> None:
    documents = list(shop.documents())
    assert 4 <= len(documents) <= 6
    for document in documents:
        assert document.language == shop.site["language"]
        assert document.body.count("\n## ") >= 3, document.title
        assert len(document.body) > 600, document.title


def test_chinese_is_written_with_chinese_punctuation() -> None:
    texts = [text for entry in SHOPS[1].entries() for text in (entry["question"], entry["answer"], *entry["alternatives"])]
    texts += [document.body for document in SHOPS[1].documents()]
    for text in texts:
        assert not re.search(r"[\u4e00-\u9fff][,;:?!(]|[,;?!)][\u4e00-\u9fff]", text), text


def test_the_english_shop_speaks_english_alone() -> None:
    assert not any(HAN.search(entry["question"] + entry["answer"]) for entry in SHOPS[0].entries())


@each_shop
def test_the_site_settings_are_ones_that_the_product_takes(shop: Shop) -> None:
    fields = {name: shop.site[name] for name in ("name", "language", "greeting", "suggestions", "office_hours", "timezone")}
    site = Site(**fields, **shop.site["theme"])
    try:
        site.full_clean(validate_unique=False)
    except ValidationError as problem:
        pytest.fail(str(problem.message_dict))
    assert shop.site["allowed_origins"] == ["{origin}"]
    assert site.name == shop.name


def test_an_article_without_its_title_is_refused_in_a_sentence() -> None:
    with pytest.raises(ValueError, match="does not begin with its title"):
        shops.read_document("# Returns\n\nSixty days.")


def test_a_kit_weighs_what_its_parts_weigh() -> None:
    day, night, long = SHOPS[0].kits()
    assert (day.pounds, day.ounces) == (1, 12)
    assert (night.pounds, night.ounces) == (10, 14)
    assert long.segments[-1].x + long.segments[-1].width == shops.BAR
