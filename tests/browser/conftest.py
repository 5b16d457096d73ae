"""One whole product with both demo shops for all browser tests, and a real Chromium to look at it."""

import json
import os
import shutil
import signal
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser, BrowserContext, Page, expect, sync_playwright

from tests.browser.beside import Beside
from tests.browser.people import go_home, stand_still
from tests.browser.shop import Shop
from tests.product import ROOT, Product

PATIENCE = 20_000  # milliseconds that a page may take while the other tests keep both cores busy; it is not waited for in vain
expect.set_options(timeout=PATIENCE)


@pytest.fixture(scope="session")
def running(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Product]:
    product = Product(tmp_path_factory.mktemp("browser") / "data", YINGDA_DEMO="1")
    product.wait_until_told("Ready in", seconds=300)
    yield product
    product.process.send_signal(signal.SIGTERM)
    product.process.wait(60)


@pytest.fixture(scope="session")
def demo(running: Product) -> dict[str, Any]:
    """The output of `manage.py demo --json` for scripts beside a running product."""
    argv = [sys.executable, "manage.py", "demo", "--json"]
    told = subprocess.run(argv, cwd=ROOT, env=running.environment, capture_output=True, text=True, check=True)
    found: dict[str, Any] = json.loads(told.stdout)
    return found


def _shop(demo: dict[str, Any], slug: str) -> Shop:
    tenant = next(tenant for tenant in demo["tenants"] if tenant["slug"] == slug)
    passwords = {user["username"]: user["password"] for user in tenant["users"]}
    return Shop(tenant["host"], tenant["origin"].rstrip("/"), tenant["site_key"], passwords)


@pytest.fixture(scope="session")
def acme_shop(demo: dict[str, Any]) -> Shop:
    return _shop(demo, "acme")


@pytest.fixture(scope="session")
def changfeng_shop(demo: dict[str, Any]) -> Shop:
    return _shop(demo, "changfeng")


# Pages at http://….test are what an intranet's are: over plain HTTP and not on localhost, so not a secure context.
PLAIN = "--host-resolver-rules=MAP *.test 127.0.0.1"


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    chromium = shutil.which("chromium") or shutil.which("chromium-browser") or shutil.which("google-chrome")
    assert chromium, "No Chromium found; `make test` installs one where it may."
    with sync_playwright() as playwright:
        started = playwright.chromium.launch(executable_path=chromium, args=["--no-sandbox", "--disable-dev-shm-usage", PLAIN])
        yield started
        started.close()


@pytest.fixture
def person(browser: Browser) -> Iterator[BrowserContext]:
    """A browser of one person's own: no cookies, nothing stored."""
    context = browser.new_context(viewport={"width": 1280, "height": 860})
    context.set_default_timeout(PATIENCE)
    yield context
    context.close()


@pytest.fixture
def page(person: BrowserContext) -> Page:
    return person.new_page()


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


RESOLVE = """
from apps.agents.casework import casework
from apps.conversations.models import Conversation
from apps.tenants import context
from apps.tenants.models import Tenant
from apps.tenants.workspace.models import Member
with context.inside(context.PUBLIC):
    shops = list(Tenant.objects.filter(slug__in=["acme", "changfeng"]))
for shop in shops:
    with context.inside(shop):
        owner = Member.objects.get(username="owner")
        for row in Conversation.objects.filter(closed_at=None):
            casework.resolve(row.pk, owner)
"""


@pytest.fixture(scope="session")
def beside(running: Product) -> Iterator[Beside]:
    shell = Beside(running)
    yield shell
    shell.stop()


@pytest.fixture(scope="session")
def always_open(beside: Beside) -> None:
    """The demo shops keep office hours; these tests also run at night and on Sundays."""
    beside(OPEN)


@pytest.fixture
def empty_desk(beside: Beside) -> None:
    """Nobody of an earlier test waits, so that the first offer is this test's."""
    beside(RESOLVE)


@pytest.fixture
def desk(browser: Browser, always_open: None, empty_desk: None) -> Iterator[BrowserContext]:
    """The agents' own browser; nobody of an earlier test waits."""
    context = browser.new_context(viewport={"width": 1440, "height": 900})
    context.set_default_timeout(PATIENCE)
    yield context
    go_home(context)


def axe(page: Page) -> list[str]:
    """The faults that axe finds on the page as it stands, shadow trees included: `rule: element`."""
    source = (ROOT / "node_modules" / "axe-core" / "axe.min.js").read_text()
    stand_still(page)  # what is still fading in has another contrast
    page.evaluate(source)
    found: dict[str, Any] = page.evaluate("axe.run(document, {resultTypes: ['violations']})")
    return [f"{rule['id']}: {node['target']}" for rule in found["violations"] for node in rule["nodes"]]


def screenshots() -> Path | None:
    """The folder to keep pictures in for people to look at, when asked for."""
    folder = os.environ.get("YINGDA_SCREENSHOTS")
    return Path(folder) if folder else None
