"""What filters masked, and what they hold up of an agent's words, at the console: seen, opened and mended by the keyboard."""

import re
from collections.abc import Iterator

import pytest
from playwright.sync_api import BrowserContext, expect

from tests.browser.beside import Beside
from tests.browser.conftest import axe, screenshots
from tests.browser.people import sit_down, stand_still
from tests.browser.shop import Shop

pytestmark = pytest.mark.timeout(360)

INSIDE = """
from apps.agents.casework import casework
from apps.conversations.guarding import words
from apps.conversations.ledger import pages
from apps.conversations.models import Conversation, Visitor
from apps.filters import live
from apps.filters.models import Filter
from apps.filters.rule import Direction
from apps.releases.publishing import publish
from apps.tenants import context
from apps.tenants.models import Tenant
from apps.tenants.workspace.models import Member
with context.inside(context.PUBLIC):
    shop = Tenant.objects.get(slug="acme")
with context.inside(shop):
"""
SEED = """
    def rule(name, way, action, what, say=""):
        kind = {"kind": "personal", "settings": {"data": [what]}}
        Filter.objects.create(name=name, directions=[way], action=action, say=say, enabled=True, order=1, **kind)
    rule("Phone numbers", "from_customer", "mask", "mobile")
    rule("Card numbers", "from_agent", "flag", "card")
    rule("No identity cards", "from_agent", "block", "identity_card", "Please never send identity numbers by chat.")
    visitor = Visitor.objects.create(name="Masked Mia")
    row = Conversation.objects.create(visitor=visitor, release=publish().number, language="en")
    said = words.heard(live.of(Direction.FROM_CUSTOMER), "You can reach me on 13812345678 after six.", "en")
    with pages.page(row.pk) as page:
        who = {"kind": "visitor", "name": "Masked Mia"}
        page.keep(page.append("message", "visitor", {"author": who, "text": said.text, **said.body}), said.kept)
    casework.take_over(row.pk, Member.objects.get(username="agent"))
"""
AWAY = """
    Filter.objects.filter(name__in=("Phone numbers", "Card numbers", "No identity cards")).delete()
    publish()
"""


@pytest.fixture
def customer(beside: Beside, always_open: None) -> Iterator[None]:
    beside(INSIDE + SEED)
    yield
    beside(INSIDE + AWAY)


def test_what_is_masked_is_opened_and_what_is_held_up_is_mended(desk: BrowserContext, acme_shop: Shop, customer: None) -> None:
    page = sit_down(desk, acme_shop, "agent")
    keys, thread = page.keyboard, page.locator("desk-conversation chat-thread")
    page.locator("desk-inbox .rows li").filter(has_text="Masked Mia").get_by_role("button").first.click()
    expect(thread.locator("mark")).to_have_text("138****5678")
    expect(thread.locator(".covered")).to_contain_text("Masked by “Phone numbers” (mobile number)")
    assert axe(page) == []

    thread.get_by_role("button", name="Show the original").press("Enter")
    expect(thread).to_contain_text("You can reach me on 13812345678 after six.")
    expect(thread.get_by_role("button", name="Hide it again")).to_be_focused()
    keys.press("Enter")
    expect(thread.locator("mark")).to_have_text("138****5678")

    field = page.locator("desk-reply textarea")
    field.fill("Our card is 6222021234567890128")
    keys.press("Enter")
    warning = thread.get_by_role("alert")
    expect(warning).to_contain_text("“Card numbers” warns about “6222021234567890128”. Send it anyway?")
    stand_still(page)
    assert axe(page) == []
    if folder := screenshots():
        page.screenshot(path=folder / "console-masked.png")
    warning.get_by_role("button", name="Change it").press("Enter")
    expect(field).to_have_value("Our card is 6222021234567890128")
    expect(field).to_be_focused()
    expect(warning).to_have_count(0)
    keys.press("Enter")
    thread.get_by_role("button", name="Send anyway").press("Enter")
    expect(thread.locator(".row.mine.sent, .row.mine.read")).to_contain_text("6222021234567890128")

    field.fill("Yours is 11010519491231002X")
    keys.press("Control+Enter")  # and resolve
    expect(warning).to_contain_text("Please never send identity numbers by chat.")
    expect(thread.get_by_role("button", name="Send anyway")).to_have_count(0)
    warning.get_by_role("button", name="Change it").press("Enter")
    expect(field).to_have_value(re.compile("11010519491231002X"))
    field.fill("All is well")
    keys.press("Control+Enter")
    expect(page.locator(".toast")).to_contain_text("Masked Mia is resolved.")
