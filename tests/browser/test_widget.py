"""The widget as a person meets it: by keyboard, on a phone, in the dark, on a strict page, without storage, closed."""

import re
from typing import Any
from urllib.parse import urlsplit
from urllib.request import Request, urlopen

import pytest
from playwright.sync_api import Browser, BrowserContext, Page, expect

from tests.browser.conftest import axe
from tests.browser.people import stand_still
from tests.browser.shop import Shop
from tests.browser.test_attachments import PICKER, SHOWN, picture
from tests.browser.test_main_job import ask, open_chat

pytestmark = pytest.mark.timeout(360)

QUESTION = "How long does standard shipping take?"
FOCUSED = (
    "() => { const root = document.querySelector('yingda-chat').shadowRoot; return root.activeElement?.tagName ?? 'outside' }"
)
LISTEN = "() => { window.told = []; for (const name of ['open', 'message', 'close']) Yingda.on(name, () => told.push(name)) }"
WORN = """
window.worn = []
new MutationObserver(() => {
  const launcher = document.querySelector('yingda-chat')?.shadowRoot.querySelector('.launcher')
  if (launcher) requestAnimationFrame(() => {
    const { visibility, backgroundColor } = getComputedStyle(launcher)
    if (visibility === 'visible') worn.push(backgroundColor)
  })
}).observe(document, { childList: true, subtree: true })
"""
STRICT = "default-src 'none'; script-src {0}; connect-src {0} {1}; style-src 'none'; img-src {0}; base-uri 'none'"


def launcher(page: Page) -> None:
    page.locator("yingda-chat button.launcher").click()


def test_a_keyboard_is_enough(page: Page, acme_shop: Shop) -> None:
    page.goto(acme_shop.page)
    page.locator("yingda-chat button.launcher").focus()
    page.keyboard.press("Enter")
    expect(page.locator("chat-thread .buttons button").first).to_be_visible()
    assert page.evaluate(FOCUSED) == "TEXTAREA"
    for _ in range(20):
        page.keyboard.press("Tab")
        assert page.evaluate(FOCUSED) != "outside"
    page.keyboard.press("Escape")
    expect(page.locator("chat-thread")).to_be_hidden()
    assert page.evaluate("document.querySelector('yingda-chat').shadowRoot.activeElement.className") == "launcher"


def test_the_page_does_not_hear_what_is_typed(page: Page, acme_shop: Shop) -> None:
    composer = open_chat(page, acme_shop)
    page.evaluate("window.heard = 0; addEventListener('keydown', () => window.heard++)")
    composer.press_sequentially("jk/")
    assert page.evaluate("window.heard") == 0


@pytest.mark.parametrize("mode", ["light", "dark"])
def test_a_phone_gets_the_whole_screen_and_axe_finds_nothing(browser: Browser, changfeng_shop: Shop, mode: str) -> None:
    phone = browser.new_context(
        viewport={"width": 360, "height": 740},
        is_mobile=True,
        has_touch=True,
        color_scheme="dark" if mode == "dark" else "light",
    )
    page = phone.new_page()
    composer = open_chat(page, changfeng_shop)
    stand_still(page)
    box = page.get_by_role("dialog", name="长风商城").bounding_box()
    assert box == {"x": 0, "y": 0, "width": 360, "height": 740}
    assert page.evaluate("getComputedStyle(document.documentElement).overflow") == "hidden"
    ask(page, composer, "怎么开发票")
    expect(page.locator("chat-thread .thumb").first).to_be_visible(timeout=20_000)  # a model may still be warming up
    assert [found for found in axe(page) if "yingda-chat" in found] == []
    page.get_by_role("button", name="收起对话").click()
    assert page.evaluate("getComputedStyle(document.documentElement).overflow") != "hidden"
    phone.close()


