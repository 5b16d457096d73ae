"""The main job in a real browser: a customer asks and is answered in both shops; an operator changes an answer."""

import re
from collections.abc import Iterator

import pytest
from playwright.sync_api import BrowserContext, Locator, Page, expect

from tests.browser.conftest import axe
from tests.browser.shop import Shop
from tests.product import Product

pytestmark = pytest.mark.timeout(360)


def open_chat(page: Page, shop: Shop) -> Locator:
    page.goto(shop.page)
    page.get_by_role("button", name=re.compile("^(Chat with us|在线咨询)")).click()
    composer = page.get_by_role("textbox", name=re.compile("message|消息|问题", re.IGNORECASE))
    expect(composer).to_be_visible()
    return composer


def ask(page: Page, composer: Locator, question: str) -> None:
    composer.fill(question)
    composer.press("Enter")
    expect(page.locator("chat-thread")).to_contain_text(question)


@pytest.mark.parametrize(
    ("shop_name", "question", "answer", "source"),
    [
        ("acme_shop", "how long does shipping take?", "3–5 business days", "How long does standard shipping take?"),
        ("changfeng_shop", "怎么开发票", "申请发票", "怎么开发票"),
    ],
)
def test_a_customer_asks_and_is_answered_with_the_source(
    page: Page, request: pytest.FixtureRequest, shop_name: str, question: str, answer: str, source: str
) -> None:
    shop: Shop = request.getfixturevalue(shop_name)
    strangers: list[str] = []
    page.on("request", lambda sent: strangers.append(sent.url) if shop.host not in sent.url else None)
    problems: list[str] = []
    page.on("console", lambda said: problems.append(said.text) if said.type in ("error", "warning") else None)
    page.on("pageerror", lambda error: problems.append(str(error)))
    composer = open_chat(page, shop)
    ask(page, composer, question)
    thread = page.locator("chat-thread")
    expect(thread).to_contain_text(answer)
    expect(thread).to_contain_text(source)
    spoken = "zh-CN" if shop_name == "changfeng_shop" else "en"
    assert set(page.locator("chat-thread .bubble").evaluate_all("all => all.map((each) => each.lang)")) - {""} == {spoken}
    assert not [url for url in strangers if not url.startswith("data:")]
    assert not problems
    assert axe(page) == []


def test_the_history_is_there_after_a_reload_and_on_another_page(page: Page, acme_shop: Shop) -> None:
    composer = open_chat(page, acme_shop)
    ask(page, composer, "Where is my order?")
    expect(page.locator("chat-thread")).to_contain_text("Your orders")
    page.reload()  # where it was open, it stays so
    expect(page.locator("chat-thread")).to_be_visible()
    expect(page.locator("chat-thread")).to_contain_text("Where is my order?")
    page.goto(f"{acme_shop.url}/shop/orders/")
    expect(page.locator("chat-thread")).to_be_visible()
    expect(page.locator("chat-thread")).to_contain_text("Where is my order?")
    expect(page.locator("chat-thread")).to_contain_text("Your orders")


@pytest.mark.parametrize(
    ("shop_name", "wish", "told"),
    [("acme_shop", "I want to talk to a person", "Leave your phone number"), ("changfeng_shop", "我要转人工", "电话")],
)
def test_who_asks_for_a_person_is_told_what_happens_next(
    page: Page, request: pytest.FixtureRequest, shop_name: str, wish: str, told: str
) -> None:
    composer = open_chat(page, request.getfixturevalue(shop_name))
    ask(page, composer, wish)
    expect(page.locator("chat-thread")).to_contain_text(told)
    phone = page.locator("input[type=tel]")
    phone.fill("+1 303 555 0100")
    phone.press("Enter")
    expect(page.locator("chat-thread")).to_contain_text("+1 303 555 0100")
    assert axe(page) == []


def test_markup_in_messages_is_shown_as_text(page: Page, acme_shop: Shop) -> None:
    composer = open_chat(page, acme_shop)
    ask(page, composer, "<img src=x onerror=\"document.title='owned'\"><b>bold</b>")
    expect(page.locator("chat-thread .mine:is(.sent, .read)")).to_have_count(1)
    assert page.title() != "owned"
    assert page.locator("chat-thread img").count() == 0


def test_a_message_said_without_a_line_arrives_when_the_line_is_back(
    person: BrowserContext, page: Page, acme_shop: Shop, running: Product
) -> None:
    composer = open_chat(page, acme_shop)
    ask(page, composer, "hi")
    expect(page.locator("chat-thread")).to_contain_text("assistant")
    person.set_offline(True)
    running.process_of("config.asgi").kill()  # the open socket too: offline alone leaves it standing
    ask(page, composer, "can I pay with paypal")
    running.wait_until_told(r"web +died[\s\S]+web +ready")
    person.set_offline(False)
    expect(page.locator("chat-thread")).to_contain_text("installments", timeout=45_000)
    assert page.locator("chat-thread").get_by_text("can I pay with paypal", exact=True).count() == 1


@pytest.fixture
def operator(person: BrowserContext, changfeng_shop: Shop) -> Iterator[Page]:
    """长风商城's operator, logged in to the admin."""
    page = person.new_page()
    page.goto(f"{changfeng_shop.url}/admin/")
    page.fill("input[name=username]", "operator")
    page.fill("input[name=password]", changfeng_shop.passwords["operator"])
    page.keyboard.press("Enter")
    page.wait_for_url(lambda url: "/login/" not in url)
    yield page
    page.close()


def test_an_edit_in_the_admin_is_in_the_next_answer(operator: Page, page: Page, changfeng_shop: Shop) -> None:
    question = "玄关柜里的备用钥匙放在哪里"
    operator.goto(f"{changfeng_shop.url}/admin/knowledge/article/add/")
    operator.fill("[name=title]", question)
    operator.locator("[name=body]").fill("备用钥匙放在**第二个**抽屉。")
    status = operator.locator("select[name=status]")
    if status.count():
        status.select_option("published")
    operator.locator("[name=_save]").first.click()
    operator.wait_for_url(re.compile(r"/admin/knowledge/article/$"))
    state = operator.locator("tr", has_text=question).locator("search-state")
    expect(state).to_have_attribute("data-state", "live", timeout=60_000)
    composer = open_chat(page, changfeng_shop)
    ask(page, composer, question)
    expect(page.locator("chat-thread")).to_contain_text("第二个")
    expect(page.locator("chat-thread strong")).to_have_text("第二个")
