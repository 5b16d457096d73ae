"""An intranet: plain HTTP off localhost, where browsers take much away (`crypto.randomUUID`, clipboard, service workers)."""

import pytest
from playwright.sync_api import Browser, Page, expect

from tests.browser.beside import Beside
from tests.browser.people import go_home, sit_down, stand_still
from tests.browser.shop import Shop
from tests.browser.test_main_job import ask, open_chat
from tests.product import Product

pytestmark = pytest.mark.timeout(360)

HOST = "shop.test"
NAMED = f"""
from apps.tenants import context
from apps.tenants.models import Domain, Tenant
with context.inside(context.PUBLIC):
    Domain.objects.get_or_create(domain="{HOST}", tenant=Tenant.objects.get(slug="acme"))
"""


@pytest.fixture(scope="module")
def intranet(running: Product, beside: Beside, acme_shop: Shop) -> Shop:
    beside(NAMED)
    return Shop(HOST, f"http://{HOST}:{running.port}", acme_shop.site_key, acme_shop.passwords)


def test_a_customer_s_message_and_an_agent_s_reply_arrive(
    browser: Browser, page: Page, intranet: Shop, always_open: None, empty_desk: None
) -> None:
    desk = browser.new_context(viewport={"width": 1440, "height": 900})
    console = sit_down(desk, intranet, "agent")
    assert console.evaluate("[isSecureContext, typeof crypto.randomUUID, typeof navigator.clipboard]") == [
        False, "undefined", "undefined",
    ]  # fmt: skip
    composer = open_chat(page, intranet)
    ask(page, composer, "How long does standard shipping take?")
    expect(composer).to_have_value("")
    expect(page.locator("chat-thread")).to_contain_text("business days")
    ask(page, composer, "I want to talk to a person")
    console.locator("desk-offers button.solid").first.click()
    reply = console.locator("desk-reply textarea")
    reply.fill("Hello from the intranet")
    reply.press("Enter")
    expect(reply).to_have_value("")
    expect(page.locator("chat-thread .agent .bubble")).to_have_text("Hello from the intranet")
    console.locator("[data-mode=note]").click()
    reply.fill("a note for us")
    reply.press("Enter")
    expect(console.locator("chat-thread .note .bubble")).to_have_text("a note for us")
    expect(page.locator("chat-thread .mine:is(.sent, .read)")).to_have_count(2)
    go_home(desk)


def test_what_could_not_be_kept_stays_in_the_field(page: Page, intranet: Shop) -> None:
    page.add_init_script("crypto.getRandomValues = () => { throw new Error('no chance') }")
    composer = open_chat(page, intranet)
    composer.fill("half a message")
    composer.press("Enter")
    stand_still(page)
    expect(composer).to_have_value("half a message")
    page.evaluate("delete crypto.getRandomValues")
    composer.press("Enter")
    expect(composer).to_have_value("")
    expect(page.locator("chat-thread .mine:is(.sent, .read)")).to_have_count(1)
