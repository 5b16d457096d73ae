"""The facts a page may tell of its visitor, and those that are taken out."""

from typing import Any

import pytest

from apps.conversations.wire import about
from apps.tenants.refusal import Refusal


@pytest.mark.parametrize(
    ("url", "kept"),
    [
        ("https://shop.example/a?q=1#part", "https://shop.example/a?q=1"),
        ("https://me:pw@shop.example/a", "https://shop.example/a"),
        ("https://shop.example/a?session_id=1&q=b c&Password=x", "https://shop.example/a?session_id=…&q=b c&Password=…"),
        ("https://shop.example/商品?q=靴子", "https://shop.example/商品?q=靴子"),
        ("https://shop.example/" + "a" * 900, "https://shop.example/" + "a" * 479),
        ("javascript:alert(1)", None),
        ("file:///etc/passwd", None),
        ("https://[broken", None),
        (7, None),
    ],
)
def test_an_address_keeps_path_and_query_and_loses_secrets(url: Any, kept: str | None) -> None:
    assert about.page_of({"url": url}) == ({"url": kept} if kept else {})


def test_attributes_are_a_short_flat_map() -> None:
    assert about.attributes_of({"plan": " Gold ", "seats": 3, "trial": False, "gone": None}) == {
        "plan": "Gold",
        "seats": 3,
        "trial": False,
    }
    many: dict[str, Any] = {str(n): n for n in range(31)}
    wrong: list[Any] = [
        many,
        ["a"],
        {"": 1},
        {"x" * 41: 1},
        {"a": "x" * 201},
        {"a": {}},
        {"a": float("inf")},
        {"a": float("nan")},
    ]
    for bad in wrong:
        with pytest.raises(Refusal):
            about.attributes_of(bad)


@pytest.mark.parametrize(
    ("agent", "device"),
    [
        ("Mozilla/5.0 (Windows NT 10.0; Win64; x64) Chrome/126.0 Safari/537.36 Edg/126.0", "Edge, Windows"),
        ("Mozilla/5.0 (iPhone; CPU iPhone OS 17_5 like Mac OS X) Version/17.5 Safari/604.1", "Safari, iPhone"),
        ("Mozilla/5.0 (Linux; Android 14; Pixel 8) Chrome/126.0 MicroMessenger/8.0", "WeChat, Android"),
        ("Mozilla/5.0 (X11; Linux x86_64; rv:127.0) Gecko/20100101 Firefox/127.0", "Firefox, Linux"),
        ("curl/8", ""),
    ],
)  # fmt: skip
def test_a_device_is_named_as_people_name_it(agent: str, device: str) -> None:
    assert about.device_of(agent) == device
