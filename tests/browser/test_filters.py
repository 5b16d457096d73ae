"""A rule of the filters, as an operator writes it: refused by its own example, tried, saved, and heard by the customer."""

import re

import pytest
from playwright.sync_api import Browser, BrowserContext, Page, expect

from tests.browser.conftest import axe, screenshots
from tests.browser.shop import Shop
from tests.browser.test_admin import log_in
from tests.browser.test_main_job import ask, open_chat

pytestmark = pytest.mark.timeout(360)


def write(page: Page, shop: Shop, name: str, words: str, caught: str) -> None:
    """A rule in the form that masks what the bot says."""
    page.goto(f"{shop.url}/admin/filters/filter/add/")
    page.locator("[name=name]").fill(name)
    page.locator("[name=enabled]").check()
    page.locator("[name=words]").fill(words)
    page.locator("[name=directions][value=from_bot]").check()
    page.locator("[name=action]").select_option("mask")
    page.locator(".field-must_catch").get_by_role("button").first.press("Enter")
    page.keyboard.type(caught)


def test_a_rule_is_held_to_its_example_and_masks_an_answer(person: BrowserContext, acme_shop: Shop, page: Page) -> None:
    admin = person.new_page()
    log_in(admin, acme_shop)
    write(admin, acme_shop, "Ventilation", "vents", "Our tents have two roof flaps")
    admin.locator("[name=_save]").click()
    expect(admin.locator("main")).to_contain_text("It does not catch “Our tents have two roof flaps”.")

    admin.locator("[name=words]").fill("vents\nroof flaps")
    admin.get_by_label("A text").fill("It has vents.")
    admin.locator("[hx-target='#filter-tested']").press("Enter")
    tried = admin.locator("#filter-tested")
    expect(tried).to_contain_text("It does to its examples what it must.")
    expect(tried.locator("mark")).to_have_text(["vents"])
    expect(tried.locator("blockquote")).to_have_text("It has *****.")

    admin.locator("[name=words]").fill("roof flaps\nbusiness days")
    admin.locator("[name=_save]").click()
    expect(admin.locator("#result_list")).to_contain_text("in force")
    assert axe(admin) == []
    composer = open_chat(page, acme_shop)
    ask(page, composer, "how long does shipping take?")
    expect(page.locator("chat-thread")).to_contain_text("3–5 ******** ****")
    admin.get_by_role("link", name="Ventilation").click()
    admin.locator("[name=enabled]").uncheck()
    admin.locator("[name=_save]").click()
    expect(admin.locator("#result_list")).to_contain_text("draft")


def test_a_rule_is_tried_on_what_customers_said(person: BrowserContext, acme_shop: Shop, page: Page) -> None:
    composer = open_chat(page, acme_shop)
    ask(page, composer, "do you sell xylophones?")
    ask(page, composer, "how long does shipping take?")
    expect(page.locator("chat-thread")).to_contain_text("3–5 business days")
    admin = person.new_page()
    log_in(admin, acme_shop)
    write(admin, acme_shop, "Instruments", "xylophones", "xylophones")
    admin.locator("[name=directions][value=from_bot]").uncheck()
    admin.locator("[name=directions][value=to_model]").check()
    card = admin.locator(".yingda-look-back")
    card.get_by_role("button", name="Look back").press("Enter")
    expect(card.locator("del").first).to_have_text("xylophones")
    expect(card.locator("ins").first).to_have_text("[HIDDEN A]")
    expect(card.locator(".yingda-dry-counts")).to_contain_text("newly found")
    assert axe(admin) == []
    card.locator(".yingda-dry-examples a").first.click()
    expect(admin.locator("chat-thread")).to_contain_text("do you sell xylophones?")


@pytest.mark.parametrize(("width", "scheme", "language"), [(1440, "light", "en"), (360, "dark", "zh-CN")])
def test_axe_finds_nothing_in_the_form(
    browser: Browser, acme_shop: Shop, changfeng_shop: Shop, width: int, scheme: str, language: str
) -> None:
    look = browser.new_context(viewport={"width": width, "height": 860}, color_scheme=scheme, locale=language)  # type: ignore[arg-type]
    page, shop = look.new_page(), acme_shop if language == "en" else changfeng_shop
    log_in(page, shop)
    write(page, shop, "承诺", "保本", "不保本")
    page.locator("[name=try_text]").fill("保证保*本")
    page.locator("[hx-target='#filter-tested']").click()
    expect(page.locator("#filter-tested mark")).to_have_text(["保*本"])
    for kind, field in (
        ("words", "words"),
        ("regex", "pattern"),
        ("personal", "data"),
        ("wasm", "module_file"),
        ("topic", "examples"),
    ):
        page.locator("[name=kind]").select_option(kind)
        expect(page.locator(f".field-{field}")).to_be_visible()
        assert axe(page) == [], kind
        assert page.evaluate("document.documentElement.scrollWidth") <= width
        if folder := screenshots():
            page.screenshot(path=folder / f"filter-{kind}-{width}-{scheme}.png", full_page=True)
    expect(page.locator("[name=kind] option:checked")).to_have_text(re.compile("topic|话题"))
    look.close()


def test_the_form_says_what_a_rule_does_in_each_way(person: BrowserContext, acme_shop: Shop) -> None:
    page = person.new_page()
    log_in(page, acme_shop)
    page.goto(f"{acme_shop.url}/admin/filters/filter/add/")
    effects, action = page.locator(".yingda-effects"), page.locator("[name=action]")
    page.locator("[name=directions][value=from_agent]").check()
    action.select_option("flag")
    expect(effects).to_contain_text("from an agent The agent is warned before it is sent")
    expect(page.locator(".field-say")).to_be_visible()
    expect(action.locator("option[value=hand_over]")).to_be_disabled()
    page.locator("[name=directions][value=to_logs]").check()
    expect(effects.locator(".yingda-not")).to_have_text(
        "into logs and exports What goes into logs and exports can be masked or get other words, and nothing else."
    )
    action.select_option("mask")
    expect(effects.locator(".yingda-not")).to_have_count(0)
    page.locator("[name=kind]").select_option("topic")
    expect(effects.locator(".yingda-not")).to_have_count(2)
    assert axe(page) == []
    if folder := screenshots():
        page.screenshot(path=folder / "filter-effects.png", full_page=True)
