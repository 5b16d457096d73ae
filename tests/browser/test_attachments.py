"""Files in a real browser: a customer attaches two, an agent sees them and answers with a third."""

import re
from base64 import b64encode
from io import BytesIO
from pathlib import Path

import pytest
from PIL import Image
from playwright.sync_api import BrowserContext, FilePayload, Locator, Page, expect

from tests.browser.conftest import axe
from tests.browser.people import sit_down
from tests.browser.shop import Shop
from tests.browser.test_main_job import ask, open_chat

pytestmark = pytest.mark.timeout(360)

PICKER = "chat-composer input[type=file]"
PASTE = """(field, [words, picture]) => {
  const clipboardData = new DataTransfer()
  if (words) clipboardData.setData('text/plain', words)
  const bytes = Uint8Array.from(atob(picture), (sign) => sign.charCodeAt(0))
  clipboardData.items.add(new File([bytes], 'image.png', { type: 'image/png' }))
  return field.dispatchEvent(new ClipboardEvent('paste', { clipboardData, bubbles: true, composed: true, cancelable: true }))
}"""
SHOWN = "image => image.decode().then(() => image.naturalWidth > 0)"  # decode() waits for it, and fails if it is broken


def picture(name: str = "tent.png") -> FilePayload:
    file = BytesIO()
    Image.new("RGB", (800, 600), "teal").save(file, "PNG")
    return {"name": name, "mimeType": "image/png", "buffer": file.getvalue()}


def text(name: str, said: str = "order 1042\n") -> FilePayload:
    return {"name": name, "mimeType": "text/plain", "buffer": said.encode()}


def test_files_go_both_ways(desk: BrowserContext, page: Page, acme_shop: Shop) -> None:
    console = sit_down(desk, acme_shop, "agent")
    composer = open_chat(page, acme_shop)
    page.locator(PICKER).set_input_files([picture(), text("order notes.txt"), text("page.html", "<!doctype html><p>hi")])
    expect(page.locator(".upload.done")).to_have_count(2)
    expect(page.locator(".upload.refused")).to_contain_text("We can't take files of this kind.")
    assert [found for found in axe(page) if "yingda-chat" in found] == []
    composer.press("Enter")  # files are enough
    expect(page.locator(".upload")).to_have_count(0)
    sent = page.locator("chat-thread .mine:is(.sent, .read)")
    expect(sent.locator("a.file")).to_contain_text("order notes.txt")
    image = sent.locator("a.picture img")
    assert image.evaluate(SHOWN)
    width, height = image.evaluate("image => [image.width, image.height]")  # its place was known before it came
    assert 240 <= width <= 260
    assert abs(width / height - 4 / 3) < 0.01
    assert [found for found in axe(page) if "yingda-chat" in found] == []

    ask(page, composer, "I want to talk to a person")
    console.locator("desk-offers").get_by_role("button", name=re.compile("^Accept")).click()
    seen = console.locator("chat-thread .visitor")
    expect(seen.locator("a.file")).to_contain_text("order notes.txt")
    expect(seen.locator("a.picture img")).to_be_visible()
    with console.context.expect_page() as opening:
        seen.locator("a.picture").click()
    assert opening.value.url.startswith(f"{acme_shop.url}/api/v1/attachments/")
    opening.value.close()

    console.locator(PICKER).set_input_files([text("return label.txt")])
    expect(console.locator(".upload.done")).to_have_count(1)
    assert axe(console) == []
    console.get_by_role("textbox", name="Write to the customer").fill("Print this.")
    console.keyboard.press("Enter")
    answer = page.locator("chat-thread .agent")
    expect(answer).to_contain_text("Print this.")
    with page.context.expect_page() as opening:
        answer.locator("a.file", has_text="return label.txt").click()
    opening.value.close()


def test_a_file_in_a_note_stays_in_the_team(desk: BrowserContext, page: Page, acme_shop: Shop) -> None:
    console = sit_down(desk, acme_shop, "agent")
    composer = open_chat(page, acme_shop)
    ask(page, composer, "I want to talk to a person")
    console.locator("desk-offers").get_by_role("button", name=re.compile("^Accept")).click()
    expect(console.locator("chat-thread .visitor")).to_be_visible()
    console.locator(PICKER).set_input_files([text("for the customer.txt")])
    console.locator("desk-reply [data-mode=note]").click()
    expect(console.locator(".upload")).to_have_count(0)  # it waits where it was put
    console.locator(PICKER).set_input_files([text("for us.txt")])
    console.get_by_role("textbox", name="Write a note").press("Enter")
    expect(console.locator("chat-thread .note a.file")).to_contain_text("for us.txt")
    console.locator("desk-reply [data-mode=say]").click()
    expect(console.locator(".upload.done")).to_contain_text("for the customer.txt")
    console.get_by_role("textbox", name="Write to the customer").press("Enter")
    expect(page.locator("chat-thread .agent a.file")).to_contain_text("for the customer.txt")
    expect(page.locator("chat-thread")).not_to_contain_text("for us.txt")


def test_a_file_that_the_line_lost_is_kept_and_goes_again(page: Page, acme_shop: Shop) -> None:
    composer = open_chat(page, acme_shop)
    page.route("**/api/v1/widget/attachments", lambda route: route.abort())
    page.locator(PICKER).set_input_files([picture()])
    expect(page.locator(".upload.lost")).to_contain_text("The connection was lost.")
    page.unroute_all()
    composer.fill("Is this broken?")
    composer.press("Enter")  # waits for the file, which goes again
    expect(page.locator("chat-thread .mine:is(.sent, .read) a.picture")).to_have_count(1)
    page.reload()
    expect(page.locator("chat-thread .mine")).to_contain_text("Is this broken?")
    expect(page.locator("chat-thread .mine a.picture img")).to_be_visible()


def test_a_pasted_picture_is_a_file_and_pasted_words_stay_words(page: Page, acme_shop: Shop) -> None:
    composer = open_chat(page, acme_shop)

    drawn = b64encode(picture()["buffer"]).decode()
    assert composer.evaluate(PASTE, ["a cell of a sheet", drawn]) is True
    assert page.locator(".upload").count() == 0
    assert composer.evaluate(PASTE, ["", drawn]) is False
    expect(page.locator(".upload.done")).to_contain_text("image.png")
    page.get_by_role("button", name="Remove image.png").click()
    expect(page.locator(".upload")).to_have_count(0)


def test_a_file_that_is_dropped_on_the_chat_is_attached(page: Page, acme_shop: Shop, tmp_path: Path) -> None:
    composer = open_chat(page, acme_shop)
    file = tmp_path / "torn tent.png"
    file.write_bytes(picture()["buffer"])
    drag(page, page.locator("chat-thread"), file)
    expect(page.locator(".upload.done")).to_contain_text("torn tent.png")
    assert page.url == acme_shop.page  # a browser goes to a file that nobody takes
    composer.press("Enter")
    expect(page.locator("chat-thread .mine:is(.sent, .read) a.picture img")).to_be_visible()


def drag(page: Page, onto: Locator, file: Path) -> None:
    """Drags as a hand does: the browser's own drag of a file, over the place and let go."""
    onto.hover(trial=True)  # until it has opened, and moves no more
    box = onto.bounding_box()
    assert box
    at = {"x": box["x"] + box["width"] / 2, "y": box["y"] + box["height"] / 2}
    hand = page.context.new_cdp_session(page)
    for step in ("dragEnter", "dragOver", "drop"):
        data = {"items": [], "files": [str(file)], "dragOperationsMask": 1}
        hand.send("Input.dispatchDragEvent", {"type": step, **at, "data": data})
    hand.detach()
