"""The queue as agents see it: a strip for what is offered, a section of its own for who left."""

import re
from collections.abc import Iterator

import pytest
from playwright.sync_api import BrowserContext, Locator, Page, expect

from tests.browser.beside import Beside
from tests.browser.conftest import axe, screenshots
from tests.browser.people import sit_down, stand_still
from tests.browser.queue.crowd import Crowd, Customer
from tests.browser.shop import Shop
from tests.product import Product
from tests.waiting import wait_for

pytestmark = pytest.mark.timeout(360)

SETTINGS = """
from apps.agents.models import DeskSettings
from apps.tenants import context
from apps.tenants.models import Tenant
with context.inside(context.PUBLIC):
    shops = list(Tenant.objects.filter(slug__in=["acme", "changfeng"]))
for shop in shops:
    with context.inside(shop):
        DeskSettings.load()
        DeskSettings.objects.update(**{settings})
"""

LEFT = """
import time
from apps.conversations.live import here
from apps.tenants import context
from apps.tenants.live import valkey
from apps.tenants.models import Tenant
with context.inside(context.PUBLIC):
    shop = Tenant.objects.get(slug={slug!r})
with context.inside(shop):
    for conversation in {conversations!r}:
        valkey.client().zadd(valkey.key(conversation, "here"), {{here.LAST: time.time() - {minutes} * 60}})
"""


def stand_apart(beside: Beside, console: Page, slug: str, *gone: Customer, minutes: float) -> None:
    """They closed their lines, and so much time went by; until the console, which looks at *Waiting*, shows them apart."""
    code = LEFT.format(slug=slug, conversations=[each.conversation for each in gone], minutes=minutes)
    apart = console.locator("desk-inbox .rows > .apart")

    def seen() -> bool:
        beside(code)  # again, since the server may have noted only now that a line was closed
        return bool(apart.count()) and str(len(gone)) in (apart.text_content() or "")

    wait_for(seen)


def look_at_waiting(console: Page) -> Locator:
    """→ the button of the view."""
    view = console.locator("desk-inbox .view[data-view=waiting]")
    view.click()
    expect(view).to_have_attribute("aria-pressed", "true")
    return view


@pytest.fixture
def patient(beside: Beside) -> Iterator[Beside]:
    """Offers stand for long."""
    beside(SETTINGS.replace("{settings}", repr({"offer_seconds": 300, "patience_minutes": 60})))
    yield beside
    beside(SETTINGS.replace("{settings}", repr({"offer_seconds": 30, "patience_minutes": 10})))


@pytest.fixture
def acme_crowd(running: Product, acme_shop: Shop) -> Iterator[Crowd]:
    crowd = Crowd(running, acme_shop)
    yield crowd
    crowd.stop()


@pytest.fixture
def changfeng_crowd(running: Product, changfeng_shop: Shop) -> Iterator[Crowd]:
    crowd = Crowd(running, changfeng_shop)
    yield crowd
    crowd.stop()


def shown(console: Page, name: str) -> None:
    if folder := screenshots():
        for width in (1440, 1024, 360):
            for scheme in ("light", "dark"):
                console.set_viewport_size({"width": width, "height": 860})
                console.emulate_media(color_scheme=scheme)
                stand_still(console)
                console.screenshot(path=folder / f"{name}-{width}-{scheme}.png")
        console.set_viewport_size({"width": 1440, "height": 900})
        console.emulate_media(color_scheme="light")


NEEDS = {
    "acme": ["My order 10442 never arrived and I am really angry", "The zipper is broken", "I was charged twice", "Wrong size"],
    "changfeng": ["订单 20931 一直没收到，已经催了三次了", "耳机盒子摔坏了", "被扣了两次款", "尺码发错了"],
}


