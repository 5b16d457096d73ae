"""The console in a real browser: who gets in, that it fits every width, and that axe finds nothing."""

import re

import pytest
from playwright.sync_api import BrowserContext, expect

from tests.browser.conftest import axe
from tests.browser.people import sit_down
from tests.browser.shop import Shop

pytestmark = pytest.mark.timeout(360)


@pytest.mark.parametrize("width", [360, 1024])
def test_the_console_fits_and_is_clear_at_every_width(desk: BrowserContext, acme_shop: Shop, width: int) -> None:
    console = sit_down(desk, acme_shop, "agent")
    console.set_viewport_size({"width": width, "height": 760})
    for key, opened in (("?", "dialog.sheet"), ("Control+k", "dialog.palette")):
        console.keyboard.press(key)
        expect(console.locator(opened)).to_be_visible()
        assert axe(console) == []
        console.keyboard.press("Escape")
    assert console.evaluate("document.documentElement.scrollWidth") <= width


def test_a_viewer_and_a_stranger_do_not_get_in(person: BrowserContext, acme_shop: Shop) -> None:
    page = person.new_page()
    page.goto(f"{acme_shop.url}/console/")
    assert "/login" in page.url
    status = page.evaluate("fetch('/api/v1/console/conversations?view=all').then((answer) => answer.status)")
    assert status in (401, 403)
    page.fill("input[name=username]", "viewer")
    page.fill("input[name=password]", acme_shop.passwords["viewer"])
    page.keyboard.press("Enter")
    page.wait_for_url(re.compile(r"/console/"))
    assert page.locator("desk-console").count() == 0
