"""Host → tenant, before anything else is asked."""

from typing import Any

import pytest
from django.db import OperationalError

from apps.tenants import context, hosts
from apps.tenants.asgi import TenantByHost
from apps.tenants.models import Tenant
from apps.tenants.threads import in_thread
from tests.cast import ACME_HOST, Cast


async def call(host: str, kind: str = "http") -> list[Any]:
    """What the door sends; the application behind it answers with the tenant it sees."""
    sent: list[Any] = []

    async def inner(scope: Any, receive: Any, send: Any) -> None:
        await send(context.schema())

    async def receive() -> Any:
        return {"type": "websocket.connect"}

    async def send(message: Any) -> None:
        sent.append(message)

    await TenantByHost(inner)({"type": kind, "method": "GET", "headers": [(b"host", host.encode())]}, receive, send)
    return sent


@pytest.mark.parametrize("host", [ACME_HOST, "ACME.test:8000", "acme.test."])
async def test_a_tenants_host_in_any_spelling_is_that_tenant(committed: Cast, host: str) -> None:
    assert await call(host) == ["acme"]


@pytest.mark.parametrize("host", ["", "nobody.test", "[::1]:80", "acme.test.evil.example", "x" * 5_000])
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
    def away(name: str) -> None:
        raise OperationalError("gone")

    monkeypatch.setattr(hosts, "_look_up", away)
    answer = await call(ACME_HOST)
    assert answer[0]["status"] == 503
    assert b"nothing you sent before is lost" in answer[1]["body"]
    assert (await call(ACME_HOST, "websocket"))[0]["code"] == 1013
