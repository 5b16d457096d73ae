"""The demo's order system: what it tells and writes down, for whom, and once for a key."""

import hashlib
import hmac
import http.client
import json
import re
import shutil
import subprocess
import time
from collections.abc import Iterator
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import pytest
from django.test.utils import override_settings

from apps.flows import calls
from apps.flows.engine.step import Request
from apps.flows.models import System
from apps.tenants import context
from apps.tenants.web import signing
from demo import systems
from demo.orders.books import Books
from demo.orders.counter import Counter
from demo.orders.stock import BY_SLUG, STATES, orders
from demo.shops import SHOPS
from runtime.folder import Folder
from runtime.services import orders as service
from runtime.services.service import Running
from tests.cast import Cast
from tests.ordering import OrderSystem, order_system

ROOT = Path(__file__).resolve().parent.parent.parent


def today() -> date:
    """The day of the order system, which a long run of tests sees change."""
    return date.today()


@pytest.fixture
def shop() -> Iterator[OrderSystem]:
    with order_system(acme="acme", changfeng="changfeng") as found:
        yield found


def ask(shop: OrderSystem, path: str, body: Any = None, key: str = "k", by: str = "acme", at: int = 0) -> tuple[int, Any]:
    method, sent, stamp = (
        "GET" if body is None else "POST",
        json.dumps(body).encode() if body else b"",
        str(at or int(time.time())),
    )
    message = b"\n".join([stamp.encode(), method.encode(), path.encode(), sent])
    signature = hmac.new(by.encode(), message, hashlib.sha256).hexdigest()
    headers = {"X-Yingda-Timestamp": stamp, "X-Yingda-Signature": signature, "Idempotency-Key": key}
    line = http.client.HTTPConnection(shop.url.removeprefix("http://"), timeout=10)
    line.request(method, path, sent, headers)
    answer = line.getresponse()
    told = answer.status, json.loads(answer.read())
    line.close()
    return told


def test_an_order_is_told_from_today(shop: OrderSystem) -> None:
    status, told = ask(shop, "/acme/orders/AC-20418")
    delivered = today() - timedelta(days=30)
    order = told["order"]
    assert (status, order["status"], order["returnable"], order["total"]) == (200, "delivered", True, 179.0)
    assert (order["delivered_on"], order["returnable_until"]) == (str(delivered), str(delivered + timedelta(days=60)))
    assert ask(shop, "/acme/orders?number=ac%2020418")[1] == {"found": True, "order": order}
    unknown = ask(shop, "/acme/orders?number=1")[1]
    assert (unknown["found"], unknown["order"]["status"], unknown["order"]["returnable"]) == (False, None, False)
    assert ask(shop, "/acme/orders/1")[0] == 404


@pytest.mark.parametrize("slug", ["acme", "changfeng"])
def test_every_order_has_a_state_that_flows_know(slug: str) -> None:
    found = [Counter(slug, Books(), today()).read(["orders", order["number"]], {}) for order in orders(BY_SLUG[slug])]
    assert len(found) == len({answer["order"]["number"] for _status, answer in found}) > 8
    assert {answer["order"]["status"] for _status, answer in found} <= set(STATES.values())
    assert {answer["order"]["returnable"] for _status, answer in found} == {True, False}


def test_one_shop_never_tells_of_the_other(shop: OrderSystem) -> None:
    assert ask(shop, "/changfeng/orders/CF25080731")[0] == 401
    assert ask(shop, "/acme/orders/CF25080731")[0] == 404
    number = ask(shop, "/acme/returns", {"order": "AC-20418"})[1]["return"]["number"]
    assert ask(shop, f"/acme/returns/{number}")[1]["return"]["order"] == "AC-20418"
    assert ask(shop, f"/changfeng/returns/{number}", by="changfeng")[0] == 404
    twin = ask(shop, "/changfeng/returns", {"order": "CF25071902"}, by="changfeng")[1]["return"]["number"]
    assert twin.startswith("TH"), "the same key is another shop's own"


@pytest.mark.parametrize("secret", ["changfeng", ""])
def test_a_wrong_signature_opens_nothing(shop: OrderSystem, secret: str) -> None:
    assert ask(shop, "/acme/orders/AC-20418", by=secret)[0] == 401
    assert ask(shop, "/acme/returns", {"order": "AC-20418"}, by=secret)[0] == 401
    assert not shop.records


@pytest.mark.parametrize("seconds", [-400, 400])
def test_an_old_signature_opens_nothing(shop: OrderSystem, seconds: int) -> None:
    assert ask(shop, "/acme/orders/AC-20418", at=int(time.time()) + seconds)[0] == 401


def test_a_key_does_something_once(shop: OrderSystem) -> None:
    first = ask(shop, "/acme/returns", {"order": "AC-20418", "reason": "too small"})
    assert first[0] == 201
    assert ask(shop, "/acme/returns", {"order": "AC-20418", "reason": "too small"}) == first
    assert ask(shop, "/acme/returns", {"order": "AC-20418", "reason": "too big"})[0] == 422
    assert ask(shop, "/acme/returns", {"order": "AC-20418"}, key="")[0] == 400
    assert (len(shop.records), shop.asked) == (1, {"k": 3})


def test_what_cannot_be_returned_is_refused_and_keeps_no_key(shop: OrderSystem) -> None:
    assert ask(shop, "/acme/returns", {"order": "AC-20841"})[0] == 409
    assert ask(shop, "/acme/returns", {"order": "AC-20418"})[0] == 201


