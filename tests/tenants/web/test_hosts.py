"""Host → tenant, before anything else is asked."""

import asyncio
import threading
import time
from typing import Any

import pytest
from django.db import OperationalError

from apps.tenants import context
from apps.tenants.live.threads import in_thread
from apps.tenants.models import Domain, Tenant
from apps.tenants.web import hosts
from apps.tenants.web.asgi import TenantByHost
from tests.cast import ACME_HOST, Cast
from tests.waiting import wait_until


async def call(host: str, kind: str = "http") -> list[Any]:
    """The door's answer; the application behind it answers with the tenant it sees."""
    sent: list[Any] = []

    async def inner(scope: Any, receive: Any, send: Any) -> None:
        await send(context.schema())

    async def receive() -> Any:
        return {"type": "websocket.connect"}

    async def send(message: Any) -> None:
        sent.append(message)

    await TenantByHost(inner)({"type": kind, "method": "GET", "headers": [(b"host", host.encode("latin-1"))]}, receive, send)
    return sent


@pytest.mark.parametrize("host", [ACME_HOST, "ACME.test:8000", "acme.test."])
async def test_a_tenants_host_in_any_spelling_is_that_tenant(committed: Cast, host: str) -> None:
    assert await call(host) == ["acme"]


NOBODYS = ["", "nobody.test", "[::1]:80", "acme.test.evil.example", "x" * 5_000, "a\0b.test", "%00", "-.test", "acm\xe9.test"]


@pytest.mark.parametrize("host", NOBODYS)
async def test_an_unknown_host_is_nobodys(committed: Cast, host: str) -> None:
    assert (await call(host))[0]["status"] == 404
    assert (await call(host, "websocket"))[0]["code"] == 4404


async def test_a_suspended_tenants_host_is_nobodys(committed: Cast) -> None:
    await in_thread(_suspend)(True)
    try:
        assert (await call(ACME_HOST))[0]["status"] == 404
    finally:
        await in_thread(_suspend)(False)


def _suspend(suspended: bool) -> None:
    with context.inside(context.PUBLIC):
        Tenant.objects.filter(slug="acme").update(suspended=suspended)
    hosts.forget()


async def test_without_a_database_the_door_says_to_try_again(committed: Cast, monkeypatch: pytest.MonkeyPatch) -> None:
    def away(names: set[str]) -> None:
        raise OperationalError("gone")

    monkeypatch.setattr(hosts, "_ask", away)
    answer = await call(ACME_HOST)
    assert answer[0]["status"] == 503
    assert b"nothing you sent before is lost" in answer[1]["body"]
    assert (await call(ACME_HOST, "websocket"))[0]["code"] == 1013


@pytest.fixture
def asked(monkeypatch: pytest.MonkeyPatch) -> list[int]:
    """The number of names in each question to the database."""
    counts: list[int] = []
    real = hosts._ask

    def count(names: set[str]) -> dict[str, context.HasSchema]:
        counts.append(len(names))
        return real(names)

    monkeypatch.setattr(hosts, "_ask", count)
    return counts


@pytest.mark.parametrize("kind", ["http", "websocket"])
async def test_made_up_names_cost_few_questions_and_drive_out_nothing(committed: Cast, asked: list[int], kind: str) -> None:
    """10,000 of them, some hundred at a time: what they cost follows the clock, not their number."""
    assert await call(ACME_HOST) == ["acme"]
    began = time.monotonic()
    for portion in range(20):
        answers = await asyncio.gather(*(call(f"made-up-{portion}-{n}.example", kind) for n in range(500)))
        assert all(answer[0].get("code", answer[0].get("status")) in (404, 4404) for answer in answers)
    assert sum(asked) == 10_001
    # One a pause, and one more for each full gathering.
    assert len(asked) <= 1 + 20 * 2 + (time.monotonic() - began) / hosts.PAUSE
    asked.clear()
    assert await call(ACME_HOST) == ["acme"]
    assert asked == [], "it was still known"
    assert len(hosts._unknown) <= hosts.MOST_UNKNOWN


async def test_an_unknown_name_is_asked_for_once_a_second_and_a_bad_one_never(committed: Cast, asked: list[int]) -> None:
    for _ in range(3):
        await call("nobody.test")
        await call("no body.test")
        await call("x" * 300)
    assert asked == [1]


async def test_strangers_do_not_wait_on_the_threads_of_visitors(committed: Cast, monkeypatch: pytest.MonkeyPatch) -> None:
    """An unknown name is answered while all of the visitors' threads are taken, and a known one while the door's own are."""
    await call(ACME_HOST)
    free = threading.Event()
    busy: list[asyncio.Future[Any]] = [asyncio.ensure_future(in_thread(free.wait)(20)) for _ in range(3)]
    try:
        assert (await asyncio.wait_for(call("nobody.test"), 10))[0]["status"] == 404
    finally:
        free.set()
        await asyncio.gather(*busy)


async def test_a_tenants_new_host_is_reached_within_a_moment(committed: Cast) -> None:
    assert (await call("new.acme.test"))[0]["status"] == 404
    await in_thread(_add_host)(committed.acme, "new.acme.test")
    try:
        await wait_until(lambda: is_reached("new.acme.test"), seconds=hosts.KNOWN_SECONDS)
    finally:
        await in_thread(_remove_host)("new.acme.test")


async def is_reached(name: str) -> bool:
    return await call(name) == ["acme"]


def _add_host(tenant: Tenant, name: str) -> None:
    with context.inside(context.PUBLIC):
        Domain.objects.create(tenant=tenant, domain=name, is_primary=False)


def _remove_host(name: str) -> None:
    with context.inside(context.PUBLIC):
        Domain.objects.filter(domain=name).delete()
    hosts.forget()
