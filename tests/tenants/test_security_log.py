"""The lines that somebody who guards the product can read afterwards: who did what from where, and what came of it."""

import json
from collections.abc import Callable
from typing import Any

import pytest
from channels.testing import WebsocketCommunicator

from apps.knowledge.intake import publishing
from apps.knowledge.models import Article
from apps.tenants import context
from apps.tenants.models import Tenant
from apps.tenants.workspace.models import Member, Role, Site
from config.asgi import application
from runtime.watching import logs
from tests.admin.conftest import PLATFORM_HOST, Browser, at, hire, mallory, owner, platform
from tests.cast import ACME_HOST, PASSWORD, Cast
from tests.runtime.test_logs import captured

__all__ = ["at", "hire", "mallory", "owner", "platform"]
Lines = list[dict[str, Any]]


@pytest.fixture(autouse=True)
def _as_in_production() -> None:
    logs.configure(production=True)


def told(act: Callable[[], object]) -> Lines:
    """The security lines of what is done here; all lines were searched for what may stand in none."""
    with captured() as lines:
        act()
    found = [line for line in lines if line["logger"] == "yingda.security"]
    assert all(line["address"] and line["tenant"] for line in found), "each says from where, and at which company"
    return found


def short(lines: Lines) -> list[tuple[str, str]]:
    return [(line["verb"], line["result"]) for line in lines]


def test_log_ins_good_and_bad_and_log_outs(cast: Cast) -> None:
    browser = Browser(ACME_HOST)
    bad = told(lambda: browser.post("/admin/login/", {"username": "alice", "password": "my wrong secret"}))
    assert short(bad) == [("log_in", "refused")]
    assert bad[0]["person"] == str(cast.alice.pk)
    typed = told(lambda: browser.post("/admin/login/", {"username": PASSWORD, "password": "x"}))
    assert short(typed) == [("log_in", "refused")]
    assert PASSWORD not in json.dumps(typed), "whoever types a password into the other field has it in no log"
    good = told(lambda: browser.post("/admin/login/", {"username": "alice", "password": PASSWORD}, REMOTE_ADDR="192.0.2.7"))
    assert short(good) == [("log_in", "done")]
    assert (good[0]["person"], good[0]["address"], good[0]["tenant"]) == (str(cast.alice.pk), "192.0.2.7", "acme")
    out = told(lambda: browser.post("/admin/logout/"))
    assert short(out) == [("log_out", "done")]
    assert PASSWORD not in json.dumps([bad, typed, good, out])
    assert "my wrong secret" not in json.dumps([bad, typed, good, out])


def test_a_log_in_that_is_held_back_and_one_at_the_wrong_door(cast: Cast) -> None:
    guess = {"username": "somebody-else", "password": "x"}
    lines = told(lambda: [Browser(ACME_HOST).post("/admin/login/", guess, REMOTE_ADDR="192.0.2.9") for _ in range(12)])
    assert ("log_in", "limited") in short(lines)
    with context.inside(context.PUBLIC):
        Member.objects.create_user("clerk", password=PASSWORD, role=Role.OWNER)
    clerk = told(lambda: Browser(PLATFORM_HOST).post("/admin/login/", {"username": "clerk", "password": PASSWORD}))
    assert [(line["verb"], line["result"], line["why"]) for line in clerk] == [("log_in", "refused", "elsewhere")]


def test_doors_that_stay_shut(cast: Cast, hire: Any, mallory: Browser) -> None:
    viewer = hire(Role.VIEWER)
    lines = told(lambda: viewer.get("/admin/workspace/member/"))
    assert (lines[0]["verb"], lines[0]["status"], lines[0]["door"]) == ("open", 403, "admin:workspace_member_changelist")
    assert lines[0]["person"]
    assert short(told(lambda: viewer.get("/admin/knowledge/article/?body__regex=x"))) == [("list", "refused")]
    with context.inside(cast.acme):
        article = Article(title="Secret plans", body="Of Acme.", language="en")
        publishing.save(article, by=cast.alice)
    lines = told(lambda: mallory.get(f"/admin/knowledge/article/{article.pk}/history/"))
    assert [(line["status"], line["tenant"]) for line in lines] in ([], [(404, "globex")])
    lines = told(lambda: Browser(ACME_HOST).get("/api/v1/attachments/what-somebody-signed"))
    assert [(line["status"], line["door"]) for line in lines] == [(404, "attachment")]
    assert "what-somebody-signed" not in json.dumps(lines)
    assert told(lambda: Browser(ACME_HOST).get("/no/such/address")) == []