@pytest.mark.parametrize("slug", ["acme", "changfeng"])
def test_offers_are_a_strip_that_takes_no_focus(
    request: pytest.FixtureRequest, desk: BrowserContext, patient: Beside, slug: str
) -> None:
    shop: Shop = request.getfixturevalue(f"{slug}_shop")
    crowd: Crowd = request.getfixturevalue(f"{slug}_crowd")
    console = sit_down(desk, shop, "agent")
    offers = console.locator("desk-offers .offer")
    customers = [crowd.come(need) for need in NEEDS[slug]]
    expect(offers).to_have_count(2)
    expect(console.locator("desk-offers .others")).to_contain_text("2")
    for offer, need in zip(offers.all(), NEEDS[slug], strict=False):
        expect(offer).to_contain_text(need)  # in the order in which they came
    expect(console.locator("desk-offers [role=alert]")).not_to_be_empty()
    strip, inbox = console.locator("desk-offers").bounding_box(), console.locator("desk-inbox").bounding_box()
    assert strip is not None
    assert inbox is not None
    assert strip["y"] + strip["height"] <= inbox["y"] + 1, "it stands above, and covers nothing"
    assert axe(console) == []
    shown(console, f"strip-{slug}")

    # Enter takes the first one, and says so only while it does.
    expect(offers.first.locator("kbd").first).to_be_visible()
    expect(offers.nth(1).locator("kbd").first).to_be_hidden()
    console.keyboard.press("Enter")
    field = console.locator("desk-reply textarea")
    expect(field).to_be_focused()
    expect(console.locator("desk-conversation chat-thread")).to_be_visible()
    expect(offers.first).to_contain_text(NEEDS[slug][1])
    expect(offers.first.locator("kbd").first).to_be_hidden()
    field.press("Enter")
    expect(offers.first).to_contain_text(NEEDS[slug][1])
    expect(field).to_be_focused()
    shown(console, f"strip-writing-{slug}")

    # What is declined goes, and stays visible in Waiting.
    offers.first.get_by_role("button", name=re.compile("Decline|谢绝")).click()
    expect(offers.first).to_contain_text(NEEDS[slug][2])
    look_at_waiting(console)
    rows = console.locator("desk-inbox .rows li[data-id]")
    expect(rows).to_have_count(4)
    assert rows.nth(1).get_attribute("data-id") == customers[1].conversation
    for customer in customers:
        crowd.leave(customer)


@pytest.mark.parametrize("slug", ["acme", "changfeng"])
def test_who_left_stands_apart_and_where_they_were_when_they_come_back(
    request: pytest.FixtureRequest, desk: BrowserContext, patient: Beside, slug: str
) -> None:
    shop: Shop = request.getfixturevalue(f"{slug}_shop")
    crowd: Crowd = request.getfixturevalue(f"{slug}_crowd")
    console = sit_down(desk, shop, "agent")
    customers = [crowd.come(need) for need in NEEDS[slug]]
    view = look_at_waiting(console)
    rows, apart = console.locator("desk-inbox .rows > li"), console.locator("desk-inbox .rows > .apart")
    expect(rows).to_have_count(4)
    crowd.leave(customers[0])
    stand_apart(patient, console, slug, customers[0], minutes=24)
    expect(rows.last).to_contain_text(re.compile("left 24 min ago|24 分钟前离开"))
    assert rows.last.get_attribute("data-id") == customers[0].conversation
    expect(view.locator(".count")).to_have_text("3")
    assert axe(console) == []
    shown(console, f"left-{slug}")
    crowd.come_back(customers[0])
    expect(apart).to_have_count(0)
    assert rows.first.get_attribute("data-id") == customers[0].conversation
    for customer in customers:
        crowd.leave(customer)


@pytest.mark.parametrize(
    ("slug", "question", "answer", "told"),
    [
        ("acme", "how long does shipping take?", "3–5 business days", "while they waited"),
        ("changfeng", "怎么开发票", "申请发票", "排队期间回复"),
    ],
)
def test_agents_see_what_the_bot_answered_meanwhile(
    request: pytest.FixtureRequest, desk: BrowserContext, patient: Beside, slug: str, question: str, answer: str, told: str
) -> None:
    shop: Shop = request.getfixturevalue(f"{slug}_shop")
    crowd: Crowd = request.getfixturevalue(f"{slug}_crowd")
    console = sit_down(desk, shop, "agent")
    customer = crowd.come(NEEDS[slug][0])
    crowd.say(customer, question)
    wait_for(lambda: any(answer in text for text in customer.told))
    offer = console.locator("desk-offers .offer")
    expect(offer).to_contain_text(NEEDS[slug][0])
    console.keyboard.press("Enter")
    thread = console.locator("desk-conversation chat-thread")
    expect(thread).to_contain_text(answer)
    expect(thread.locator(".carried.meanwhile")).to_have_text(told)
    expect(console.locator("details.brief")).to_contain_text(NEEDS[slug][0])
    assert axe(console) == []
    shown(console, f"meanwhile-{slug}")
    crowd.leave(customer)
