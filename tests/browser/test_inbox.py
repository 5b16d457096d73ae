"""The inbox in a browser: rows that tell people apart, mentions that stay unread, a search that shows what it found."""

import re

import pytest
from playwright.sync_api import Browser, BrowserContext, expect

from tests.browser.beside import Beside
from tests.browser.conftest import PATIENCE, axe
from tests.browser.people import go_home, sit_down, stand_still
from tests.browser.shop import Shop

pytestmark = pytest.mark.timeout(360)

SEED = """
from apps.agents.casework import casework
from apps.conversations.ledger import pages
from apps.conversations.models import Conversation, Visitor
from apps.releases.publishing import active
from apps.tenants import context
from apps.tenants.models import Tenant
with context.inside(context.PUBLIC):
    shop = Tenant.objects.get(slug="acme")
with context.inside(shop):
    for name, words in (("", "The zip of my <b>bivouac</b> broke"), ("Nora Inbox", "Bivouacs, do you rent them?")):
        visitor = Visitor.objects.create(name=name, device="Safari, iPhone")
        row = Conversation.objects.create(visitor=visitor, release=active().number, language="en")
        with pages.page(row.pk) as page:
            page.append("message", "visitor", {"author": {"kind": "visitor", "name": ""}, "text": words})
            page.append("message", "bot", {"author": {"kind": "bot", "name": ""}, "text": "No one is online right now."})
"""

RECTS = "['.toast', 'desk-reply'].map((each) => document.querySelector(each).getBoundingClientRect().toJSON())"


@pytest.fixture
def customers(beside: Beside, always_open: None) -> None:
    beside(SEED)


def test_rows_mentions_and_what_a_search_found(
    browser: Browser, desk: BrowserContext, acme_shop: Shop, customers: None
) -> None:
    page = sit_down(desk, acme_shop, "owner")
    rows = page.locator("desk-inbox .rows li")
    page.keyboard.press("4")
    nameless = rows.filter(has_text="zip of my")
    expect(nameless.locator(".who")).to_have_text(re.compile(r"Visitor \d{4} · iPhone"))
    expect(nameless.locator(".words")).to_have_text("The zip of my <b>bivouac</b> broke")

    page.keyboard.press("/")
    page.keyboard.type("bivouac")
    expect(page.locator(".rows mark")).to_have_text(["Bivouacs", "bivouac"])
    assert page.locator(".rows b").count() == 0
    assert axe(page) == []
    page.keyboard.press("Escape")
    page.keyboard.press("Escape")

    nameless.locator("button").click()
    page.keyboard.press("n")
    page.keyboard.type("@agent she is a wholesaler")
    page.get_by_role("button", name="Save note").click()
    expect(page.locator("chat-thread")).to_contain_text("she is a wholesaler")
    other = browser.new_context(viewport={"width": 1024, "height": 760})
    other.set_default_timeout(PATIENCE)
    agent = sit_down(other, acme_shop, "agent")
    mentions = agent.locator('.view[data-view="mentions"]')
    expect(mentions.locator(".count")).to_have_text("1")
    agent.keyboard.press("9")
    call = agent.locator("desk-inbox .rows li")
    expect(call.locator(".words")).to_have_text(re.compile("owner: @agent she is a wholesaler"))
    expect(call.locator(".new")).to_be_visible()
    assert axe(agent) == []
    agent.keyboard.press("j")
    expect(mentions.locator(".count")).to_have_count(0)
    expect(call).to_have_count(1)
    go_home(other)


def test_sound_is_asked_once_and_the_bar_leads_to_language_and_out(desk: BrowserContext, acme_shop: Shop) -> None:
    page = sit_down(desk, acme_shop, "operator")
    page.get_by_role("button", name="No sound").click()
    expect(page.locator(".ask-sound")).to_be_hidden()
    page.reload()
    expect(page.locator("desk-top .me")).to_have_text(re.compile("operator"))
    expect(page.locator(".ask-sound")).to_be_hidden()
    page.locator("desk-top .me").click()
    sound = page.get_by_role("switch")
    expect(sound).not_to_be_checked()
    assert axe(page) == []
    sound.check()
    expect(page.locator("desk-top [data-command=alerts]")).to_have_attribute("aria-pressed", "true")
    page.locator("dialog.account select").select_option("zh-hans")
    expect(page.locator(".view[data-view=mine]")).to_have_text("我的")
    expect(page.locator("desk-top .me")).to_have_text(re.compile("operator"))  # opened anew, and its line with it
    page.locator("desk-top .me").click()
    page.locator("dialog.account select").select_option("en")
    expect(page.locator(".view[data-view=mine]")).to_have_text("Mine")
    page.get_by_role("radio", name="Offline").click()
    page.locator("desk-top .me").click()
    page.get_by_role("button", name="Log out").click()
    page.wait_for_url(re.compile("/admin/login/"))
    page.fill("input[name=username]", "operator")
    page.fill("input[name=password]", acme_shop.passwords["operator"])
    page.keyboard.press("Enter")
    page.wait_for_url(re.compile("/console/"))
    expect(page.locator("desk-top .me")).to_be_visible()


def test_a_row_stays_under_the_pointer(desk: BrowserContext, acme_shop: Shop, customers: None, beside: Beside) -> None:
    page = sit_down(desk, acme_shop, "owner")
    page.keyboard.press("4")
    rows = page.locator("desk-inbox .rows li")
    first = rows.nth(0)
    expect(first).to_have_attribute("data-id", re.compile("-"))
    held = first.get_attribute("data-id")
    first.hover()
    beside(SEED)
    expect(rows.filter(has_text="zip of my").nth(1)).to_be_attached()
    assert rows.nth(0).get_attribute("data-id") == held
    page.mouse.move(900, 500)
    expect(rows.nth(0)).not_to_have_attribute("data-id", str(held))


@pytest.mark.parametrize("width", [1440, 1024, 360])
def test_a_lone_shortcut_is_asked_about_and_no_toast_lies_over_the_composer(
    desk: BrowserContext, acme_shop: Shop, customers: None, width: int
) -> None:
    page = sit_down(desk, acme_shop, "owner")
    page.set_viewport_size({"width": width, "height": 760})
    page.keyboard.press("4")
    page.locator("desk-inbox .rows li").filter(has_text="Nora Inbox").locator("button").click()
    field = page.locator("desk-reply textarea")
    field.fill("/nosuchword")
    expect(page.locator(".no-choice")).to_contain_text("There is no reply called “/nosuchword”.")
    expect(page.locator(".no-choice a")).to_have_attribute("href", "/admin/agents/cannedreply/add/?shortcut=nosuchword")
    assert axe(page) == []
    page.keyboard.press("Enter")
    expect(page.locator("dialog.form")).to_contain_text("Send it to the customer as it is?")
    page.get_by_role("button", name="Cancel").click()
    expect(field).to_have_value("/nosuchword")

    field.fill("One\ntwo\nthree\nfour")
    page.keyboard.press("Escape")
    for height in (760, 420):  # as when a phone's keyboard comes up
        page.set_viewport_size({"width": width, "height": height})
        page.keyboard.press("w")  # the bot has not answered here: a toast says so
        expect(page.locator(".toast")).to_be_visible()
        stand_still(page)
        toast, reply = page.evaluate(RECTS)
        assert toast["bottom"] <= reply["top"]
        assert toast["left"] >= reply["left"]
        assert toast["right"] <= reply["right"]
