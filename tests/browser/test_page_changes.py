"""Pages that change without a reload: the chat is there once, as it was, with panel, draft and place; and it still works."""

import re

import pytest
from playwright.sync_api import BrowserContext, Locator, Page, Route, expect

from tests.browser.people import stand_still
from tests.browser.shop import Shop
from tests.browser.test_main_job import ask
from tests.product import ROOT

pytestmark = pytest.mark.timeout(360)

QUESTION = "How long does standard shipping take?"
LIBRARIES = {"turbo": "@hotwired/turbo/dist/turbo.es2017-umd.js", "htmx": "htmx.org/dist/htmx.min.js", "none": ""}
WRITTEN = "<!doctype html><html lang='en'><head><title>2</title></head><body><h1>Page 2</h1>{script}</body></html>"
CHANGES = {
    "body replaced": "document.body.replaceWith(Object.assign(document.createElement('body'),"
    " { innerHTML: '<h1>Page 2</h1>' }))",
    "body emptied": "document.body.innerHTML = '<h1>Page 2</h1>'",
    "all replaced": "document.documentElement.replaceWith(Object.assign(document.createElement('html'),"
    " { innerHTML: '<head></head><body><h1>Page 2</h1></body>' }))",
    "written anew": "(document.open(), document.write(`" + WRITTEN + "`), document.close())",
}
COUNTED = """
window.heard = new Set()
for (const at of [window, document, visualViewport]) {
  const { addEventListener, removeEventListener } = at
  at.addEventListener = function (type, run, how) {
    heard.add(type + how)
    window.added = (window.added ?? 0) + 1
    how?.signal?.addEventListener('abort', () => window.added--)
    return addEventListener.call(at, type, run, how)
  }
}
"""


def script(shop: Shop) -> str:
    return f'<script src="{shop.url}/widget.js" data-site-key="{shop.site_key}" async></script>'


def pages(page: Page, shop: Shop, library: str) -> None:
    """Two pages that lead to each other, with the library that swaps them."""
    page.context.grant_permissions(["local-network-access"])  # a page that the test makes up comes from no network at all

    def made(route: Route) -> None:
        number = route.request.url.rsplit("-", 1)[1][0]
        source = f'<script src="{shop.url}/swap/library.js"></script>' if LIBRARIES[library] else ""
        body = (
            f'<!doctype html><html lang="en"><head><title>Page {number}</title>{source}</head><body><h1>Page {number}</h1>'
            f'<a hx-boost="true" href="{shop.url}/swap/page-{3 - int(number)}">other</a>{script(shop)}</body></html>'
        )
        route.fulfill(body=body, content_type="text/html")

    page.route(re.compile(r"/swap/page-\d"), made)
    page.route(re.compile(r"/swap/library\.js"), lambda route: route.fulfill(path=ROOT / "node_modules" / LIBRARIES[library]))
    page.goto(f"{shop.url}/swap/page-1")


def talking(page: Page) -> Locator:
    """The chat is open, an answer and half a thought are there."""
    page.locator("yingda-chat button.launcher").click()
    composer = page.get_by_role("textbox", name=re.compile("message"))
    ask(page, composer, QUESTION)
    expect(page.locator("chat-thread .thumb").first).to_be_visible()
    composer.press_sequentially("half a")
    page.locator("chat-thread .scroller").evaluate("node => { node.scrollTop = 40 }")
    stand_still(page)
    return composer


def is_as_it_was(page: Page, composer: Locator) -> None:
    expect(page.locator("yingda-chat")).to_have_count(1)
    expect(composer).to_have_value("half a")
    expect(page.locator("chat-thread .mine .bubble")).to_have_text([QUESTION])
    expect(page.locator("chat-thread .thumb").first).to_be_visible()


def still_works(page: Page, composer: Locator) -> None:
    composer.fill("thank you")
    composer.press("Enter")
    expect(page.locator("chat-thread .mine:is(.sent, .read)")).to_have_count(2)
    page.locator("yingda-chat button.launcher").click()
    expect(page.locator("chat-thread")).to_be_hidden()


@pytest.mark.parametrize("library", ["turbo", "htmx"])
def test_a_link_that_swaps_the_body_leaves_the_chat_alone(page: Page, acme_shop: Shop, library: str) -> None:
    pages(page, acme_shop, library)
    composer = talking(page)
    place = page.locator("chat-thread .scroller").evaluate("node => node.scrollTop")
    page.evaluate("window.same = true")
    for heading in ("Page 2", "Page 1"):
        page.get_by_role("link", name="other").click()
        expect(page.get_by_role("heading", name=heading)).to_be_visible()
        is_as_it_was(page, composer)
    page.go_back()
    expect(page.get_by_role("heading", name="Page 2")).to_be_visible()
    is_as_it_was(page, composer)
    assert page.evaluate("window.same"), "the page was loaded anew, and nothing is proved"
    assert page.locator("chat-thread .scroller").evaluate("node => node.scrollTop") == place
    still_works(page, composer)


@pytest.mark.parametrize("change", CHANGES)
def test_however_a_page_becomes_another_the_chat_is_there_once(page: Page, acme_shop: Shop, change: str) -> None:
    page.add_init_script(COUNTED)
    pages(page, acme_shop, "none")
    composer = talking(page)
    place, added = page.locator("chat-thread .scroller").evaluate("node => node.scrollTop"), page.evaluate("window.added")
    for _ in range(3):
        page.evaluate(CHANGES[change].replace("{script}", script(acme_shop).replace("</script>", "<\\/script>")))
        expect(page.get_by_role("heading", name="Page 2")).to_be_visible()
        is_as_it_was(page, composer)
    if change == "all replaced":
        assert page.locator("chat-thread .scroller").evaluate("node => node.scrollTop") == place
    if change != "written anew":  # where the browser itself has taken the page's listeners
        assert page.evaluate("window.added") == added
    still_works(page, composer)


def test_a_page_that_the_browser_had_put_aside_comes_back_talking(person: BrowserContext, page: Page, acme_shop: Shop) -> None:
    pages(page, acme_shop, "none")
    composer = talking(page)
    page.goto(f"{acme_shop.url}/shop/orders/")
    page.go_back()
    expect(page.get_by_role("heading", name="Page 1")).to_be_visible()
    is_as_it_was(page, composer)
    still_works(page, composer)
