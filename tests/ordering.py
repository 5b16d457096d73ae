"""The demo's order system on loopback for a block, with a plan of faults."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from threading import Thread
from typing import Any

from demo.orders.books import Books
from demo.orders.faults import Plan
from demo.orders.server import Server


@dataclass
class OrderSystem:
    url: str
    books: Books
    plan: Plan
    secrets: dict[str, str]

    def next(self, *hows: str, seconds: float = 0.0) -> None:
        """The faults of the next requests, in order; then none."""
        self.plan.change({"next": [{"how": how, "seconds": seconds} for how in hows]})

    @property
    def records(self) -> list[dict[str, Any]]:
        found: list[dict[str, Any]] = self.books.effects()["records"]
        return found

    @property
    def asked(self) -> dict[str, int]:
        """How often each idempotency key came."""
        return {each["key"]: each["times"] for each in self.books.effects()["asked"]}


@contextmanager
def order_system(**secrets: str) -> Iterator[OrderSystem]:
    """`secrets`: a shop's slug → its secret."""
    books, plan = Books(), Plan()
    server = Server(0, secrets, books, plan)
    Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True).start()
    try:
        yield OrderSystem(f"http://127.0.0.1:{server.server_port}", books, plan, server.secrets)
    finally:
        server.shutdown()
        server.server_close()
