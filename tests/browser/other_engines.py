"""`make browsers`: the widget's main way and the console's, in Firefox and in WebKit. Not part of `make test`."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.browser.engines import Engine, Firefox, WebKit
from tests.browser.shop import Shop

pytestmark = pytest.mark.timeout(600)

# What a person sees and presses, as expressions of the page; the chat lives in its own shadow.
CHAT = "document.querySelector('yingda-chat').shadowRoot"
FIELD = f"{CHAT}.querySelector('textarea')"
THREAD = f"{CHAT}.querySelector('chat-thread').textContent.includes(arguments[0])"
ONLINE = "[...document.querySelectorAll('[role=radio]')].find((node) => /Online|在线/.test(node.textContent + node.ariaLabel))"
ENTER = "\ue007"  # https://www.w3.org/TR/webdriver2/#keyboard-actions


@pytest.fixture(params=[Firefox, WebKit], ids=["firefox", "webkit"])
def two(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[tuple[Engine, Engine]]:
    """The customer's browser and the agent's."""
    opened: list[Engine] = []
    try:
        for name in ("customer", "agent"):
            opened.append(request.param(tmp_path / name))
        yield opened[0], opened[1]
    finally:
        for engine in opened:
            engine.close()


def press(engine: Engine, what: str) -> None:
    engine.wait(f"{what} && ({what}.click(), true)")


def test_the_main_way(two: tuple[Engine, Engine], acme_shop: Shop, always_open: None, empty_desk: None) -> None:
    customer, agent = two
    agent.go(f"{acme_shop.url}/console/")
    agent.write("document.querySelector('input[name=username]')", "agent")
    agent.write("document.querySelector('input[name=password]')", acme_shop.passwords["agent"] + ENTER)
    agent.wait("document.querySelector('desk-top .notice.online') && true")
    press(agent, ONLINE)
    agent.wait(f"{ONLINE}.ariaChecked === 'true' || {ONLINE}.getAttribute('aria-checked') === 'true'")

    customer.go(acme_shop.page)
    press(customer, f"{CHAT}?.querySelector('.launcher')")
    customer.write(FIELD, "How long does standard shipping take?" + ENTER)
    customer.wait(THREAD, "business days")
    customer.shot("answer")
    customer.write(FIELD, "I want to talk to a person" + ENTER)

    press(agent, "document.querySelector('desk-offers button.solid')")
    agent.write("document.querySelector('desk-reply textarea')", "Hello from another engine" + ENTER)
    agent.wait("document.querySelector('desk-reply textarea').value === ''")
    customer.wait(THREAD, "Hello from another engine")
    agent.shot("console")

    customer.go(acme_shop.page)  # another page, as a reload is
    customer.wait(f"{CHAT}?.querySelector('chat-thread')?.checkVisibility() && {THREAD}", "Hello from another engine")
    assert customer.run(f"return {CHAT}.querySelector('.agent .bubble').textContent") == "Hello from another engine"
    assert customer.run(f"return {CHAT}.querySelectorAll('.mine .bubble').length") == 2
    customer.shot("reloaded")
    press(
        agent,
        "[...document.querySelectorAll('[role=radio]')].find((node) => /Offline/.test(node.textContent + node.ariaLabel))",
    )


def test_the_chat_outlives_every_change_of_the_page(two: tuple[Engine, Engine], acme_shop: Shop) -> None:
    customer, _agent = two
    customer.go(acme_shop.page)
    press(customer, f"{CHAT}?.querySelector('.launcher')")
    customer.write(FIELD, "half a thought")
    for change in (
        "document.body.innerHTML = '<h1>2</h1>'",
        "document.body.replaceWith(document.createElement('body'))",
        "document.open(); document.write('<!doctype html><html><body><h1>3</h1></body></html>'); document.close()",
    ):
        customer.run(change)
        customer.wait(f"{FIELD}?.checkVisibility() && {FIELD}.value === 'half a thought'")
    customer.write(FIELD, ENTER)
    customer.wait(f"{CHAT}.querySelector('.mine:is(.sent, .read) .bubble')?.textContent === 'half a thought'")
