"""The customer's side of the chat: heard by a screen reader, used by keyboard, held sideways, in one's own language."""

import re
import uuid

import pytest
from playwright.sync_api import Browser, BrowserContext, Page, expect

from tests.browser.beside import Beside
from tests.browser.conftest import RESOLVE, axe, screenshots
from tests.browser.people import sit_down, stand_still
from tests.browser.shop import Shop
from tests.browser.test_main_job import ask, open_chat
from tests.browser.test_widget import FOCUSED, QUESTION

pytestmark = pytest.mark.timeout(360)


def test_a_suggestion_pressed_by_keyboard_leads_on_to_the_composer(page: Page, acme_shop: Shop) -> None:
    open_chat(page, acme_shop)
    suggestion = page.locator("chat-thread .buttons button").first
    suggestion.focus()
    page.keyboard.press("Enter")
    expect(page.locator("chat-thread .mine")).to_have_count(1)
    assert page.evaluate(FOCUSED) == "TEXTAREA"


@pytest.mark.parametrize("mode", ["light", "dark"])
def test_a_phone_held_sideways_shows_a_thread_that_can_be_read(browser: Browser, acme_shop: Shop, mode: str) -> None:
    phone = browser.new_context(
        viewport={"width": 740, "height": 360},
        is_mobile=True,
        has_touch=True,
        color_scheme="dark" if mode == "dark" else "light",
    )
    page = phone.new_page()
    ask(page, open_chat(page, acme_shop), QUESTION)
    expect(page.locator("chat-thread .thumb").first).to_be_visible()
    stand_still(page)
    box = page.locator("chat-thread .scroller").bounding_box()
    assert box
    assert box["height"] >= 220
    assert box["width"] == 740
    assert [found for found in axe(page) if "yingda-chat" in found] == []
    phone.close()


def test_the_clock_is_the_readers(browser: Browser, acme_shop: Shop) -> None:
    for locale, written in (("en-US", r"^\d{1,2}:\d\d [AP]M$"), ("en-GB", r"^\d\d:\d\d$"), ("de-DE", r"^\d{1,2}:\d\d [AP]M$")):
        theirs = browser.new_context(locale=locale)
        page = theirs.new_page()
        ask(page, open_chat(page, acme_shop), QUESTION)
        expect(page.locator("chat-thread time").last).to_have_text(re.compile(written))
        theirs.close()


def test_what_the_bot_says_out_of_courtesy_gets_no_thumbs(page: Page, acme_shop: Shop) -> None:
    composer = open_chat(page, acme_shop)
    ask(page, composer, "hello")
    expect(page.locator("chat-thread .row.bot")).to_have_count(2)  # the greeting of the shop, and an answer to this one
    ask(page, composer, QUESTION)
    expect(page.locator("chat-thread .thumbs")).to_have_count(1)
    ask(page, composer, "I want to talk to a person")
    expect(page.locator("chat-thread .row.bot")).to_have_count(4)
    expect(page.locator("chat-thread .thumbs")).to_have_count(1)


def test_bubble_form_and_header_speak_as_the_customer_does(page: Page, acme_shop: Shop) -> None:
    composer = open_chat(page, acme_shop)
    ask(page, composer, "你们多久发货？我想问一下快递的时间")
    expect(page.locator("yingda-chat .panel")).to_have_attribute("lang", "zh-CN")
    expect(page.locator("yingda-chat .state")).to_have_text(re.compile("机器人"))
    expect(page.get_by_role("textbox")).to_have_attribute("placeholder", "请输入您的问题")
    page.reload()
    expect(page.locator("yingda-chat .state")).to_have_text(re.compile("机器人"))
    ask(page, page.get_by_role("textbox"), "How long does it take to ship to Denver?")
    expect(page.locator("yingda-chat .panel")).to_have_attribute("lang", "en")