def test_a_time_is_given_once(shop: OrderSystem) -> None:
    day = str(today() + timedelta(days=3))
    slots = ask(shop, f"/acme/slots?date={day}")[1]
    assert slots["count"] == len(slots["free"]) > 0
    wanted = {"date": day, "time": slots["first"]}
    assert ask(shop, "/acme/appointments", wanted, "one")[1]["appointment"]["booked"]
    other = ask(shop, "/acme/appointments", wanted, "two")[1]["appointment"]
    assert (other["booked"], other["free"]) == (False, ", ".join(slots["free"][1:]))
    assert ask(shop, "/acme/appointments", wanted, "one")[1]["appointment"]["booked"], "told again"
    for wrong in ("yesterday", str(today() - timedelta(days=1)), str(today() + timedelta(days=400))):
        assert ask(shop, f"/acme/slots?date={wrong}")[0] == 400


def test_invoices_and_complaints_have_numbers(shop: OrderSystem) -> None:
    assert ask(shop, "/acme/invoices", {"order": "AC-20418"}, "one")[0] == 400
    invoice = ask(shop, "/acme/invoices", {"order": "AC-20418", "title": "Vera Ltd", "email": "v@example.org"}, "two")[1][
        "invoice"
    ]
    assert invoice["number"].startswith("INV")
    assert ask(shop, "/acme/complaints", {"text": "The tent leaks."}, "three")[1]["complaint"]["answer_by"] > str(today())


def test_the_program_keeps_its_books_and_has_no_faults(tmp_path: Path) -> None:
    folder = Folder(tmp_path / "data")
    folder.prepare()
    told = service.service(folder)
    secret = folder.secret(service.secret_name("acme"))
    numbers = []
    for _ in range(2):
        running = Running(told, tmp_path / "log")
        running.wait_until_ready()
        shop = OrderSystem(service.url(folder), Books(), None, {})  # type: ignore[arg-type]
        numbers.append(ask(shop, "/acme/returns", {"order": "AC-20418"}, by=secret)[1]["return"]["number"])
        for path in ("/faults", "/effects"):
            assert ask(shop, path, {"next": []}, by=secret)[0] == 401
        running.stop()
        assert running.process.returncode == 0
    assert numbers[0] == numbers[1]


def loaded(url: str, folder: Path) -> list[str]:
    """What loading Acme's system says, in a product whose order system is there."""
    with override_settings(DEMO_ORDERS=url, DATA_DIR=folder):
        return list(systems.load(SHOPS[0]))


def test_each_shop_has_its_order_system_as_a_system_of_its_own(acme: Cast, tmp_path: Path) -> None:
    secret = Folder(tmp_path).secret(service.secret_name("acme"))
    with order_system(acme=secret) as found:
        assert loaded(found.url, tmp_path) == ["its order system is the system “shop”"]
        result = {"status": "order.status"}
        asked = Request("run:0", "/orders/AC-20418", "GET", "shop", timeout=5.0, retries=0, result=result)
        assert calls.make(asked).slots == {"status": "delivered"}
        assert loaded(found.url, tmp_path) == []
    with context.inside(acme.globex):
        assert not System.objects.exists()


def test_a_start_at_another_port_mends_the_address_but_not_a_persons_own(acme: Cast, tmp_path: Path) -> None:
    assert loaded("", tmp_path) == []
    assert not System.objects.exists()
    loaded("http://127.0.0.1:20001", tmp_path)
    System.objects.get().rotate()
    assert loaded("http://127.0.0.1:20002", tmp_path) == ["its order system, at today's address"]
    row = System.objects.get()
    assert (row.base_url, row.secret) == ("http://127.0.0.1:20002/acme", Folder(tmp_path).secret(service.secret_name("acme")))
    System.objects.update(base_url="https://shop.example.com")
    assert loaded("http://127.0.0.1:20003", tmp_path) == []


def examples() -> dict[str, str]:
    """The two programs of docs/systems.md."""
    blocks = re.findall(r"(?:^    .*\n|^\n(?=    ))+", (ROOT / "docs" / "systems.md").read_text(), re.MULTILINE)
    texts = [re.sub(r"^    ", "", block, flags=re.MULTILINE) for block in blocks]
    return {"python": next(t for t in texts if "def is_ours" in t), "node": next(t for t in texts if "function isOurs" in t)}


SIGNED = {"POST": b'{"order":"\xe8\xae\xa2"}', "GET": b""}


@pytest.mark.parametrize("method", SIGNED)
def test_the_docs_programs_know_what_we_sign(method: str) -> None:
    stamp, body = str(int(time.time())), SIGNED[method]
    good = signing.sign("s", stamp, method, "/a?b=c", body)
    cases = [
        (good, stamp, body),
        (good, stamp, body + b" "),
        (good, str(int(stamp) - 400), body),
        ("", stamp, body),
        ("zz", "x", body),
    ]
    names: dict[str, Any] = {}
    exec(examples()["python"], names)  # noqa: S102
    seen = [
        names["is_ours"]("s", method, "/a?b=c", {"X-Yingda-Timestamp": at, "X-Yingda-Signature": given}, sent)
        for given, at, sent in cases
    ]
    assert seen == [True, False, False, False, False]
    node = shutil.which("node")
    assert node
    told = json.dumps([[given, at, sent.hex()] for given, at, sent in cases])
    script = f"""{examples()["node"]}
    console.log(JSON.stringify({told}.map(([given, at, sent]) => isOurs("s", "{method}", "/a?b=c",
      {{"x-yingda-timestamp": at, "x-yingda-signature": given}}, Buffer.from(sent, "hex")))));"""
    done = subprocess.run((node, "-e", script), capture_output=True, text=True, check=True)
    assert json.loads(done.stdout) == [True, False, False, False, False]
