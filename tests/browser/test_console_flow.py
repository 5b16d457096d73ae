"""The customer's flow in the agent's panel: seen, corrected and left to the bot, by the keyboard."""

import pytest
from playwright.sync_api import BrowserContext, expect

from tests.agents.console.test_flows import BOOK
from tests.browser.beside import Beside
from tests.browser.conftest import axe, screenshots
from tests.browser.people import sit_down, stand_still
from tests.browser.shop import Shop

pytestmark = pytest.mark.timeout(360)

SEED = """
from time import time
from apps.agents.casework import casework
from apps.conversations.ledger import pages
from apps.conversations.models import Conversation, Visitor
from apps.flows.engine.place import Awaiting, Place
from apps.flows.models import Flow
from apps.releases.publishing import activate, publish
from apps.tenants import context
from apps.tenants.models import Tenant
from apps.tenants.workspace.models import Member
with context.inside(context.PUBLIC):
    shop = Tenant.objects.get(slug="acme")
with context.inside(shop):
    Flow.objects.update_or_create(name="fitting", defaults={"text": BOOK, "enabled": True})
    live = publish()
    activate(live)  # whatever the dialogues of the shop's own flows take to be played
    visitor = Visitor.objects.create(name="Fitz Flow")
    row = Conversation.objects.create(visitor=visitor, release=live.number, language="en")
    told = {"phone": "+15035550143", "order": "20260412"}
    with pages.page(row.pk) as page:
        page.append("message", "visitor", {"author": {"kind": "visitor", "name": "Fitz Flow"}, "text": "It is 20260412"})
        page.append("message", "bot", {"author": {"kind": "bot", "name": "Acme"}, "text": "What for?"})
        waits = {"awaiting": Awaiting.SLOTS, "asked": ("why",), "moved_at": time(), "at": 2, "trail": (("who", 2),)}
        page.conversation.stand(Place("run", "fitting", "who", slots=told, **waits).stored())
    casework.take_over(row.pk, Member.objects.get(username="agent"))
"""


@pytest.fixture
def customer(beside: Beside, always_open: None) -> None:
    beside(f"BOOK = {BOOK!r}\n{SEED}")


def test_a_flow_is_led_by_the_keyboard(desk: BrowserContext, acme_shop: Shop, customer: None) -> None:
    page = sit_down(desk, acme_shop, "agent")
    keys, card, thread = page.keyboard, page.locator("desk-customer .flow"), page.locator("desk-conversation chat-thread")
    page.locator("desk-inbox .rows li").filter(has_text="Fitz Flow").get_by_role("button").first.click()
    expect(card).to_contain_text("Book a fitting")
    expect(card).to_contain_text("Waits for: occasion")
    expect(card).to_contain_text("Paused while a person has it")
    expect(card).not_to_contain_text("503")
    assert axe(page) == []

    card.get_by_role("button", name="Show: phone number").press("Enter")
    expect(card).to_contain_text("503")
    keys.press("Escape")

    card.get_by_role("button", name="Correct: order number").press("Enter")
    expect(page.locator("dialog.form textarea")).to_have_value("20260412")
    assert axe(page) == []
    keys.press("Control+a")
    keys.type("12")
    keys.press("Tab")
    keys.press("Tab")
    keys.press("Enter")
    expect(page.locator(".toast")).to_contain_text("An order number has 8 digits.")

    card.get_by_role("button", name="Correct: occasion").press("Enter")
    keys.type("boots")
    keys.press("Enter")
    expect(card).to_contain_text("New boots")
    expect(thread).to_contain_text("Set occasion to “New boots”.")
    stand_still(page)
    if folder := screenshots():
        page.screenshot(path=folder / "console-flow.png")

    keys.press("Control+k")
    keys.type("back to the bot")
    keys.press("Enter")
    expect(thread).to_contain_text("A fitting for New boots, order 20260412?")
    expect(card).to_contain_text("Waits for yes or no")
    assert axe(page) == []
