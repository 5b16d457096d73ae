"""Every door of a tenant, tried with what belongs to the other one: ids, cookies, tokens, keys, and with tricks on the host.

Acme is at home at acme.test; Mallory holds everything of Globex. Sockets: test_socket_doors. Roles: tests/admin.
"""

import hashlib
import hmac
import json
import re
from collections.abc import Iterator
from typing import Any
from unittest.mock import patch

import pytest
from channels.testing import HttpCommunicator
from django.conf import settings
from django.core.management import call_command
from django.test import Client
from django.urls import URLPattern, URLResolver, get_resolver

from apps.conversations.customer import visitors
from apps.conversations.customer.identity import Identity
from apps.conversations.models import Conversation, Event, Visitor
from apps.flows.models import System
from apps.knowledge.models import Article, Import, Kind, Status
from apps.llm.models import ModelEndpoint
from apps.releases import publishing
from apps.tenants import context
from apps.tenants.models import Domain, Tenant
from apps.tenants.web import hosts
from apps.tenants.workspace.models import Member, Site
from config.asgi import application
from tests.cast import ACME_HOST, GLOBEX_HOST, PASSWORD, Cast
from tests.conversations.client import site_of

SESSION = "/api/v1/widget/session"
SECRET = "The combination of Acme's safe is 42"


def log_in(host: str, username: str) -> Client:
    browser = Client()
    answer = browser.post("/admin/login/", {"username": username, "password": PASSWORD}, headers={"host": host})
    assert answer.status_code == 302
    return browser


def ask_session(host: str, origin: str = "", **body: Any) -> Any:
    headers = {"host": host, **({"origin": origin} if origin else {})}
    return Client().post(SESSION, json.dumps(body), content_type="application/json", headers=headers)


def addresses(resolver: URLResolver, before: str = "") -> Iterator[str]:
    """Every route below a resolver, its arguments as they stand there."""
    for entry in resolver.url_patterns:
        route = before + str(entry.pattern)
        if isinstance(entry, URLPattern):
            yield "/" + route
        else:
            yield from addresses(entry, route)


@pytest.fixture
def rows(cast: Cast) -> dict[str, Any]:
    """One row of Acme's for each kind of argument in an address."""
    with context.inside(cast.acme):
        article = Article.objects.create(kind=Kind.QA, title=SECRET, body=SECRET, language="en", status=Status.PUBLISHED)
        talk = Conversation.objects.create(visitor=cast.vera, release=publishing.active().number)
        body = {"text": SECRET, "author": {"kind": "visitor", "name": ""}}
        Event.objects.create(conversation=talk, seq=1, kind="message", author="visitor", body=body, epoch=0, at=talk.opened_at)
        return {
            "knowledge/article": article.pk,
            "knowledge/import": Import.objects.create(name=SECRET).pk,
            "conversations/conversation": talk.pk,
            "workspace/member": cast.alice.pk,
            "workspace/site": Site.load().pk,
            "flows/system": System.objects.create(name=SECRET, base_url="https://shop.example.com").pk,
            "llm/modelendpoint": ModelEndpoint.objects.create(name=SECRET).pk,
            "releases/release": publishing.active().pk,
        }


def doors(rows: dict[str, Any]) -> list[str]:
    """Every address of the admin, with Acme's own ids where it takes one."""
    found = []
    for route in addresses(get_resolver("config.urls_tenant")):
        row = next((pk for name, pk in rows.items() if f"admin/{name}/" in route), 1)
        path = re.sub(r"<[^>]*>|\(\?P<[^>]*>[^)]*\)", str(row), route)
        if path.startswith("/admin/") and not re.search(r"[\\^$?(]|log(in|out)/", path):
            found.append(path)
    assert len(found) > 40
    return found


# cookies and ids


def test_no_door_opens_to_the_other_tenants_cookie(cast: Cast, rows: dict[str, Any]) -> None:
    mallory = log_in(GLOBEX_HOST, "mallory")
    session = mallory.cookies[settings.SESSION_COOKIE_NAME].value
    for path in doors(rows):
        for method in ("get", "post"):
            mallory.cookies[settings.SESSION_COOKIE_NAME] = session
            answer = getattr(mallory, method)(path, headers={"host": ACME_HOST})
            assert answer.status_code in (301, 302, 403, 404), f"{method} {path}"
            assert SECRET not in answer.content.decode(), path
            if answer.status_code == 302 and not path.startswith("/admin/language"):
                assert answer.headers["Location"].startswith("/admin/login/"), f"{method} {path}"


