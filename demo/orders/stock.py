"""The orders of the demo shops, dated from today, as an order system tells them."""

import json
import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from demo.shops import SHOPS, Order, Shop

STATES = {
    **{"Placed": "placed", "Packed": "packed", "On its way": "on_its_way", "Delivered": "delivered", "Canceled": "canceled"},
    **{"Ready in Portland": "ready", "已下单": "placed", "已出库": "packed", "运输中": "on_its_way", "已签收": "delivered"},
    **{"已预约送货": "appointed", "已完成": "delivered", "已取消": "canceled"},
}
ON_THE_ROAD = ("placed", "packed", "on_its_way", "appointed")


@dataclass(frozen=True)
class Terms:
    """How a shop works. `takes`: days from an order to its delivery; `returns`: days for a return from then on."""

    language: str
    currency: str
    takes: int
    returns: int
    send_within: int
    prefix: str


TERMS = {
    "acme": Terms("en", "USD", takes=4, returns=60, send_within=14, prefix="R"),
    "changfeng": Terms("zh-hans", "CNY", takes=2, returns=7, send_within=7, prefix="TH"),
}
BY_SLUG = {shop.slug: shop for shop in SHOPS}


def find(slug: str, typed: str, today: date) -> dict[str, Any] | None:
    """The order of a number as people type it: `#ac 20841` is AC-20841."""
    wanted = _letters(typed)
    return next((told(slug, order, today) for order in orders(BY_SLUG[slug]) if _letters(order["number"]) == wanted), None)


def told(slug: str, order: Order, today: date) -> dict[str, Any]:
    terms, state = TERMS[slug], STATES[order["state"]]
    placed = today - timedelta(days=order["days_ago"])
    there = placed + timedelta(days=terms.takes)
    delivered = min(there, today) if state == "delivered" else None
    until = delivered + timedelta(days=terms.returns) if delivered else None
    return {
        "number": order["number"],
        "status": state,
        "status_text": order["state"],
        "note": order["note"],
        "placed_on": placed.isoformat(),
        "delivered_on": delivered.isoformat() if delivered else None,
        "expected_on": max(there, today + timedelta(days=1)).isoformat() if state in ON_THE_ROAD else None,
        "returnable": bool(until and today <= until),
        "returnable_until": until.isoformat() if until else None,
        "changeable": state == "placed",
        "total": float(order["total"].strip("$")),
        "currency": terms.currency,
        "item_names": ("、" if terms.language.startswith("zh") else ", ").join(item["name"] for item in order["things"]),
        "items": [
            {"name": item["name"], "detail": item["detail"], "price": float(item["price"].strip("$"))}
            for item in order["things"]
        ],
    }


def orders(shop: Shop) -> Iterator[Order]:
    """All orders: the ones on the shop's page, and other customers'."""
    yield from shop.orders
    yield from json.loads((shop.folder / "orders.json").read_text(encoding="utf-8"))


def _letters(typed: str) -> str:
    return re.sub(r"[\W_]+", "", typed).upper()
