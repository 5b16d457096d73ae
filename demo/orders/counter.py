"""The counter of one shop, by method and path: the pure part, without HTTP."""

from collections.abc import Mapping
from datetime import date, timedelta
from typing import Any

from demo.orders.books import Answer, Books
from demo.orders.stock import TERMS, find

TIMES = ("09:00", "10:30", "13:00", "14:30", "16:00", "18:30")
MOST_DAYS = 60
Fields = Mapping[str, Any]


class Counter:
    """`key`: the idempotency key under which what is written down is known."""

    def __init__(self, shop: str, books: Books, today: date) -> None:
        self.shop, self.books, self.today, self.terms = shop, books, today, TERMS[shop]

    def read(self, steps: list[str], given: Fields) -> Answer:
        match steps:
            case ["health"]:
                return 200, {"ok": True, "shop": self.shop}
            case ["orders"]:
                return self._looked_up(str(given.get("number", "")))
            case ["orders", number]:
                order = find(self.shop, number, self.today)
                return (200, {"order": order}) if order else self._nothing(number)
            case ["returns", number]:
                made = self.books.find(self.shop, "return", number)
                return (
                    (200, {"return": {"number": number.upper(), "status": "awaited", **made}})
                    if made
                    else self._nothing(number)
                )
            case ["slots"]:
                return self._slots(str(given.get("date", "")))
        return self._nothing("/".join(steps))

    def write(self, steps: list[str], given: Fields, key: str) -> Answer:
        match steps:
            case ["returns"]:
                return self._return(given, key)
            case ["invoices"]:
                return self._invoice(given, key)
            case ["appointments"]:
                return self._appointment(given, key)
            case ["complaints"]:
                by = self._after(1 if self.shop == "acme" else 2)
                facts = {**_texts(given, "text", "order", "contact"), "answer_by": by}
                return 201, {"complaint": {"number": self._record("complaint", "C", key, facts), "answer_by": by}}
        return self._nothing("/".join(steps))

    def _looked_up(self, number: str) -> Answer:
        """A search, which finds or does not; the order itself is asked for by its own address."""
        order = find(self.shop, number, self.today)
        empty = dict.fromkeys(("number", "status", "status_text", "note", "expected_on", "delivered_on", "item_names", "total"))
        return 200, {"found": bool(order), "order": order or {**empty, "returnable": False, "changeable": False}}

    def _return(self, given: Fields, key: str) -> Answer:
        order = find(self.shop, str(given.get("order", "")), self.today)
        if order is None:
            return self._nothing(str(given.get("order", "")))
        if not order["returnable"]:
            return 409, {"error": f"{order['number']} is {order['status']} and cannot be returned."}
        facts = {
            "order": order["number"],
            "items": order["item_names"],
            "refund": order["total"],
            "currency": order["currency"],
            "send_by": self._after(self.terms.send_within),
            **_texts(given, "reason", "note", "contact"),
        }
        return 201, {"return": {"number": self._record("return", self.terms.prefix, key, facts), "status": "awaited", **facts}}

    def _invoice(self, given: Fields, key: str) -> Answer:
        order = find(self.shop, str(given.get("order", "")), self.today)
        if order is None:
            return self._nothing(str(given.get("order", "")))
        if not str(given.get("title", "")).strip():
            return 400, {"error": "An invoice needs a title."}
        facts = {"order": order["number"], "total": order["total"], **_texts(given, "title", "tax_number", "email")}
        return 201, {"invoice": {"number": self._record("invoice", "INV", key, facts), "sent_on": self._after(1), **facts}}

    def _slots(self, day: str) -> Answer:
        free = self._free(day)
        if free is None:
            return 400, {"error": f"{day[:20]} is no day of the next {MOST_DAYS}."}
        return 200, {"date": day, "count": len(free), "first": free[0] if free else None, "text": ", ".join(free), "free": free}

    def _appointment(self, given: Fields, key: str) -> Answer:
        """Books, or says what else is free: a time that is taken is no error."""
        day, time = str(given.get("date", ""))[:10], str(given.get("time", ""))[:5]
        free = self._free(day)
        if free is None:
            return 400, {"error": f"{day} is no day of the next {MOST_DAYS}."}
        if time not in free:
            return 200, {"appointment": {"booked": False, "number": None, "date": day, "time": None, "free": ", ".join(free)}}
        facts = {"date": day, "time": time, **_texts(given, "service", "name", "phone", "address")}
        number = self._record("appointment", "A", key, facts)
        return 201, {"appointment": {"booked": True, "number": number, "date": day, "time": time, "free": None}}

    def _free(self, day: str) -> list[str] | None:
        try:
            wanted = date.fromisoformat(day)
        except ValueError:
            return None
        if not self.today < wanted <= self.today + timedelta(days=MOST_DAYS):
            return [] if wanted == self.today else None
        others = {TIMES[(wanted.toordinal() + step) % len(TIMES)] for step in (0, 2)}  # of customers whom nobody knows
        taken = self.books.taken(self.shop, day) | others
        return [time for time in TIMES if time not in taken and not (wanted.weekday() == 6 and time > "14:00")]

    def _record(self, kind: str, prefix: str, key: str, facts: dict[str, Any]) -> str:
        return self.books.record(self.shop, kind, prefix, key, facts, self.today)

    def _after(self, days: int) -> str:
        return (self.today + timedelta(days=days)).isoformat()

    def _nothing(self, what: str) -> Answer:
        return 404, {"error": f"There is no {what[:60] or 'such thing'} here."}


def _texts(given: Fields, *names: str) -> dict[str, str]:
    """The fields of these names as texts of a sensible length; what is empty falls away."""
    return {name: str(given[name]).strip()[:2_000] for name in names if str(given.get(name) or "").strip()}