def test_no_door_of_ones_own_knows_the_other_tenants_ids(cast: Cast, rows: dict[str, Any]) -> None:
    mallory = log_in(GLOBEX_HOST, "mallory")
    for path in doors(rows):
        if "logout" not in path:
            answer = mallory.get(path, headers={"host": GLOBEX_HOST}, follow=True)
            assert answer.status_code in (200, 403, 404, 405), path
            assert SECRET not in answer.content.decode(), path
    posts = {"action": "archive", "_selected_action": str(rows["knowledge/article"]), "index": "0"}
    mallory.post("/admin/knowledge/article/", posts, headers={"host": GLOBEX_HOST})
    mallory.post(f"/admin/workspace/member/{cast.alice.pk}/password/", headers={"host": GLOBEX_HOST})
    with context.inside(cast.acme):
        assert Article.objects.get(pk=rows["knowledge/article"]).status == Status.PUBLISHED
        assert Member.objects.get(pk=cast.alice.pk).check_password(PASSWORD)


def test_a_csrf_token_of_the_other_tenant_signs_nothing(cast: Cast) -> None:
    alice, abroad = Client(enforce_csrf_checks=True), Client(enforce_csrf_checks=True)
    for browser, host in ((alice, ACME_HOST), (abroad, GLOBEX_HOST)):
        browser.get("/admin/login/", headers={"host": host})
    form = {"username": "alice", "password": PASSWORD, "csrfmiddlewaretoken": abroad.cookies["csrftoken"].value}
    assert alice.post("/admin/login/", form, headers={"host": ACME_HOST}).status_code == 403
    form["csrfmiddlewaretoken"] = alice.cookies["csrftoken"].value
    foreign = {"host": ACME_HOST, "origin": f"http://{GLOBEX_HOST}"}
    assert alice.post("/admin/login/", form, headers=foreign).status_code == 403
    assert alice.post("/admin/login/", form, headers={"host": ACME_HOST}).status_code == 302


def test_the_platforms_cookie_is_nobody_at_a_tenant_and_the_reverse(cast: Cast) -> None:
    with context.inside(context.PUBLIC):
        Member.objects.create_user("root", password=PASSWORD, is_superuser=True)
    root, alice = log_in("localhost", "root"), log_in(ACME_HOST, "alice")
    assert root.get("/admin/", headers={"host": ACME_HOST}).status_code == 302
    assert alice.get("/admin/tenants/tenant/", headers={"host": "localhost"}).status_code == 302


def test_a_password_hash_cannot_be_guessed_through_a_filter(cast: Cast) -> None:
    alice = log_in(ACME_HOST, "alice")
    answers = [
        alice.get(f"/admin/workspace/member/?password__startswith={beginning}", headers={"host": ACME_HOST})
        for beginning in ("pbkdf2", "nothing begins so")
    ]
    assert [(answer.status_code, answer.headers["Location"]) for answer in answers] == [(302, "/admin/workspace/member/")] * 2


@pytest.mark.parametrize("number", ["²", "9" * 30, "-1", "%00", "x"])
def test_an_id_that_is_none_is_not_found(cast: Cast, number: str) -> None:
    alice = log_in(ACME_HOST, "alice")
    for model in ("workspace/site", "knowledge/import", "releases/release", "llm/modelendpoint", "conversations/conversation"):
        answer = alice.get(f"/admin/{model}/{number}/change/", headers={"host": ACME_HOST})
        assert answer.status_code in (302, 404), model


# the widget's session


def test_a_site_key_opens_its_own_tenant_alone(cast: Cast) -> None:
    keys = {host: site_of(tenant).site_key for host, tenant in ((ACME_HOST, cast.acme), (GLOBEX_HOST, cast.globex))}
    for host in keys:
        for owner, key in keys.items():
            assert ask_session(host, site_key=key).status_code == (200 if owner == host else 401)


def test_an_allowed_origin_is_allowed_at_its_own_tenant_alone(cast: Cast) -> None:
    with context.inside(cast.globex):
        Site.objects.update(allowed_origins=["https://globex.example"])
    key = site_of(cast.acme).site_key
    for origin in ("https://globex.example", f"http://{GLOBEX_HOST}", "null", f"http://{ACME_HOST}.evil.example"):
        assert ask_session(ACME_HOST, origin, site_key=key).status_code == 403
    assert ask_session(ACME_HOST, f"http://{ACME_HOST}", site_key=key).status_code == 200


@pytest.mark.parametrize("origin", ["http://[", "http://[::1", "http://[x]:y", "//", "\xe9"])
def test_an_origin_that_is_none_is_refused_not_tripped_over(cast: Cast, origin: str) -> None:
    assert ask_session(ACME_HOST, origin, site_key=site_of(cast.acme).site_key).status_code == 403


