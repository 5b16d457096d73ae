"""A customer and two agents in browsers of their own: from “a person, please” to the score, nothing lost on the way."""

import re
from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, BrowserContext, Page, expect

from tests.browser.beside import Beside
from tests.browser.conftest import axe
from tests.browser.people import go_home, sit_down
from tests.browser.shop import Shop
from tests.browser.test_main_job import ask, open_chat

pytestmark = pytest.mark.timeout(360)


@pytest.fixture
def colleague(browser: Browser, always_open: None) -> Iterator[BrowserContext]:
    """The second agent's own browser."""
    context = browser.new_context(viewport={"width": 1440, "height": 900})
    context.set_default_timeout(20_000)
    yield context
    go_home(context)


READ_ALONG = """
from apps.agents.models import DeskSettings
from apps.tenants import context
from apps.tenants.models import Tenant
with context.inside(context.PUBLIC):
    shops = list(Tenant.objects.filter(slug__in=["acme", "changfeng"]))
for shop in shops:
    with context.inside(shop):
        DeskSettings.load()
        DeskSettings.objects.update(drafts=%s)
"""


@pytest.fixture
def read_along(beside: Beside) -> Iterator[None]:
    """The shops show their agents what customers have typed and not sent."""
    beside(READ_ALONG % True)
    yield
    beside(READ_ALONG % False)


def take_the_offer(console: Page, asked: str) -> None:
    """The strip shows it; Enter takes it, and the conversation opens."""
    offer = console.locator("desk-offers .offer").first
    expect(offer).to_contain_text(asked)
    console.keyboard.press("Enter")
    expect(offer).to_be_hidden()
    expect(console.locator("desk-conversation chat-thread")).to_contain_text(asked)


@pytest.mark.parametrize(
    ("shop_name", "wish", "hello", "reply", "note"),
    [
        ("acme_shop", "agent please", "my parcel arrived open", "I am sorry, I will send a new one.", "goodwill agreed"),
        ("changfeng_shop", "我要转人工", "包裹到的时候是开着的", "抱歉，我马上给您补发。", "已同意补发"),
    ],
)
def test_from_a_wish_for_a_person_to_the_score(
    request: pytest.FixtureRequest,
    desk: BrowserContext,
    colleague: BrowserContext,
    page: Page,
    read_along: None,
    shop_name: str,
    wish: str,
    hello: str,
    reply: str,
    note: str,
) -> None:
    shop: Shop = request.getfixturevalue(shop_name)
    console, thread = sit_down(desk, shop, "agent"), page.locator("chat-thread")
    composer = open_chat(page, shop)
    ask(page, composer, wish)
    take_the_offer(console, wish)

    # Both type and see it.
    desk_thread = console.locator("desk-conversation chat-thread")
    composer.press_sequentially(hello)
    expect(console.locator("desk-conversation .typing")).to_contain_text(hello[:4])
    expect(page.locator(".reach")).to_have_text(re.compile("The team sees what you write|客服也能看到"))
    composer.press("Enter")
    expect(desk_thread).to_contain_text(hello)
    field = console.locator("desk-reply textarea")
    field.press_sequentially(reply)
    expect(page.locator("chat-thread .dots")).to_be_visible()
    field.press("Enter")
    expect(thread).to_contain_text(reply)

    # A note stays in the team.
    field.press("Escape")
    console.keyboard.press("n")
    field.fill(note)
    field.press("Enter")
    expect(desk_thread).to_contain_text(note)

    # To a colleague who is there, who has all of it.
    second = sit_down(colleague, shop, "operator")
    expect(console.locator("desk-top .colleagues")).to_have_text(re.compile(r"1"))
    field.press("Escape")
    console.keyboard.press("t")
    picker = console.locator("dialog.passing")
    picker.get_by_role("option").filter(has_text=re.compile("online|在线", re.IGNORECASE)).first.click()
    assert axe(console) == []
    picker.get_by_role("button", name=re.compile("Transfer to|转接给")).click()
    expect(picker).to_be_hidden()
    row = (
        second.locator("desk-inbox li")
        .filter(has_text=hello[:6])
        .or_(second.locator("desk-inbox li").filter(has_text=reply[:6]))
    )
    row.first.get_by_role("button").click()
    handed = second.locator("desk-conversation chat-thread")
    expect(handed).to_contain_text(note)
    answer = second.locator("desk-reply textarea")
    answer.fill("OK 👍")
    answer.press("Enter")
    expect(thread).to_contain_text("OK 👍")
    assert axe(second) == []

    # The end, and what the customer thought of it.
    answer.press("Escape")
    second.keyboard.press("e")
    scores = page.locator(".scores button")
    expect(scores).to_have_count(5)
    scores.nth(4).click()
    page.locator("form.card button[type=submit]").click()
    expect(page.locator(".card [role=status]")).to_be_visible()
    expect(second.locator("desk-conversation .head .state")).to_contain_text("5")
    expect(thread).not_to_contain_text(note)
