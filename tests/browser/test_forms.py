"""A form of the bot's in a real browser: filled in by keyboard, refused, sent once, read by the agents."""

import re
from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, BrowserContext, Locator, Page, expect

from tests.browser.beside import Beside
from tests.browser.conftest import PATIENCE, axe
from tests.browser.people import sit_down, stand_still
from tests.browser.shop import Shop
from tests.browser.test_attachments import picture
from tests.browser.test_main_job import ask, open_chat

pytestmark = pytest.mark.timeout(360)

ASK = """
from apps.conversations.bot.story import Progress
from apps.conversations.models import Conversation
from apps.conversations.wire.form import Field, Form, Option
from apps.tenants import context
from apps.tenants.models import Tenant
from tests.asking import asks
with context.inside(context.PUBLIC):
    shop = Tenant.objects.get(slug={slug!r})
with context.inside(shop):
    row = Conversation.objects.order_by("-opened_at").first()
    asks(row.pk, {form}, {text!r}, {progress})
"""
RETURN = """Form(f"r{row.last_seq}", (
    Field("order", "Order number", "id", example="12345678"),
    Field("reason", "Reason", "choice", (Option("It arrived damaged", "damaged"), Option("It doesn't fit", "fit"))),
    Field("day", "Day to fetch it", "date"),
    Field("paid", "Price paid", "money", required=False),
    Field("account", "Account", sensitive=True),
    Field("photo", "Photo", "file", required=False),
), "Start the return")"""
RETURN_ZH = """Form(f"r{row.last_seq}", (
    Field("order", "订单号", "id", example="12345678"),
    Field("opened", "包装是否已拆开？", "yes_no"),
    Field("at", "方便取件的时间", "datetime"),
    Field("city", "所在城市", "choice", tuple(Option(name, name) for name in "北京 上海 广州 深圳 杭州 成都 武汉".split())),
    Field("note", "补充说明", required=False),
))"""


@pytest.fixture
def phone(browser: Browser) -> Iterator[Page]:
    context = browser.new_context(viewport={"width": 360, "height": 740}, is_mobile=True, has_touch=True)
    context.set_default_timeout(PATIENCE)
    yield context.new_page()
    context.close()


def asked(page: Page, beside: Beside, slug: str, form: str, said: str, text: str) -> Locator:
    """The form under the bot's newest message, in a conversation in which it has already answered."""
    composer = page.locator("chat-composer textarea")
    ask(page, composer, said)
    expect(page.locator("chat-thread .theirs:not(.dots, .streaming) .bubble")).to_have_count(2)
    beside(ASK.format(slug=slug, form=form, text=text, progress="Progress(2, 4)"))
    expect(page.locator("chat-thread")).to_contain_text(text)
    found = page.locator("chat-thread form")
    expect(found).to_be_visible()
    return found


def test_a_form_is_filled_in_by_keyboard_and_becomes_words(page: Page, acme_shop: Shop, beside: Beside) -> None:
    open_chat(page, acme_shop)
    form = asked(page, beside, "acme", RETURN, "hi", "A few things, and I can start your return.")
    expect(page.locator("chat-thread .step")).to_have_text("Step 2 of 4")
    stand_still(page)
    assert [found for found in axe(page) if "yingda-chat" in found] == []
    order = page.get_by_role("textbox", name="Order number")
    order.focus()
    page.keyboard.press("Enter")
    expect(order).to_be_focused()  # the first of what is lacking
    expect(order).to_have_attribute("aria-invalid", "true")
    expect(order).to_have_accessible_description("For example 12345678. Please fill this in.")
    expect(form.locator(".wrong:not(:empty)")).to_have_count(4)
    assert [found for found in axe(page) if "yingda-chat" in found] == []

    page.keyboard.type("12345678")
    page.keyboard.press("Tab")
    expect(page.get_by_role("radio", name="It arrived damaged")).to_be_focused()
    page.keyboard.press("Space")
    page.get_by_label("Day to fetch it").fill("2026-12-03")
    page.get_by_label("Price paid").fill("59,90")
    page.get_by_label("Account").fill("DE89 3704 0044 0532 0130 00")
    page.get_by_label("Photo").set_input_files(picture())
    page.get_by_label("Account").press("Enter")
    expect(form).to_have_count(0)
    sent = page.locator("chat-thread .mine:is(.sent, .read)").filter(has_text="Order number")
    told = "Order number: 12345678 · Reason: It arrived damaged · Day to fetch it: Dec"
    expect(sent.locator(".bubble")).to_contain_text(told)
    expect(sent.locator(".bubble")).to_contain_text("Price paid: 59.9 · Account: ••••0 00")
    expect(sent.locator("a.picture img")).to_be_visible()
    expect(page.locator("chat-thread .labels li")).to_have_text(
        ["Order number", "Reason", "Day to fetch it", "Price paid", "Account", "Photo"]
    )
    assert "3704" not in page.evaluate("JSON.stringify([{...localStorage}, {...sessionStorage}])")
    page.reload()
    expect(page.locator("chat-thread .labels li")).to_have_count(6)
    expect(form).to_have_count(0)