@pytest.mark.parametrize(
    ("origin", "fields", "why"),
    [
        ("https://evil.example", {}, "origin"),
        ("", {"site_key": "guess-of-a-key"}, "site_key"),
        ("", {"identity": {"user_id": "u-1", "signature": "forged-by-me"}}, "signature"),
    ],
)
def test_a_widget_that_may_not(cast: Cast, origin: str, fields: dict[str, Any], why: str) -> None:
    with context.inside(cast.acme):
        asked = {"site_key": Site.load().site_key, **fields}
    headers = {"host": ACME_HOST, **({"origin": origin} if origin else {})}
    client = Browser(ACME_HOST).client
    body: dict[str, Any] = {"data": json.dumps(asked), "content_type": "application/json", "headers": headers}
    lines = told(lambda: client.post("/api/v1/widget/session", **body))
    assert [(line["verb"], line["result"], line["why"]) for line in lines] == [("open", "refused", why)]
    assert not any(word in json.dumps(lines) for word in ("guess-of-a-key", "forged-by-me", asked["site_key"]))


def test_secrets_and_exports(cast: Cast, owner: Browser) -> None:
    with context.inside(cast.acme):
        secret = Site.load().identity_secret
    lines = told(lambda: owner.post("/admin/workspace/site/secret/"))
    assert [(line["verb"], line["what"], line["person"]) for line in lines] == [
        ("read_secret", "identity_secret", str(cast.alice.pk))
    ]
    assert secret not in json.dumps(lines)
    lines = told(lambda: owner.get("/admin/knowledge/article/export-csv/"))
    assert [(line["verb"], line["what"], line["form"]) for line in lines] == [("export", "knowledge", "csv")]


def test_roles_people_and_companies(cast: Cast, owner: Browser, platform: Browser) -> None:
    form = {"username": "bob", "display_name": "Bob", "email": "bob@acme.example", "role": "operator", "language": "en"}
    lines = told(lambda: owner.post(f"/admin/workspace/member/{cast.bob.pk}/change/", {**form, "is_active": "on"}))
    assert [(line["verb"], line["row"], line["role"]) for line in lines] == [("change", str(cast.bob.pk), "operator")]
    assert "bob@acme.example" not in json.dumps(lines)
    lines = told(lambda: owner.post(f"/admin/workspace/member/{cast.bob.pk}/password/"))
    assert "invite" in {line["verb"] for line in lines}
    host: dict[str, Any] = {
        f"domains-{name}": value for name, value in (("TOTAL_FORMS", 1), ("INITIAL_FORMS", 1), ("MIN_NUM_FORMS", 1))
    }
    with context.inside(context.PUBLIC):
        domain = Tenant.objects.get(slug="globex").domains.get()
    host |= {"domains-0-id": domain.pk, "domains-0-tenant": cast.globex.pk, "domains-0-domain": domain.domain}
    host |= {"domains-0-is_primary": "on", "domains-MAX_NUM_FORMS": 9}
    change = {"name": "Globex", "plan": "", "suspended": "on", **host}
    lines = told(lambda: platform.post(f"/admin/tenants/tenant/{cast.globex.pk}/change/", change))
    assert [(line["verb"], line["suspended"], line["tenant"]) for line in lines] == [("change", "True", "public")]


async def test_sockets_that_are_not_let_in(committed: Cast) -> None:
    with captured() as lines:
        for path, origin in (("/ws/agent/", "http://acme.test"), ("/ws/chat/", "https://evil.example")):
            headers = [(b"host", ACME_HOST.encode()), (b"origin", origin.encode())]
            line = WebsocketCommunicator(application, path, headers=headers)
            line.scope["client"] = ("198.51.100.4", 4711)
            await line.connect(timeout=10)
            await line.disconnect()
    found = [(line["door"], line["why"], line["address"]) for line in lines if line["logger"] == "yingda.security"]
    assert found == [("agent_socket", "session", "198.51.100.4"), ("customer_socket", "origin", "198.51.100.4")]


@pytest.mark.parametrize(
    ("forwarded", "production", "address"),
    [("203.0.113.9", True, "203.0.113.9"), ("6.6.6.6, 203.0.113.9", True, "203.0.113.9"), ("6.6.6.6", False, "127.0.0.1")],
)
def test_the_address_is_the_one_that_the_proxy_saw(
    forwarded: str, production: bool, address: str, cast: Cast, settings: Any
) -> None:
    settings.PRODUCTION = production
    browser = Browser(ACME_HOST)
    lines = told(lambda: browser.client.get("/api/v1/attachments/x", headers={"host": ACME_HOST, "x-forwarded-for": forwarded}))
    assert [line["address"] for line in lines] == [address]
