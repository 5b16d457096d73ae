"""Systems in the admin: entered with a secret that is shown once, tried by a signed GET, and their latest calls."""

import re
from collections.abc import Iterator
from typing import Any

import pytest
from django.core.cache import cache

from apps.flows import calls
from apps.flows.engine.step import Request
from apps.flows.models import Call, System
from apps.flows.tasks import try_system
from apps.tenants import context
from apps.tenants.workspace.models import Role
from tests.admin.conftest import Browser, Hire, text, tried
from tests.cast import Cast
from tests.ordering import OrderSystem, order_system

LIST = "/admin/flows/system/"
SECRET = re.compile(r"<code>([0-9a-f]{64})</code>")


@pytest.fixture
def orders(cast: Cast) -> Iterator[OrderSystem]:
    with context.inside(cast.acme):
        cache.clear()
    with order_system(acme="", changfeng="") as found:
        yield found


def given(orders: OrderSystem, **changed: str) -> dict[str, str]:
    return {"name": "shop", "enabled": "on", "base_url": f"{orders.url}/acme", "health": "/health", **changed}


def entered(cast: Cast, browser: Browser, orders: OrderSystem) -> str:
    """Enters Acme's shop and gives its order system the secret. → the address of its form."""
    found = SECRET.search(text(browser.post(f"{LIST}add/", given(orders))))
    assert found
    orders.secrets["acme"] = found[1]
    with context.inside(cast.acme):
        return f"{LIST}{System.objects.get().pk}/change/"


def test_the_secret_is_shown_once_and_signs(cast: Cast, hire: Hire, orders: OrderSystem) -> None:
    operator = hire(Role.OPERATOR)
    form = entered(cast, operator, orders)
    assert orders.secrets["acme"] not in text(operator.get(form))
    page = tried(cast, operator, f"{LIST}test/", given(orders, system=form.split("/")[-3]), try_system)
    assert "It was accepted." in page
    assert "200" in page
    assert operator.post(form, given(orders, enabled="")).status_code == 302
    with context.inside(cast.acme):
        row = System.objects.get()
        assert (row.enabled, row.secret) == (False, orders.secrets["acme"])


def test_a_new_secret_takes_the_old_ones_place(cast: Cast, owner: Browser, orders: OrderSystem) -> None:
    form = entered(cast, owner, orders)
    address, old = form.replace("change", "secret"), orders.secrets["acme"]
    asked = text(owner.get(address))
    assert "The old secret stops working at once." in asked
    assert old not in asked
    found = SECRET.search(text(owner.post(address)))
    assert found
    assert found[1] != old
    again = {"system": form.split("/")[-3]}
    assert "401 Unauthorized" in tried(cast, owner, f"{LIST}test/", given(orders, **again), try_system)
    orders.secrets["acme"] = found[1]
    assert "It was accepted." in tried(cast, owner, f"{LIST}test/", given(orders, **again), try_system)


def test_a_system_is_tried_before_it_is_saved_but_not_signed(cast: Cast, owner: Browser, orders: OrderSystem) -> None:
    assert "401 Unauthorized" in tried(cast, owner, f"{LIST}test/", given(orders), try_system)
    assert "stays below its address" in tried(cast, owner, f"{LIST}test/", given(orders, health="/../x"), try_system)
    nobody = given(orders, base_url="http://127.0.0.1:9")
    assert "Nothing is listening" in tried(cast, owner, f"{LIST}test/", nobody, try_system)
    with context.inside(cast.acme):
        assert not System.objects.exists()


@pytest.mark.parametrize(
    ("field", "value", "sentence"),
    [
        ("name", "the shop", "Letters and digits of any language, and dashes."),
        ("base_url", "ftp://shop.example.com", "must begin with http:// or https://"),
        ("base_url", "http://169.254.169.254/latest", "in a network where nothing may be sent"),
        ("base_url", "http://user@shop.example/x", "cannot be called"),
        ("base_url", "https://shop.example/x?y=1", "Leave out what follows"),
        ("health", "health", "A path begins with /."),
    ],
)
def test_wrong_values_are_told_at_the_field(
    cast: Cast, owner: Browser, orders: OrderSystem, field: str, value: str, sentence: str
) -> None:
    assert sentence in text(owner.post(f"{LIST}add/", given(orders, **{field: value})))
    assert sentence in text(owner.post(f"{LIST}test/", given(orders, **{field: value})))
    with context.inside(cast.acme):
        assert not System.objects.exists()


def test_the_latest_calls_stand_below_the_form_without_what_came_back(cast: Cast, owner: Browser, orders: OrderSystem) -> None:
    form = entered(cast, owner, orders)
    with context.inside(cast.acme):
        result = {"number": "return.number"}
        asked: dict[str, Any] = {"url": "/returns", "method": "POST", "system": "shop", "timeout": 2.0, "retries": 0}
        made = calls.make(Request("run:0", body={"order": "AC-20418"}, result=result, name="give back", **asked))
        calls.make(Request("run:1", body={"order": "AC-20841"}, result=result, name="too early", **asked))
        assert Call.objects.count() == 2
    page = text(owner.get(form))
    assert "give back · POST · 201" in page
    assert "AC-20841 is on_its_way and cannot be returned." in page
    assert str(made.slots["number"]) not in page


@pytest.mark.parametrize("role", [Role.AGENT, Role.VIEWER])
def test_others_see_and_try_none(cast: Cast, hire: Hire, owner: Browser, orders: OrderSystem, role: str) -> None:
    form = entered(cast, owner, orders)
    browser = hire(role)
    for path in (LIST, f"{LIST}add/", form, form.replace("change", "secret")):
        assert browser.get(path).status_code == 403
    assert browser.post(f"{LIST}test/", given(orders)).status_code == 403
    assert browser.post(form.replace("change", "secret")).status_code == 403
    assert LIST not in text(browser.get("/admin/"))


def test_mallory_finds_none_of_acmes(cast: Cast, owner: Browser, mallory: Browser, orders: OrderSystem) -> None:
    form = entered(cast, owner, orders)
    assert mallory.get(form).status_code == 302
    assert mallory.post(form.replace("change", "secret")).status_code == 404
    mallory.post(form.replace("change", "delete"), {"post": "yes"})
    ask = text(mallory.post(f"{LIST}test/", given(orders, system=form.split("/")[-3])))
    with context.inside(cast.globex):
        try_system.run(trial=re.findall(r"/test/([0-9a-f-]+)/", ask)[0])
    assert "401" in text(mallory.get(re.findall(r'hx-get="([^"]+)"', ask)[0]))
    with context.inside(cast.acme):
        assert System.objects.get().secret == orders.secrets["acme"]
