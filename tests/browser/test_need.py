"""The card above a conversation that was handed over tells the need, whatever was said last."""

import pytest
from playwright.sync_api import BrowserContext, Page, expect

from tests.browser.conftest import axe, screenshots
from tests.browser.people import sit_down
from tests.browser.shop import Shop
from tests.browser.test_main_job import ask, open_chat

pytestmark = pytest.mark.timeout(360)


@pytest.mark.parametrize(
    ("shop_name", "said", "need", "upset"),
    [
        (
            "acme_shop",
            ["The zipper of my jacket is broken and this is unacceptable", "do you sell fireworks", "agent please"],
            0,
            "upset",
        ),
        ("changfeng_shop", ["耳机的盒子摔坏了，真的很生气", "你们卖烟花吗", "转人工"], 0, "情绪激动"),
    ],
)
def test_the_card_tells_the_need(
    request: pytest.FixtureRequest, desk: BrowserContext, page: Page, shop_name: str, said: list[str], need: int, upset: str
) -> None:
    shop: Shop = request.getfixturevalue(shop_name)
    console = sit_down(desk, shop, "agent")
    composer = open_chat(page, shop)
    for text in said:
        ask(page, composer, text)
    offer = console.locator("desk-offers .offer").first
    expect(offer).to_contain_text(said[need])
    console.keyboard.press("Enter")
    brief = console.locator("details.brief")
    expect(brief).to_contain_text(said[need])
    expect(brief.locator(".upset")).to_have_text(upset)
    expect(brief.locator("li")).to_have_text([said[1]])
    assert axe(console) == []
    if folder := screenshots():
        for width, scheme in ((1440, "light"), (360, "dark")):
            console.set_viewport_size({"width": width, "height": 860})
            console.emulate_media(color_scheme=scheme)  # type: ignore[arg-type]
            console.screenshot(path=folder / f"need-{shop_name}-{width}.png")
