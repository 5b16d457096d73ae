"""A flow asks a colleague: the agent answers in the console, and the bot goes on with the customer. Two browsers, one talk."""

import re

import pytest
from playwright.sync_api import BrowserContext, Page, expect

from tests.browser.beside import Beside
from tests.browser.conftest import axe, screenshots
from tests.browser.people import sit_down, stand_still
from tests.browser.shop import Shop
from tests.browser.test_main_job import ask, open_chat
from tests.conversations.worker.test_asking import ASKED, BEGIN, GOODWILL, STILL

pytestmark = pytest.mark.timeout(360)

AMOUNTS = """
name: 补偿
title: 申请补偿
language: zh-hans
triggers: {buttons: [我要申请补偿]}
slots:
  why: {type: text, label: 原因, prompt: 请问发生了什么？}
  phone: {type: phone, region: CN, label: 手机号, sensitive: yes, prompt: 请留一个手机号。}
  granted: {type: money, currency: CNY, label: 补偿金额, maximum: 200}
states:
  - name: 询问
    actions: [{type: ask, params: {slots: [why]}}, {type: ask, params: {slots: [phone]}}]
    transitions: [{condition: default, target: 请示}]
  - name: 请示
    actions:
      - {type: approve, params: {question: '客户反映：{{ why }}。可以补偿多少？', slot: granted, team: 售后, timeout: 20 分钟}}
    transitions: [{condition: has_granted, target: 同意}, {condition: default, target: 未定}]
  - {name: 同意, actions: [{type: end, params: {text: '已为您申请补偿 {{ granted }}。'}}]}
  - {name: 未定, actions: [{type: handoff}]}
"""
SEED = """
from apps.flows.models import Flow
from apps.releases.publishing import publish
from apps.tenants import context
from apps.tenants.models import Tenant
with context.inside(context.PUBLIC):
    shop = Tenant.objects.get(slug=SLUG)
with context.inside(shop):
    Flow.objects.update_or_create(name=NAME, defaults={"text": TEXT, "enabled": True})
    publish()
"""


@pytest.fixture(scope="module")
def flows(beside: Beside, always_open: None) -> None:
    for slug, name, text in (("acme", "goodwill", GOODWILL), ("changfeng", "补偿", AMOUNTS)):
        beside(f"SLUG, NAME, TEXT = {slug!r}, {name!r}, {text!r}\n{SEED}")


def look_at(console: Page, name: str) -> None:
    """Pictures of what an agent sees: wide and narrow, by day and by night."""
    folder = screenshots()
    if not folder:
        return
    for scheme in ("light", "dark"):
        console.emulate_media(color_scheme=scheme)
        for width, height in ((1440, 900), (1024, 800), (360, 740)):
            console.set_viewport_size({"width": width, "height": height})
            stand_still(console)
            console.screenshot(path=folder / f"console-{name}-{width}-{scheme}.png")
    console.emulate_media(color_scheme="light")
    console.set_viewport_size({"width": 1440, "height": 900})


def test_an_agent_decides_and_the_bot_goes_on(desk: BrowserContext, acme_shop: Shop, flows: None, page: Page) -> None:
    console, thread = sit_down(desk, acme_shop, "agent"), page.locator("chat-thread")
    composer = open_chat(page, acme_shop)
    for text, reply in zip(BEGIN, ("How much?", "Which number?", ASKED), strict=True):
        ask(page, composer, text)
        expect(thread).to_contain_text(reply)

    asked, card = console.locator("desk-inbox .decisions"), console.locator(".decision")
    expect(asked).to_contain_text("Give back €45?")
    expect(asked).to_contain_text(re.compile(r"\d+ (min|s) left"))
    expect(console.get_by_role("status").filter(has_text="Give back €45?")).to_be_visible()
    expect(console).to_have_title(re.compile(r"^\(1\)"))

    ask(page, composer, "hm")
    expect(thread).to_contain_text(STILL)
    console.keyboard.press("7")
    expect(card.get_by_role("button", name="grant")).to_be_focused()
    expect(card).to_contain_text("phone number")
    expect(card).not_to_contain_text("503")
    expect(console.locator("desk-conversation chat-thread")).to_contain_text(STILL)
    assert axe(console) == []
    look_at(console, "decision")

    card.get_by_role("button", name="grant").press("Enter")
    expect(thread).to_contain_text("You get €45 back.")
    expect(card).to_be_hidden()
    expect(asked).to_be_hidden()
    expect(console.locator("desk-conversation chat-thread")).to_contain_text("Answered “Give back €45?”: grant")
    expect(console.locator(".toast")).to_contain_text("Answered. The bot goes on.")


def test_a_typed_answer_is_held_to_the_slot(desk: BrowserContext, changfeng_shop: Shop, flows: None, page: Page) -> None:
    console, thread = sit_down(desk, changfeng_shop, "agent"), page.locator("chat-thread")
    composer = open_chat(page, changfeng_shop)
    for text, reply in (
        ("我要申请补偿", "请问发生了什么"),
        ("箱子到的时候已经破了，里面的杯子碎了两个", "手机号"),
        ("13812345678", "同事"),
    ):
        ask(page, composer, text)
        expect(thread).to_contain_text(reply)
    page.close()  # the customer leaves

    expect(console.locator("desk-inbox .decisions")).to_contain_text("可以补偿多少")
    console.keyboard.press("7")
    card = console.locator(".decision")
    field = card.get_by_role("textbox", name="补偿金额")
    expect(field).to_be_focused()
    assert axe(console) == []
    field.fill("500")
    field.press("Enter")
    expect(console.locator(".toast")).to_contain_text("200")
    expect(field).to_have_value("500")
    look_at(console, "decision-zh")
    field.fill("80 元")
    field.press("Enter")
    expect(console.locator("desk-conversation chat-thread")).to_contain_text("已为您申请补偿")
    expect(card).to_be_hidden()
