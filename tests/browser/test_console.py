"""The console in a real browser: who gets in, that it fits every width, and that axe finds nothing."""

import os
import re
import subprocess
import sys
from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, BrowserContext, Page, expect

from tests.browser.conftest import Shop, axe
from tests.product import ROOT, Product

pytestmark = pytest.mark.timeout(360)

OPEN = """
from apps.tenants import context
from apps.tenants.models import Tenant
from apps.tenants.workspace.models import Site
with context.inside(context.PUBLIC):
    shops = list(Tenant.objects.filter(slug__in=["acme", "changfeng"]))
for shop in shops:
    with context.inside(shop):
        site = Site.load()
        site.office_hours = {}
        site.save()
"""


@pytest.fixture(scope="session")
def always_open(running: Product) -> None:
    """The demo shops keep office hours; these tests also run at night and on Sundays."""
    kept = {name: value for name, value in os.environ.items() if name not in ("DATABASE_URL", "VALKEY_URL")}
    chosen = {"YINGDA_DATA_DIR": str(running.folder), "PORT": str(running.port)}
    subprocess.run([sys.executable, "manage.py", "shell", "-c", OPEN], cwd=ROOT, env={**kept, **chosen}, check=True)


@pytest.fixture
def desk(browser: Browser, always_open: None) -> Iterator[BrowserContext]:
    """The agents' own browser."""
    context = browser.new_context(viewport={"width": 1440, "height": 900})
    context.set_default_timeout(20_000)
    yield context
    go_home(context)


def go_home(context: BrowserContext) -> None:
    """Be offline before the browser closes, so that the next test's customer is not promised somebody."""
    for page in context.pages:
        page.keyboard.press("Escape")
        page.get_by_role("radio", name=re.compile("Offline|离线")).click()
        page.wait_for_timeout(300)
    context.close()


def sit_down(context: BrowserContext, shop: Shop, username: str) -> Page:
    """Log in and be at the console, online."""
    page = context.new_page()
    page.goto(f"{shop.url}/console/")
    page.fill("input[name=username]", username)
    page.fill("input[name=password]", shop.passwords[username])
    page.keyboard.press("Enter")
    page.wait_for_url(re.compile(r"/console/"))
    expect(page.locator("desk-top .colleagues")).to_have_text(re.compile(r"\S"))
    online = page.get_by_role("radio", name=re.compile("Online|在线"))
    online.click()
    expect(online).to_have_attribute("aria-checked", "true")
    return page


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
