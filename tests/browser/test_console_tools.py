"""The console's tools in a real browser, by the keyboard alone: filter, view, macro, many rows at once, the customer's card."""

import re

import pytest
from playwright.sync_api import BrowserContext, expect

from tests.browser.beside import Beside
from tests.browser.conftest import axe
from tests.browser.people import sit_down
from tests.browser.shop import Shop

pytestmark = pytest.mark.timeout(360)

SEED = """
from apps.agents.casework import casework
from apps.agents.models import Macro
from apps.agents.models import Team
from apps.conversations.ledger import pages
from apps.conversations.models import Conversation, Visitor
from apps.releases.publishing import active
from apps.tenants import context
from apps.tenants.models import Tenant
with context.inside(context.PUBLIC):
    shop = Tenant.objects.get(slug="acme")
with context.inside(shop):
    Team.objects.get_or_create(name="Returns desk")
    Macro.objects.get_or_create(shortcut="label", defaults={"title": "Return label", "reply": "Hi {name}.", "tags": ["label"]})
    for name in ("Ilse Tool", "Otto Tool"):
        visitor = Visitor.objects.create(name=name, email="tool@example.com", claims={"plan": "Gold"})
        row = Conversation.objects.create(visitor=visitor, release=active().number, language="en")
        with pages.page(row.pk) as page:
            page.append("message", "visitor", {"author": {"kind": "visitor", "name": name}, "text": "hello"})
        casework.file(row.pk, tags=["toolbox"])
"""


@pytest.fixture
def customers(beside: Beside, always_open: None) -> None:
    beside(SEED)


def test_a_day_at_the_desk_without_a_mouse(desk: BrowserContext, acme_shop: Shop, customers: None) -> None:
    page = sit_down(desk, acme_shop, "owner")
    keys, rows = page.keyboard, page.locator("desk-inbox .rows li")
    keys.press("4")
    expect(rows.filter(has_text="Ilse Tool")).to_be_visible()

    keys.press("f")
    keys.type("toolbox")
    keys.press("Enter")
    assert axe(page) == []
    keys.press("Control+Enter")
    expect(rows).to_have_count(2)
    keys.press("Control+k")
    keys.type("save view")
    keys.press("Enter")
    expect(page.locator("dialog.form")).to_be_visible()
    keys.press("Tab")
    keys.press("Tab")
    keys.press("Enter")
    expect(page.locator(".views.saved .view")).to_have_text("toolbox")
    expect(page.locator(".views.saved .view")).to_have_attribute("aria-pressed", "true")

    keys.press("j")
    expect(page.locator("desk-conversation .head .name")).to_have_text("Otto Tool")
    expect(page.locator("desk-customer h3")).to_have_text("The page says, unproven")
    expect(page.locator("desk-customer .alike")).to_contain_text("Ilse Tool")
    assert axe(page) == []

    keys.press("q")
    keys.press("Enter")
    expect(page.locator(".toast")).to_contain_text("Return label: replied, tags added.")
    expect(page.locator("chat-thread")).to_contain_text("Hi Otto Tool.")

    keys.press("r")
    keys.type("/ord")
    expect(page.locator("desk-reply .choices li")).to_have_count(1)
    expect(page.locator("desk-reply textarea")).to_have_attribute("aria-activedescendant", "choice-0")
    assert axe(page) == []
    keys.press("Tab")
    expect(page.locator("desk-reply textarea")).to_have_value(re.compile("order number, Otto Tool"))
    expect(page.locator("desk-reply .choices")).to_be_hidden()
    keys.press("Control+a")
    keys.press("Delete")
    keys.type("/")
    expect(page.locator("desk-reply .choices li")).to_have_count(4)  # the label macro among them
    keys.press("Escape")
    expect(page.locator("desk-reply .choices")).to_be_hidden()
    keys.press("Backspace")
    keys.press("Escape")

    keys.press("x")
    keys.press("j")
    keys.press("x")
    expect(page.locator(".marked-bar")).to_contain_text("2 chosen")
    assert axe(page) == []
    keys.press("d")
    keys.type("resolve")
    keys.press("Enter")
    expect(page.locator("dialog.form")).to_contain_text("Resolve these 2 conversations?")
    assert axe(page) == []
    keys.press("Enter")
    expect(page.locator(".toast")).to_contain_text("2 are resolved.")
    expect(rows).to_have_count(0)
    page.locator(".chips .link", has_text="Clear").click()
    expect(page.locator(".chips")).to_be_hidden()


def test_two_customers_become_one(desk: BrowserContext, acme_shop: Shop, customers: None) -> None:
    page = sit_down(desk, acme_shop, "owner")
    page.keyboard.press("4")
    otto = page.locator("desk-inbox .rows li", has_text="Otto Tool")
    otto.locator("button").click()
    page.keyboard.press("e")  # both have an open conversation
    expect(page.locator(".toast")).to_contain_text("resolved")
    page.locator("desk-customer .alike li", has_text="Ilse Tool").last.locator("button").click()
    expect(page.locator("dialog")).to_contain_text("one person?")
    assert axe(page) == []
    page.keyboard.press("Enter")
    expect(page.locator(".toast")).to_contain_text("Merged:")
    expect(page.locator("desk-customer")).to_contain_text("Merged with Otto Tool by owner")