@pytest.mark.parametrize(
    "identity",
    [
        {"name": "\ud800"},
        {"user_id": "\udfff", "signature": "x"},
        {"user_id": "vera", "signature": "\xe9"},
        {"user_id": "vera", "signature": ""},
        {"user_id": "ve\x00ra", "signature": "x"},
    ],
)
def test_an_identity_that_cannot_be_is_refused_not_tripped_over(cast: Cast, identity: dict[str, str]) -> None:
    answer = ask_session(ACME_HOST, site_key=site_of(cast.acme).site_key, identity=identity)
    assert answer.status_code in (400, 401)


def test_the_other_tenants_identity_secret_vouches_for_nobody(cast: Cast) -> None:
    secret = site_of(cast.globex).identity_secret
    identity = {"user_id": "vera", "signature": hmac.new(secret.encode(), b"vera", hashlib.sha256).hexdigest()}
    assert ask_session(ACME_HOST, site_key=site_of(cast.acme).site_key, identity=identity).status_code == 401


def test_two_pages_that_vouch_for_the_same_new_person_at_once_find_one_visitor(cast: Cast) -> None:
    site = site_of(cast.acme)
    signature = hmac.new(site.identity_secret.encode(), b"vera", hashlib.sha256).hexdigest()
    vera = Identity(user_id="vera", signature=signature)
    with context.inside(cast.acme):
        first = visitors.recognise(site, "", vera)
        with patch.object(Visitor.objects, "filter", lambda **_: Visitor.objects.none()):  # not there yet when it looked
            assert visitors.recognise(site, "", vera).pk == first.pk


# hosts


@pytest.mark.parametrize(
    ("host", "status"),
    [
        ("ACME.test", 200),
        ("acme.test.", 200),
        ("acme.test:8000", 200),
        ("acme.test:80@globex.test", 400),
        ("acme.test,globex.test", 404),
        ("[::1]:8000", 404),
        ("evil.example", 404),
        ("", 404),
        ("a" * 60_000, 404),
    ],
)
def test_a_host_is_one_tenant_or_nobody(cast: Cast, host: str, status: int) -> None:
    foreign = {"x-forwarded-host": GLOBEX_HOST, "forwarded": f"host={GLOBEX_HOST}", "x-host": GLOBEX_HOST}
    answer = Client().get("/widget.js", headers={"host": host, **foreign})
    assert answer.status_code == status
    assert b"Traceback" not in answer.content


def test_what_a_stranger_calls_us_is_not_remembered_at_length(cast: Cast) -> None:
    Client().get("/", headers={"host": "a" * 60_000})
    assert not any(len(name) > 253 for name in (*hosts._known, *hosts._unknown))


async def test_the_first_host_of_two_gives_no_way_to_the_second(committed: Cast) -> None:
    both = [(b"host", ACME_HOST.encode()), (b"host", GLOBEX_HOST.encode())]
    answer = await HttpCommunicator(application, "GET", "/widget.js", headers=both).get_response(timeout=5)
    assert answer["status"] in (400, 404)


def test_a_suspended_tenant_answers_nobody(cast: Cast) -> None:
    alice, key = log_in(ACME_HOST, "alice"), site_of(cast.acme).site_key
    suspend(cast.acme)
    assert alice.get("/admin/", headers={"host": ACME_HOST}).status_code == 404
    assert ask_session(ACME_HOST, site_key=key).status_code == 404


def test_a_new_tenant_is_as_closed_as_the_others(cast: Cast) -> None:
    with context.inside(context.PUBLIC):
        call_command("create_tenant", "initech", "--name", "Initech", "--host", "initech.test", verbosity=0)
    initech = tenant_of("initech.test")
    for host, tenant in ((ACME_HOST, cast.acme), (GLOBEX_HOST, cast.globex)):
        assert ask_session(host, site_key=site_of(initech).site_key).status_code == 401
        assert ask_session("initech.test", site_key=site_of(tenant).site_key).status_code == 401
    assert ask_session("initech.test", site_key=site_of(initech).site_key).status_code == 200


def tenant_of(host: str) -> Tenant:
    with context.inside(context.PUBLIC):
        tenant: Tenant = Domain.objects.select_related("tenant").get(domain=host).tenant
        return tenant


def suspend(tenant: Tenant, *, suspended: bool = True) -> None:
    with context.inside(context.PUBLIC):
        Tenant.objects.filter(pk=tenant.pk).update(suspended=suspended)
    hosts.forget()