def test_what_the_server_refuses_can_be_mended(page: Page, acme_shop: Shop, beside: Beside) -> None:
    open_chat(page, acme_shop)
    only = 'Form(f"m{row.last_seq}", (Field("mail", "E-mail", "email"),))'
    form = asked(page, beside, "acme", only, "hi", "Which e-mail is it?")
    page.get_by_role("textbox", name="E-mail").fill("vera@acme..example")
    page.keyboard.press("Enter")
    expect(page.locator("chat-thread .trouble")).to_contain_text("E-mail: this doesn't look right. Please check it.")
    expect(form).to_be_visible()
    expect(page.get_by_role("textbox", name="E-mail")).to_have_value("vera@acme..example")
    page.get_by_role("textbox", name="E-mail").fill("vera@acme.example")
    page.keyboard.press("Enter")
    expect(page.locator("chat-thread .mine:is(.sent, .read)").filter(has_text="E-mail: vera@acme.example")).to_have_count(1)
    expect(page.locator("chat-thread .mine").filter(has_text="acme..example")).to_have_count(0)  # it is the same answer
    expect(form).to_have_count(0)


@pytest.mark.parametrize("mode", ["light", "dark"])
def test_a_form_fits_a_phone_in_chinese(phone: Page, changfeng_shop: Shop, beside: Beside, mode: str) -> None:
    page = phone
    page.emulate_media(color_scheme="dark" if mode == "dark" else "light")
    open_chat(page, changfeng_shop)
    form = asked(page, beside, "changfeng", RETURN_ZH, "你好", "还需要几项信息，我就能为您办理退货。")
    stand_still(page)
    assert [found for found in axe(page) if "yingda-chat" in found] == []
    box = form.bounding_box()
    assert box is not None
    assert box["x"] >= 0
    assert box["x"] + box["width"] <= 360
    assert form.evaluate("node => node.scrollWidth <= node.clientWidth")
    form.get_by_role("button", name="发送").tap()
    expect(form.locator(".wrong:not(:empty)")).to_have_text(["请填写此项。", "请选择", "请填写此项。", "请选择"])
    page.get_by_label("订单号").fill("12345678")
    form.get_by_text("否", exact=True).tap()
    page.get_by_label("方便取件的时间").fill("2026-12-03T09:30")
    page.get_by_label("所在城市").select_option("杭州")
    form.get_by_role("button", name="发送").tap()
    sent = page.locator("chat-thread .mine:is(.sent, .read)").filter(has_text="订单号")
    expect(sent.locator(".bubble")).to_have_text(
        "订单号：12345678 · 包装是否已拆开？否 · 方便取件的时间：2026年12月3日 09:30 · 所在城市：杭州"
    )


def test_an_agent_reads_the_form_and_its_answer(desk: BrowserContext, page: Page, acme_shop: Shop, beside: Beside) -> None:
    console = sit_down(desk, acme_shop, "agent")
    open_chat(page, acme_shop)
    form = asked(page, beside, "acme", RETURN, "hi", "A few things, and I can start your return.")
    page.get_by_role("textbox", name="Order number").fill("87654321")
    page.get_by_role("radio", name="It doesn't fit").check()
    page.get_by_label("Day to fetch it").fill("2026-12-03")
    page.get_by_label("Account").fill("secret account 0130 00")
    form.get_by_role("button", name="Start the return").click()
    expect(form).to_have_count(0)
    ask(page, page.locator("chat-composer textarea"), "I want to talk to a person")
    console.locator("desk-offers").get_by_role("button", name=re.compile("^Accept")).click()
    seen = console.locator("chat-thread")
    expect(seen.locator(".visitor").filter(has_text="87654321")).to_contain_text("Account: ••••0 00")
    expect(seen.locator(".labels li").first).to_have_text("Order number")
    expect(seen.locator("form")).to_have_count(0)
    assert "secret account" not in (console.locator("body").text_content() or "")
    assert axe(console) == []
