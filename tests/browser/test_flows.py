"""The editor of flows in a browser: marks at their lines, what mends them, the drawing beside the text."""

import re

import pytest
from playwright.sync_api import Browser, BrowserContext, Page, expect

from tests.browser.conftest import axe, screenshots
from tests.browser.shop import Shop
from tests.browser.test_admin import log_in
from tests.flows.definition.texts import RETURN
from tests.flows.test_play import LOOKUP

pytestmark = pytest.mark.timeout(360)

COUNTED = {"entered": 40, "on": 25, "away": 9, "handed_over": 1, "cancelled": 3}
RETURNS = RETURN.replace("确认订单", "确认订单 😀")  # two units in the browser, one character here


def begin(page: Page, shop: Shop) -> None:
    """A draft made of the ready-made returns, in the editor."""
    page.goto(f"{shop.url}/admin/flows/flow/add/")
    page.locator(f"button[value='returns.{'en' if shop.host.startswith('acme') else 'zh-hans'}']").click()
    expect(page.locator("flow-graph .node").first).to_be_visible()


def replace(page: Page, text: str) -> None:
    page.locator(".cm-content").click()
    page.keyboard.press("ControlOrMeta+a")
    page.keyboard.insert_text(text)


def test_a_flow_is_mended_where_it_is_marked_saved_and_drawn(person: BrowserContext, changfeng_shop: Shop) -> None:
    page = person.new_page()
    log_in(page, changfeng_shop)
    begin(page, changfeng_shop)
    replace(page, RETURNS)
    expect(page.locator(".problems li")).to_have_count(2)
    marked = page.locator(".cm-lintRange-error")
    expect(marked).to_have_text(["选择原因", "请求订单号"])
    expect(page.locator(".cm-line", has=marked).first).to_have_text("        target: 选择原因")
    expect(page.locator("flow-graph .node.wrong")).to_have_count(1)
    page.locator(".problems button.place").first.click()
    expect(page.locator(".cm-activeLine")).to_have_text("        target: 选择原因")
    for left in (1, 0):
        page.locator(".problems .yingda-button").first.click()
        expect(page.locator(".problems li")).to_have_count(left)
    expect(page.locator("flow-graph .node")).to_have_count(3)
    expect(page.locator("flow-editor .state")).to_have_class(re.compile("fine"))
    page.locator("[name=name]").fill("退货 试")
    page.locator("[name=enabled]").check()
    page.locator("[name=_continue]").click()
    expect(page.get_by_text("退货 试").first).to_be_visible()
    expect(page.locator("[name=text]")).to_have_value(re.compile("- name: 请求订单号"))
    expect(page.locator("flow-graph .node")).to_have_count(3)
    page.locator("[name=enabled]").uncheck()
    page.locator("[name=_save]").click()
    expect(page.locator("#result_list")).to_contain_text("退货 试")


def test_the_drawing_is_walked_by_keys_and_follows_the_cursor(person: BrowserContext, acme_shop: Shop) -> None:
    page = person.new_page()
    log_in(page, acme_shop)
    begin(page, acme_shop)
    nodes = page.locator("flow-graph .node")
    first = nodes.first
    expect(first).to_have_attribute("aria-label", re.compile(r"asks for order number, reason; then: Confirm"))
    first.focus()
    page.keyboard.press("ArrowDown")
    lit = page.locator("flow-graph .node.lit")
    expect(lit).to_have_attribute("data-state", "Confirm")
    expect(lit).to_be_focused()
    expect(page.locator(".cm-activeLine")).to_have_text("  - name: Confirm")
    page.keyboard.press("Enter")
    expect(page.locator(".cm-content")).to_be_focused()
    for _line in range(12):
        page.keyboard.press("ArrowDown")
    expect(lit).to_have_attribute("data-state", "Leave a ticket")


def test_completion_offers_the_states(person: BrowserContext, acme_shop: Shop) -> None:
    page = person.new_page()
    log_in(page, acme_shop)
    begin(page, acme_shop)
    page.locator(".cm-content").click()
    page.keyboard.press("ControlOrMeta+End")
    page.keyboard.insert_text("    on_error: ")
    expect(page.locator("flow-editor .state")).not_to_be_empty()
    page.keyboard.press("Control+Space")
    offered = page.locator(".cm-tooltip-autocomplete li")
    expect(offered).to_have_text(["Confirm", "Leave a ticket", "Order and reason", "Stop"])
    page.keyboard.type("Conf")
    expect(offered).to_have_count(1)
    page.keyboard.press("Enter")
    expect(page.locator("[name=text]")).to_have_value(re.compile(r"on_error: Confirm$"))


@pytest.mark.parametrize(("width", "scheme", "language"), [(1440, "light", "en"), (360, "dark", "zh-CN")])
def test_axe_finds_nothing_in_the_editor(
    browser: Browser, acme_shop: Shop, changfeng_shop: Shop, width: int, scheme: str, language: str
) -> None:
    look = browser.new_context(viewport={"width": width, "height": 860}, color_scheme=scheme, locale=language)  # type: ignore[arg-type]
    page, shop = look.new_page(), acme_shop if language == "en" else changfeng_shop
    refused: list[str] = []
    page.on("console", lambda message: refused.append(message.text) if "Content Security Policy" in message.text else None)
    log_in(page, shop)
    begin(page, shop)
    replace(page, RETURNS)
    expect(page.locator(".problems li")).to_have_count(2)
    assert axe(page) == []
    assert page.evaluate("document.documentElement.scrollWidth") <= width
    assert refused == []
    if folder := screenshots():
        page.screenshot(path=folder / f"flow-{width}-{scheme}.png", full_page=True)
    look.close()