def test_a_strict_page_shows_it_all_the_same(person: BrowserContext, page: Page, acme_shop: Shop) -> None:
    person.grant_permissions(["local-network-access"])  # a page that the test makes up comes from no network at all
    policy = STRICT.format(acme_shop.url, acme_shop.url.replace("http", "ws", 1))
    body = (
        f'<!doctype html><html lang="en"><title>Strict</title><body><h1>Strict</h1>'
        f'<script src="{acme_shop.url}/widget.js" data-site-key="{acme_shop.site_key}" async></script>'
    )
    page.route(
        f"{acme_shop.url}/strict",
        lambda route: route.fulfill(body=body, content_type="text/html", headers={"Content-Security-Policy": policy}),
    )
    said: list[str] = []
    page.on("console", lambda line: said.append(line.text))
    page.goto(f"{acme_shop.url}/strict")
    launcher(page)
    page.locator("chat-thread .buttons button").first.click()
    expect(page.locator("chat-thread .thumb").first).to_be_visible()
    bubble = page.locator("chat-thread .mine .bubble").first
    assert bubble.evaluate("node => getComputedStyle(node).borderRadius") != "0px"
    page.locator(PICKER).set_input_files(picture())
    expect(page.locator(".upload.done")).to_have_count(1)
    page.get_by_role("textbox").press("Enter")
    image = page.locator("chat-thread .mine:is(.sent, .read) a.picture img")
    expect(image).to_be_visible()
    assert image.evaluate(SHOWN)
    assert [line for line in said if "Security" in line] == []


def test_it_works_where_storage_is_refused(page: Page, acme_shop: Shop) -> None:
    page.add_init_script(
        "for (const name of ['localStorage', 'sessionStorage'])"
        " Object.defineProperty(window, name, { get() { throw new DOMException('refused', 'SecurityError') } })"
    )
    ask(page, open_chat(page, acme_shop), QUESTION)
    expect(page.locator("chat-thread .thumb").first).to_be_visible()


def test_it_works_over_a_memory_that_cannot_be_read(page: Page, acme_shop: Shop) -> None:
    kept = {
        "config": "{broken",
        "look": '{"light": [], "dark": {}}',
        "token": "7",
        "talked": '"x"',
        "seen": "[]",
        "contact": "{}",
    }
    page.add_init_script(
        f"if (!window.filled) Object.entries({kept!r}).forEach(([name, text]) =>"
        f" localStorage.setItem('yingda:{acme_shop.site_key}:' + name, text)), window.filled = 1"
    )
    ask(page, open_chat(page, acme_shop), QUESTION)
    expect(page.locator("chat-thread .thumb").first).to_be_visible()


def test_no_cookie_is_set_by_a_chat(person: BrowserContext, page: Page, acme_shop: Shop) -> None:
    page.goto(acme_shop.page)
    before = person.cookies()
    launcher(page)
    ask(page, page.get_by_role("textbox"), QUESTION)
    expect(page.locator("chat-thread .thumb").first).to_be_visible()
    assert person.cookies() == before


def test_an_answer_that_comes_while_it_is_closed_is_counted_and_peeks_out(page: Page, acme_shop: Shop) -> None:
    page.goto(acme_shop.page)
    page.evaluate("async question => { await Yingda.open({ ask: question }); Yingda.close() }", QUESTION)
    expect(page.locator("yingda-chat .badge")).to_have_text("1")
    page.locator("yingda-chat .peeked").click()
    expect(page.locator("chat-thread .thumb").first).to_be_visible()
    expect(page.locator("yingda-chat .badge")).to_be_hidden()


def test_thumbs_and_drafts_are_still_there_on_the_next_page(page: Page, acme_shop: Shop) -> None:
    composer = open_chat(page, acme_shop)
    ask(page, composer, QUESTION)
    up = page.get_by_role("button", name="This helped").first
    up.click()
    expect(up).to_have_attribute("aria-pressed", "true")
    composer.fill("half a thought")
    page.reload()
    expect(page.get_by_role("button", name="This helped").first).to_have_attribute("aria-pressed", "true")
    expect(page.get_by_role("textbox", name=re.compile("message"))).to_have_value("half a thought")


