"""Many fresh visitors of one network address: an office has room, a flood has not, and nobody else feels it."""

import json
import uuid
from collections.abc import Iterator
from typing import Any

import pytest
from django.conf import settings as configured
from django.test import Client, override_settings
from prometheus_client import REGISTRY

from apps.conversations.customer import visitors
from apps.conversations.ledger import limits
from apps.conversations.models import Attachment, Handover, Visitor
from apps.tenants import context
from apps.tenants.live import valkey
from apps.tenants.live.threads import in_thread
from apps.tenants.models import Plan, Tenant
from apps.tenants.network import neighbourhood
from apps.tenants.refusal import Refusal
from apps.tenants.web import hosts
from tests.cast import ACME_HOST, GLOBEX_HOST, Cast
from tests.conversations.client import Customer, site_of

pytestmark = pytest.mark.usefixtures("sockets")
HOME, OFFICE = "198.51.100.7", "203.0.113.9"


@pytest.fixture(autouse=True)
def _as_shipped(tmp_path: Any, monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    valkey.client().flushdb()
    for kind, (_a_minute, at_once) in limits.BY_ADDRESS.items():
        monkeypatch.setitem(limits.BY_ADDRESS, kind, (0.1, at_once))  # a busy machine takes minutes to use them up
    with override_settings(ADDRESS_FACTOR=1, MEDIA_ROOT=tmp_path):
        yield


def open_session(tenant: Tenant, host: str, address: str, **fields: Any) -> Any:
    body = json.dumps({"site_key": site_of(tenant).site_key, **fields})
    headers = {"host": host}
    url = "/api/v1/widget/session"
    return Client().post(url, body, content_type="application/json", headers=headers, REMOTE_ADDR=address)


def limited(kind: str) -> float:
    return REGISTRY.get_sample_value("yingda_limited_total", {"kind": kind}) or 0.0


async def come(cast: Cast, address: str) -> Customer:
    """Somebody new of this address, without asking the session's door."""

    def token() -> str:
        with context.inside(cast.acme):
            return visitors.token(Visitor.objects.create(language="en"))[0]

    customer = Customer(ACME_HOST)
    customer.socket.scope["client"] = (address, 1)
    assert await customer.connect()
    await customer.hello(await in_thread(token)())
    return customer


def test_more_new_visitors_than_thirty_at_once_wait(cast: Cast) -> None:
    before = limited("newcomers")
    answers = [open_session(cast.acme, ACME_HOST, HOME) for _ in range(34)]
    refused = [answer for answer in answers if answer.status_code == 429]
    assert [answer.status_code for answer in answers] == [200] * 30 + [429] * 4
    assert "Try again in" in refused[0].json()["message"]
    assert refused[0].json()["retry_after"] >= 1
    assert limited("newcomers") == before + len(refused)
    with context.inside(cast.acme):
        known = answers[0].json()["token"]
    assert open_session(cast.acme, ACME_HOST, HOME, visitor=known).status_code == 200, "who was here before comes in"
    assert open_session(cast.acme, ACME_HOST, OFFICE).status_code == 200
    assert open_session(cast.globex, GLOBEX_HOST, HOME).status_code == 200


def test_a_line_of_ipv6_is_its_64(cast: Cast) -> None:
    answers = [open_session(cast.acme, ACME_HOST, f"2001:db8:1:2::{n:x}") for n in range(1, 33)]
    assert [answer.status_code for answer in answers].count(429) == 2
    assert open_session(cast.acme, ACME_HOST, "2001:db8:1:3::1").status_code == 200


@pytest.mark.parametrize(
    ("typed", "counted"),
    [
        ("203.0.113.9", "203.0.113.9"), ("::ffff:203.0.113.9", "203.0.113.9"), ("2001:db8::1", "2001:db8::/64"),
        ("fe80::1%eth0", "fe80::/64"), ("", ""), ("unix:", "unix:"),
    ],
)  # fmt: skip
def test_what_counts_as_one(typed: str, counted: str) -> None:
    assert neighbourhood(typed) == counted


async def test_wishes_of_fresh_visitors_are_counted_together(committed: Cast, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(limits.BY_ADDRESS, "wishes", (0.1, 3))
    refused = 0
    for _ in range(5):
        vera = await come(committed, HOME)
        await vera.send({"type": "person"})
        answer = await vera.next("owner", "error")
        if answer["type"] == "error":
            refused += 1
            assert (answer["code"], answer["retry_after"] >= 1) == ("too_fast", True)
            assert "network" in answer["message"]
        await vera.leave()
    assert refused == 2
    office = await come(committed, OFFICE)
    await office.send({"type": "person"})
    assert (await office.next("owner"))["owner"] == "queue"
    await office.leave()
    with context.inside(committed.acme):
        assert await in_thread(Handover.objects.count)() == 4


@pytest.mark.parametrize(
    ("kind", "frame"),
    [
        ("contacts", {"type": "contact", "email": "v@example.com"}),
        ("ratings", {"type": "rate", "score": 5, "comment": "x"}),
        ("tells", {"type": "attributes", "attributes": {"a": "b"}}),
        ("hellos", None),
        ("sockets", None),
    ],
)
async def test_each_kind_has_its_limit(
    kind: str, frame: dict[str, Any] | None, committed: Cast, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(limits.BY_ADDRESS, kind, (0.1, 1))
    first = await come(committed, HOME)
    if frame:
        await first.say("Hello")
        await first.send(frame)
        await first.send(frame)
    else:
        second = Customer(ACME_HOST)
        second.socket.scope["client"] = (HOME, 1)
        assert await second.connect()
        if kind == "hellos":
            await second.send({"type": "hello", "token": first.token, "after": 0})
        error = await second.next("error")
        assert (error["code"], error["retry_after"] > 1) == ("too_fast", True)
        assert await second.closed() == 4429
        return
    error = await first.next("error")
    assert (error["code"], "network" in error["message"], error["retry_after"] > 1) == ("too_fast", True, True)
    other = await come(committed, OFFICE)
    await other.say("Hello")
    await other.leave()
    await first.leave()


def send(cast: Cast, size: int, address: str = HOME) -> Any:
    with context.inside(cast.acme):
        token = visitors.token(Visitor.objects.create(language="en"))[0]
    headers = {"host": ACME_HOST, "authorization": f"Bearer {token}", "content-disposition": 'attachment; filename="a.txt"'}
    url = "/api/v1/widget/attachments"
    return Client().post(url, b"x" * size, content_type="text/plain", headers=headers, REMOTE_ADDR=address)


def refused(answer: Any) -> bool:
    told = answer.json()
    return answer.status_code == 429 and told["code"] == "too_fast" and told["retry_after"] > 0 and bool(told["message"])


def test_files_of_an_address_have_a_pace(cast: Cast) -> None:
    answers = [send(cast, 10) for _ in range(24)]
    assert [answer.status_code for answer in answers[:20]] == [201] * 20
    assert refused(answers[-1])
    assert send(cast, 10, OFFICE).status_code == 201


def test_files_of_an_address_have_room_for_a_day(cast: Cast) -> None:
    with override_settings(ADDRESS_FILES_MB_A_DAY=1):
        assert send(cast, 700_000).status_code == 201
        assert refused(send(cast, 700_000))
        assert send(cast, 200_000).status_code == 201, "what was refused does not count"
        assert send(cast, 700_000, OFFICE).status_code == 201


@pytest.mark.parametrize("grant", [{"files_mb_a_day": 1}, {"files_mb": 1}])
@pytest.mark.parametrize("bound", [True, False])
def test_a_tenant_has_room_as_its_plan_or_the_platform_says(grant: dict[str, int], bound: bool, cast: Cast) -> None:
    name = next(iter(grant))
    if not bound:
        with context.inside(context.PUBLIC):
            plan = Plan.objects.create(name="small", **grant)
            Tenant.objects.filter(pk=cast.acme.pk).update(plan=plan)
        hosts.forget()
    with override_settings(**({f"TENANT_{name.upper()}": 1} if bound else {})):
        assert send(cast, 700_000).status_code == 201
        before = limited("files_of_a_day") + limited("files_of_a_tenant")
        assert refused(send(cast, 700_000, OFFICE))
        assert limited("files_of_a_day") + limited("files_of_a_tenant") == before + 1
    with context.inside(cast.acme):
        assert Attachment.objects.count() == 1


def test_the_own_machine_is_not_exempt() -> None:
    assert configured.ADDRESS_FACTOR == 1
    with context.inside(context.Schema(f"of_{uuid.uuid4().hex}")):
        for _ in range(30):
            limits.check_address("127.0.0.1", "newcomers")
        with pytest.raises(Refusal, match="from your network"):
            limits.check_address("127.0.0.1", "newcomers")