def test_earlier_conversations_are_listed_and_read_by_keyboard(page: Page, acme_shop: Shop, beside: Beside) -> None:
    ask(page, open_chat(page, acme_shop), QUESTION)
    expect(page.locator("chat-thread .thumb").first).to_be_visible()
    beside(RESOLVE)
    page.get_by_role("button", name="Start a new conversation").click()
    ask(page, page.get_by_role("textbox", name="Write a message"), "Do you ship to Canada?")
    page.get_by_role("button", name="More").press("Enter")
    page.get_by_role("button", name="Earlier conversations").press("Enter")
    row = page.locator(".past li button")
    expect(row).to_have_count(1)  # without the one that goes on
    expect(row).to_contain_text(QUESTION)
    assert [found for found in axe(page) if "yingda-chat" in found] == []
    row.press("Enter")
    expect(page.locator(".past chat-thread")).to_contain_text("3–5 business days")
    expect(page.locator(".past .buttons:visible, .past .thumb:visible")).to_have_count(0)
    assert [found for found in axe(page) if "yingda-chat" in found] == []
    page.keyboard.press("Escape")
    expect(row).to_be_visible()
    page.keyboard.press("Escape")
    expect(page.locator(".past")).to_have_count(0)
    expect(page.locator("chat-thread")).to_contain_text("Do you ship to Canada?")
    page.get_by_role("button", name="More").press("Enter")
    page.get_by_role("button", name="Earlier conversations").press("Enter")
    expect(row).to_have_count(1)
    page.evaluate("Yingda.reset()")  # another person sits down
    expect(page.locator(".past")).to_have_count(0)


def test_who_was_never_here_has_no_earlier_conversations(page: Page, changfeng_shop: Shop) -> None:
    open_chat(page, changfeng_shop)
    page.get_by_role("button", name="更多").click()
    page.get_by_role("button", name="以往的对话").click()
    expect(page.locator(".past")).to_contain_text("还没有以往的对话")


def test_a_thumb_down_asks_why_and_offers_a_person(page: Page, acme_shop: Shop, beside: Beside) -> None:
    ask(page, open_chat(page, acme_shop), QUESTION)
    down = page.get_by_role("button", name="This did not help")
    down.press("Enter")
    reason = page.get_by_role("button", name="Out of date")
    first = page.get_by_role("button", name="It is wrong")
    expect(first).to_be_focused()
    expect(down).to_have_attribute("aria-pressed", "true")  # the server has it
    expect(first).to_be_focused()
    assert [found for found in axe(page) if "yingda-chat" in found] == []
    reason.press("Enter")
    own = f"It takes a week now ({uuid.uuid4().hex[:8]})."
    page.get_by_role("textbox", name="In your own words").fill(own)
    page.locator(".why").get_by_role("button", name="Send").click()
    expect(page.locator(".why")).to_contain_text("Thank you")
    page.locator(".why").get_by_role("button", name="Talk to a person").click()
    expect(page.locator("chat-thread .says, chat-thread .foot .card").first).to_be_visible()  # in line, or asked for an address
    beside(
        "from apps.tenants import context; from apps.tenants.models import Tenant; from apps.conversations.models import *\n"
        "with context.inside(context.PUBLIC): acme = Tenant.objects.get(slug='acme')\n"
        f"with context.inside(acme): row = Feedback.objects.get(comment={own!r}); assert row.reason == 'outdated'; "
        "assert row.conversation.handovers.exists()"
    )


def test_one_message_is_answered_and_the_team_sees_which(page: Page, desk: BrowserContext, acme_shop: Shop) -> None:
    ask(page, open_chat(page, acme_shop), QUESTION)
    expect(page.locator("chat-thread .thumb").first).to_be_visible()
    page.locator("chat-thread .row.bot").last.get_by_role("button", name="Reply to this message").press("Enter")
    expect(page.locator(".quoting")).to_contain_text("3–5 business days")
    assert page.evaluate(FOCUSED) == "TEXTAREA"
    assert [found for found in axe(page) if "yingda-chat" in found] == []
    own = f"Is that so for tents {uuid.uuid4().hex[:8]}?"
    page.get_by_role("textbox", name="Write a message").fill(own)
    page.keyboard.press("Enter")
    expect(page.locator(".quoting")).to_have_count(0)
    expect(page.locator("chat-thread .row.mine").last.locator(".in_reply")).to_contain_text("3–5 business days")
    page.reload()
    expect(page.locator("chat-thread .row.mine").last.locator(".in_reply")).to_contain_text("3–5 business days")
    console = sit_down(desk, acme_shop, "agent")
    console.locator(".views .view", has_text=re.compile("^All")).click()
    console.get_by_text(own).first.click()
    expect(console.locator("chat-thread .in_reply")).to_contain_text("3–5 business days")
    expect(console.locator("chat-thread .answer")).to_have_count(0)