def test_eleven_messages_in_a_row_all_arrive_in_order(page: Page, acme_shop: Shop) -> None:
    composer = open_chat(page, acme_shop)
    said = [f"message number {number}" for number in range(11)]
    for text in said:
        composer.fill(text)
        composer.press("Enter")
    arrived = page.locator("chat-thread .mine:is(.sent, .read) .bubble")
    expect(arrived).to_have_text(said, timeout=30_000)
    page.reload()
    expect(arrived).to_have_text(said)


def test_without_the_later_files_an_answer_is_plain_words(page: Page, acme_shop: Shop) -> None:
    page.route(re.compile(r"/static/(chat/body\.js|css/cards\.css)"), lambda route: route.abort())
    composer = open_chat(page, acme_shop)
    ask(page, composer, QUESTION)
    expect(page.locator("chat-thread")).to_contain_text("business days")
    page.locator("yingda-chat .reach .link").click()
    expect(page.locator("chat-thread")).to_contain_text("Leave your phone number")
    page.unroute_all()
    ask(page, composer, "thank you")  # the next change asks again
    expect(page.locator("input[type=tel]")).to_be_visible()


def test_the_launcher_is_never_seen_in_another_colour_than_the_shop_s(page: Page, acme_shop: Shop) -> None:
    page.add_init_script(WORN)
    page.goto(acme_shop.page)
    green = "rgb(31, 95, 74)"
    expect(page.locator("yingda-chat .launcher")).to_be_visible()
    expect(page.locator("yingda-chat .launcher")).to_have_css("background-color", green)
    assert set(page.evaluate("window.worn")) <= {green}


def test_two_tabs_tell_the_same_conversation(person: BrowserContext, page: Page, acme_shop: Shop) -> None:
    composer = open_chat(page, acme_shop)
    ask(page, composer, "hello from the first tab")
    second = person.new_page()
    open_chat(second, acme_shop)
    expect(second.locator("chat-thread")).to_contain_text("hello from the first tab")
    ask(page, composer, QUESTION)
    expect(second.locator("chat-thread .mine")).to_have_count(2)


@pytest.mark.parametrize("apart", [0, 40, 400])
def test_two_tabs_that_open_at_once_on_a_first_visit_are_one_visitor(
    person: BrowserContext, page: Page, acme_shop: Shop, apart: int
) -> None:
    """`apart`: milliseconds from one opening to the other. Where no page has TLS there are no locks, so none are used."""
    tabs = [page, person.new_page()]
    for tab in tabs:
        tab.goto(acme_shop.page)
        tab.wait_for_function("!!window.Yingda?.open")
    at = page.evaluate("Date.now() + 1000")
    for tab, late in zip(tabs, (0, apart), strict=True):
        tab.evaluate("at => { setTimeout(() => Yingda.open(), at - Date.now()) }", at + late)
    words = ["hello from the first tab", "hello from the second tab"]
    for tab, said in zip(tabs, words, strict=True):
        composer = tab.locator("chat-composer textarea")
        expect(composer).to_be_visible()
        composer.fill(said)
        composer.press("Enter")
    for tab in tabs:
        for said in words:
            expect(tab.locator("chat-thread")).to_contain_text(said, timeout=15_000)
        tab.reload()
        if not tab.locator("chat-thread").is_visible():
            tab.wait_for_function("!!window.Yingda?.open")
            tab.evaluate("Yingda.open()")
        for said in words:
            expect(tab.locator("chat-thread")).to_contain_text(said, timeout=15_000)


def test_the_launcher_moves_nothing_on_the_page(page: Page, acme_shop: Shop) -> None:
    page.add_init_script(
        "window.moved = []; new PerformanceObserver((list) => { for (const entry of list.getEntries()) for (const source of"
        " entry.sources) window.moved.push(source.node?.nodeName) }).observe({ type: 'layout-shift', buffered: true })"
    )
    open_chat(page, acme_shop)
    stand_still(page)
    assert "YINGDA-CHAT" not in page.evaluate("window.moved")


