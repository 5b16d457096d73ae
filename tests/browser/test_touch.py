"""On a phone no field is smaller than 16 px: iOS zooms the whole page for one that is."""

from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, BrowserContext, Page, expect

from tests.browser.people import sit_down
from tests.browser.shop import Shop
from tests.browser.test_main_job import ask, open_chat

pytestmark = pytest.mark.timeout(360)

# Every field on the page and in the chat's shadow, by its size in pixels.
SIZES = """() => {
  const roots = [document, ...[...document.querySelectorAll('*')].flatMap((node) => node.shadowRoot ?? [])]
  return roots.flatMap((root) => [...root.querySelectorAll('input, textarea, select')])
    .filter(({ type }) => !['hidden', 'checkbox', 'file', 'radio'].includes(type))
    .map((field) => [field.name || field.type, parseFloat(getComputedStyle(field).fontSize)])
}"""


@pytest.fixture
def phone(browser: Browser) -> Iterator[BrowserContext]:
    context = browser.new_context(viewport={"width": 360, "height": 740}, is_mobile=True, has_touch=True)
    context.set_default_timeout(20_000)
    yield context
    context.close()


def is_large_enough(page: Page, least: int) -> None:
    sizes = page.evaluate(SIZES)
    assert len(sizes) >= least, sizes
    assert [each for each in sizes if each[1] < 16] == []


def test_the_chat_s_fields(phone: BrowserContext, changfeng_shop: Shop) -> None:
    page = phone.new_page()
    composer = open_chat(page, changfeng_shop)
    ask(page, composer, "我要转人工")
    expect(page.locator("input[type=tel]").or_(page.locator("yingda-chat .says")).first).to_be_visible()
    is_large_enough(page, 2)  # the composer and the shop's own search, and the form when nobody is there


def test_the_log_in_s_and_the_console_s_fields(phone: BrowserContext, acme_shop: Shop) -> None:
    page = phone.new_page()
    page.goto(f"{acme_shop.url}/console/")
    is_large_enough(page, 2)
    page.close()
    console = sit_down(phone, acme_shop, "agent")
    is_large_enough(console, 2)
    console.keyboard.press("Control+k")
    expect(console.locator("dialog.palette")).to_be_visible()
    is_large_enough(console, 3)
    console.keyboard.press("Escape")
    console.get_by_role("radio", name="Offline").click()