def test_an_emoji_is_chosen_by_keyboard_and_not_offered_on_a_phone(browser: Browser, page: Page, acme_shop: Shop) -> None:
    composer = open_chat(page, acme_shop)
    composer.press_sequentially("thanks ")
    smile = page.get_by_role("button", name="Emoji")
    smile.press("Enter")
    assert [found for found in axe(page) if "yingda-chat" in found] == []
    page.keyboard.press("Escape")
    expect(page.locator(".emoji")).to_be_hidden()
    assert page.evaluate(FOCUSED) == "TEXTAREA"
    smile.press("Enter")
    page.keyboard.press("ArrowDown")
    page.keyboard.press("ArrowRight")
    page.keyboard.press("Enter")
    expect(composer).to_have_value(re.compile(r"^thanks \S+$"))
    assert page.evaluate(FOCUSED) == "TEXTAREA"
    phone = browser.new_context(viewport={"width": 360, "height": 740}, is_mobile=True, has_touch=True)
    held = phone.new_page()
    ask(held, open_chat(held, acme_shop), QUESTION)
    expect(held.locator("chat-thread .thumb").first).to_be_visible()
    expect(held.locator(".smile")).to_have_count(0)
    phone.close()


ASK_FIRST = """
from apps.tenants import context
from apps.tenants.models import Tenant
from apps.tenants.workspace.models import Site
with context.inside(context.PUBLIC): acme = Tenant.objects.get(slug='acme')
with context.inside(acme): Site.objects.update(ask_first={fields!r}, consent={consent!r}, consent_link='')
"""


def test_a_shop_asks_before_the_first_message(page: Page, acme_shop: Shop, beside: Beside) -> None:
    consent = "I agree that my data is used to answer me."
    beside(ASK_FIRST.format(fields=["name", "email"], consent=consent))
    try:
        page.goto(acme_shop.page)
        page.get_by_role("button", name="Chat with us").click()
        begin = page.get_by_role("button", name="Start chatting")
        expect(begin).to_be_visible()
        expect(page.locator("chat-composer")).to_be_hidden()
        assert [found for found in axe(page) if "yingda-chat" in found] == []
        if folder := screenshots():
            page.screenshot(path=folder / "asked-first.png")
        page.evaluate("question => Yingda.open({ ask: question })", QUESTION)
        expect(page.locator("chat-thread .mine")).to_have_count(0)
        page.get_by_label("Name").fill("Vera")
        page.get_by_label("E-mail").fill("vera@")
        begin.click()
        expect(page.locator(".card .wrong")).to_contain_text("incomplete")
        page.get_by_label("E-mail").fill("vera@example.com")
        begin.click()
        expect(page.locator(".card .wrong")).to_contain_text("agree")
        page.get_by_role("checkbox", name=consent).check()
        begin.click()
        composer = page.get_by_role("textbox", name="Write a message")
        expect(composer).to_have_value(QUESTION)  # what the page asked for
        composer.press("Enter")
        expect(page.locator("chat-thread .thumb").first).to_be_visible()
        page.reload()
        expect(page.get_by_role("textbox", name="Write a message")).to_be_visible()
        expect(begin).to_have_count(0)
    finally:
        beside(ASK_FIRST.format(fields=[], consent=""))


MAIL = """
from django.core.cache import cache
from apps.agents.models import DeskSettings, MailAccount
from apps.tenants import context
from apps.tenants.models import Tenant
with context.inside(context.PUBLIC): acme = Tenant.objects.get(slug='acme')
with context.inside(acme):
    MailAccount.objects.all().delete()
    desk = DeskSettings.load()
    if {on}: cache.set('before', desk.leave)
    DeskSettings.objects.update(leave='email' if {on} else cache.get('before'))
    if {on}: MailAccount.objects.create(sender='care@acme.example', host='127.0.0.1', port=9, security='plain', origin='http://acme.test')
"""


def test_the_conversation_is_mailed_where_the_shop_has_mail(page: Page, acme_shop: Shop, beside: Beside) -> None:
    beside(MAIL.format(on=True))
    try:
        ask(page, open_chat(page, acme_shop), QUESTION)
        expect(page.locator("chat-thread .thumb").first).to_be_visible()
        page.get_by_role("button", name="More").press("Enter")
        page.get_by_role("button", name="Send it to my e-mail").press("Enter")
        field = page.get_by_label("To which address?")
        expect(field).to_be_focused()
        assert [found for found in axe(page) if "yingda-chat" in found] == []
        field.fill("vera@")
        field.press("Enter")
        expect(page.locator(".slip .wrong")).to_contain_text("incomplete")
        field.fill("vera@example.com")
        field.press("Enter")
        expect(page.locator(".slip")).to_contain_text("On its way to vera@example.com.")
        page.get_by_role("button", name="Close this").press("Enter")
        expect(page.locator(".slip")).to_have_count(0)
    finally:
        beside(MAIL.format(on=False))
    page.reload()
    page.get_by_role("button", name="More").click()
    expect(page.get_by_role("button", name="Turn sound on")).to_be_visible()
    expect(page.get_by_role("button", name="Send it to my e-mail")).to_have_count(0)