def test_a_page_speaks_to_the_chat(page: Page, acme_shop: Shop) -> None:
    page.goto(acme_shop.page)
    page.evaluate(LISTEN)
    page.evaluate("question => Yingda.open({ ask: question })", QUESTION)
    expect(page.locator("chat-thread .thumb").first).to_be_visible()
    page.evaluate("Yingda.reset()")
    expect(page.locator("chat-thread")).to_be_hidden()
    assert page.evaluate("window.told") == ["open", "message", "message", "close"]
    assert page.evaluate("localStorage.getItem(Object.keys(localStorage).find((key) => key.endsWith(':token')) ?? '')") is None


def test_every_way_to_call_the_chat_works_and_none_is_lost_before_the_script(page: Page, acme_shop: Shop) -> None:
    for name in ("Yingda", "yingda"):
        page.add_init_script(f"window.{name} = function () {{ ({name}.q = {name}.q || []).push(arguments) }}")
        page.add_init_script(f"{name}('on', 'open', () => window.told = (window.told ?? 0) + 1)")
    page.goto(acme_shop.page)
    launcher(page)
    expect(page.locator("chat-thread")).to_be_visible()
    assert page.evaluate("window.told") == 2
    for close, call in (
        ("Yingda.close()", "Yingda.open()"),
        ("Yingda('close')", "Yingda('open')"),
        ("yingda('close')", "yingda('open')"),
    ):
        page.evaluate(close)
        expect(page.locator("chat-thread")).to_be_hidden()
        page.evaluate(call)
        expect(page.locator("chat-thread")).to_be_visible()
    page.evaluate("Yingda('set', {plan: 'Gold'}), yingda.set({seats: 3})")


def test_to_open_with_nothing_is_to_open(page: Page, acme_shop: Shop) -> None:
    page.goto(acme_shop.page)
    page.wait_for_function("!!window.Yingda?.open")
    for nothing in ("null", "undefined", "{}", "{ask: null}", "'hello'"):
        page.evaluate(f"Yingda.open({nothing})")
        expect(page.locator("chat-thread")).to_be_visible()
        page.evaluate("Yingda.close()")
    expect(page.locator("chat-thread .mine")).to_have_count(0)


def test_what_a_page_fetches_stays_within_its_budget(
    person: BrowserContext, page: Page, changfeng_shop: Shop, record_property: Any
) -> None:
    wire = person.new_cdp_session(page)
    wire.send("Network.enable")
    fetched: list[tuple[str, int]] = []

    def note(event: dict[str, Any]) -> None:
        url = event["response"]["url"]
        if re.match(r"/widget\.js|/static/(chat|widget|css)/", urlsplit(url).path):
            # localhost is offered brotli too; plain HTTP is not. And only browsers know *.localhost.
            there = urlsplit(url)
            address = there._replace(netloc=f"127.0.0.1:{there.port}").geturl()
            again = Request(address, headers={"Accept-Encoding": "gzip", "Host": there.netloc})
            with urlopen(again) as answer:
                assert answer.headers["Content-Encoding"] == "gzip", url
                fetched.append((url, len(answer.read())))

    wire.on("Network.responseReceived", note)
    page.goto(changfeng_shop.page)
    page.wait_for_load_state("networkidle")
    before = sum(size for _path, size in fetched)
    fetched.clear()
    launcher(page)
    expect(page.locator("chat-thread .buttons button").first).to_be_visible()
    page.wait_for_timeout(1_500)
    after = sum(size for _path, size in fetched)
    record_property("fetched", f"before open {before} B, with open {after} B in {len(fetched)} files, gzipped")
    assert 0 < before < 4_000
    assert 10_000 < after < 20_000, fetched