def test_without_its_scripts_it_is_a_form(person: BrowserContext, acme_shop: Shop) -> None:
    page = person.new_page()
    log_in(page, acme_shop)
    begin(page, acme_shop)
    page.route("**/static/vendor/**", lambda route: route.abort())
    page.reload()
    page.locator("[name=text]").fill("states: [")
    page.locator("[name=enabled]").check()
    page.locator("[name=_save]").click()
    expect(page.locator("flow-editor")).to_contain_text("Line 2, column 1:")


def test_a_draft_is_tried_by_chatting_with_it(person: BrowserContext, acme_shop: Shop) -> None:
    page = person.new_page()
    log_in(page, acme_shop)
    begin(page, acme_shop)
    page.get_by_role("button", name="Try it").click()
    page.keyboard.type("I want to return something, order 20261105001")
    page.keyboard.press("Enter")
    page.get_by_role("button", name="It is broken").click()
    expect(page.locator("flow-graph .node.here")).to_have_attribute("data-state", "Confirm")
    expect(page.locator("flow-graph .node.passed")).to_have_count(2)
    expect(page.locator("flow-simulator .slots")).to_contain_text("20261105001")
    assert axe(page) == []


@pytest.mark.parametrize(("width", "scheme"), [(1440, "light"), (360, "dark")])
def test_a_call_is_answered_by_whoever_tries_the_flow(browser: Browser, acme_shop: Shop, width: int, scheme: str) -> None:
    look = browser.new_context(viewport={"width": width, "height": 860}, color_scheme=scheme, locale="en")  # type: ignore[arg-type]
    page = look.new_page()
    log_in(page, acme_shop)
    begin(page, acme_shop)
    replace(page, LOOKUP)
    page.get_by_role("button", name="Try it").click()
    page.get_by_label("Say something as a customer").fill("20418")
    page.keyboard.press("Enter")
    form = page.get_by_role("group", name="A system is asked: look up")
    expect(form).to_contain_text("POST shop /orders")
    expect(form.get_by_label("total")).to_have_value("20")
    assert axe(page) == []
    if folder := screenshots():
        page.screenshot(path=folder / f"flow-call-{width}-{scheme}.png")
    form.get_by_label("total").fill("24.5")
    form.get_by_label("total").press("Enter")
    expect(page.locator("flow-simulator .bot").last).to_have_text("It was €24.50.")
    expect(page.locator("flow-simulator .system")).to_have_text("sum: 24.5\npaid: yes")
    page.get_by_role("button", name="Start over").click()
    page.get_by_label("Say something as a customer").fill("20418")
    page.keyboard.press("Enter")
    form.get_by_role("button", name="It fails").click()
    expect(page.locator("flow-simulator")).to_contain_text("Handed over to a person.")
    look.close()


def test_the_drawing_tells_how_customers_came_through(person: BrowserContext, acme_shop: Shop) -> None:
    page = person.new_page()
    log_in(page, acme_shop)
    begin(page, acme_shop)
    page.route("**/flows/visits/**", lambda route: route.fulfill(json={"states": {"Confirm": COUNTED}}))
    page.reload()
    counted = page.locator("flow-graph .node[data-state=Confirm]")
    expect(counted.locator(".passage.much .count").first).to_have_text("40 came, 13 left")
    expect(counted).to_have_attribute(
        "aria-label", re.compile("40 came, 13 left; in 28 days: 25 went on, 9 went away, 1 were handed over, 3 cancelled, 2")
    )
    expect(page.locator("flow-graph .passage")).to_have_count(1)
    assert axe(page) == []
    if folder := screenshots():
        page.screenshot(path=folder / "flow-figures.png")


WAXING = """
name: waxing
language: en
triggers: {buttons: [Wax my skis]}
slots: {pairs: {type: number, prompt: How many pairs?}}
states:
  - {name: Count, actions: [{type: ask, params: {slots: [pairs]}}], transitions: [{condition: default, target: Noted}]}
  - {name: Noted, actions: [{type: end, params: {text: 'Noted.'}}]}
dialogues:
  - {name: skis are waxed, say: [Wax my skis, '2'], expect: {ended: done, state: Noted}}
"""


def test_a_dialogue_that_differs_is_marked_at_its_line(person: BrowserContext, acme_shop: Shop) -> None:
    page = person.new_page()
    log_in(page, acme_shop)
    begin(page, acme_shop)
    panel, state = page.locator("flow-dialogues"), page.locator("flow-editor .state")
    marked = page.locator(".cm-lintRange-error")
    replace(page, WAXING.replace("state: Noted}", "state: Count}"))
    expect(panel).to_contain_text("skis are waxed")
    panel.get_by_role("button", name="Play them").click()
    expect(panel).to_contain_text("0 of 1 passed")
    expect(panel).to_contain_text("Expected the state “Count”; came: “Noted”.")
    expect(marked).to_have_text(["Count"])
    expect(state).to_have_text("Problems: 1")
    assert axe(page) == []
    panel.get_by_role("button", name="skis are waxed").press("Enter")
    expect(page.locator(".cm-activeLine")).to_contain_text("state: Count")
    replace(page, WAXING)
    panel.get_by_role("button", name="Play them").click()
    expect(panel).to_contain_text("1 of 1 passed")
    expect(marked).to_have_count(0)
