"""Customers by sockets beside the browsers, on a loop in a thread of its own: Playwright's keeps the tests' thread."""

import asyncio
import json
import threading
import urllib.request
from collections.abc import Coroutine
from dataclasses import dataclass, field
from typing import Any, TypeVar

from bench.wire import Frame, Line
from tests.browser.shop import Shop
from tests.product import Product
from tests.waiting import wait_for

T = TypeVar("T")


@dataclass
class Customer:
    """`frames`: all that came, in order."""

    token: str
    conversation: str
    line: Line
    frames: list[Frame] = field(default_factory=list)

    @property
    def told(self) -> list[str]:
        """The texts that the shop wrote to this customer."""
        return [frame["text"] for frame in self.frames if frame["type"] == "message" and frame["author"]["kind"] != "visitor"]

    @property
    def places(self) -> list[int]:
        return [frame["position"] for frame in self.frames if frame["type"] == "owner" and "position" in frame]


class Crowd:
    def __init__(self, product: Product, shop: Shop) -> None:
        self.product, self.shop = product, shop
        self._loop = asyncio.new_event_loop()
        self._listeners: list[asyncio.Future[None]] = []
        self._thread = threading.Thread(target=self._loop.run_forever, daemon=True)
        self._thread.start()

    def come(self, need: str, *, name: str = "", email: str = "") -> Customer:
        """Somebody who asks for a person, and has left an address where one is given; the desk has taken notice."""
        customer = self._do(self._come(self._session(name)))
        self.send(customer, "person", reason=need)
        wait_for(lambda: bool(customer.places))
        if email:
            self.send(customer, "contact", email=email, name=name)
            wait_for(lambda: any(email in text for text in customer.told))
        return customer

    def say(self, customer: Customer, text: str) -> None:
        self._do(customer.line.say(text))

    def send(self, customer: Customer, kind: str, **fields: Any) -> None:
        self._do(customer.line.send(kind, **fields))

    def leave(self, customer: Customer) -> None:
        self._do(customer.line.close())

    def come_back(self, customer: Customer) -> None:
        self._do(self._enter(customer))

    def stop(self) -> None:
        self._do(self._end())
        self._loop.call_soon_threadsafe(self._loop.stop)
        self._thread.join()
        self._loop.close()

    async def _end(self) -> None:
        for listener in self._listeners:
            listener.cancel()
        await asyncio.gather(*self._listeners, return_exceptions=True)

    def _session(self, name: str) -> str:
        body = json.dumps({"site_key": self.shop.site_key, **({"name": name} if name else {})}).encode()
        headers = {"Host": self.shop.host, "Content-Type": "application/json"}
        url = f"http://127.0.0.1:{self.product.port}/api/v1/widget/session"
        with urllib.request.urlopen(urllib.request.Request(url, body, headers), timeout=20) as answer:
            return str(json.load(answer)["token"])

    async def _come(self, token: str) -> Customer:
        line = await Line.customer(self.product.port, self.shop.host, token)
        customer = Customer(token, (await line.next("welcome"))["conversation"], line)
        self._listen(customer)
        return customer

    async def _enter(self, customer: Customer) -> None:
        seq = max((frame.get("seq", 0) for frame in customer.frames), default=0)
        line = await Line.customer(self.product.port, self.shop.host, customer.token, customer.conversation, seq)
        customer.line = line
        self._listen(customer)

    def _listen(self, customer: Customer) -> None:
        async def hear() -> None:
            async for frame in customer.line:
                customer.frames.append(frame)

        self._listeners.append(asyncio.ensure_future(hear()))

    def _do(self, work: Coroutine[Any, Any, T]) -> T:
        return asyncio.run_coroutine_threadsafe(work, self._loop).result(60)
