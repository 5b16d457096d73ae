"""Agents' steps in a browser before and after a test."""

import re

from playwright.sync_api import BrowserContext, Page, expect

from tests.browser.shop import Shop

STILL = """async () => {
  const within = (root) => [...root.querySelectorAll('*')].flatMap((each) => each.shadowRoot ? moving(each.shadowRoot) : [])
  const moving = (root) => [...root.getAnimations(), ...within(root)]
  const ends = moving(document).filter((each) => each.effect?.getComputedTiming().endTime < Infinity)
  await Promise.allSettled(ends.map((each) => each.finished))
  for (let frames = 0; frames < 2; frames++) await new Promise(requestAnimationFrame)
}"""


def stand_still(page: Page) -> None:
    """Until what moves has arrived, and the page has been drawn with all that came of it."""
    page.evaluate(STILL)


def go_home(context: BrowserContext) -> None:
    """Be offline before the browser closes, so that the next test's customer is not promised somebody."""
    for page in context.pages:
        page.keyboard.press("Escape")
        page.get_by_role("radio", name=re.compile("Offline|离线")).click()
        page.wait_for_timeout(300)
    context.close()


def sit_down(context: BrowserContext, shop: Shop, username: str) -> Page:
    """Log in and be at the console, online."""
    page = context.new_page()
    page.goto(f"{shop.url}/console/")
    page.fill("input[name=username]", username)
    page.fill("input[name=password]", shop.passwords[username])
    page.keyboard.press("Enter")
    page.wait_for_url(re.compile(r"/console/"))
    expect(page.locator("desk-top .notice")).to_have_class(re.compile(r"\bonline\b"))  # the line is up
    online = page.get_by_role("radio", name=re.compile("Online|在线"))
    online.click()
    expect(online).to_have_attribute("aria-checked", "true")
    return page
