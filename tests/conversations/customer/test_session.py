"""`POST /api/v1/widget/session`: who gets a token, and who does not."""

import hashlib
import hmac
import json
import uuid
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest
from django.db import connection
from django.test import Client

from apps.conversations.models import Visitor
from apps.tenants import context
from apps.tenants.workspace.models import Site
from tests.cast import ACME_HOST, GLOBEX_HOST, Cast
from tests.conversations.client import opened

URL = "/api/v1/widget/session"


def post(host: str, body: object, origin: str = "") -> Any:
    headers = {"host": host, **({"origin": origin} if origin else {})}
    return Client().post(
        URL, body if isinstance(body, str) else json.dumps(body), content_type="application/json", headers=headers
    )


@pytest.fixture
def site(cast: Cast) -> Site:
    with context.inside(cast.acme):
        site = Site.load()
        site.allowed_origins = ["https://shop.example.com"]
        site.save()
        return opened(site)


def test_a_visitor_gets_a_token_and_the_settings(cast: Cast, site: Site) -> None:
    answer = post(ACME_HOST, {"site_key": site.site_key}, "https://shop.example.com")
    assert answer.status_code == 200
    assert answer.headers["Access-Control-Allow-Origin"] == "https://shop.example.com"
    assert "Set-Cookie" not in answer.headers
    body = answer.json()
    assert set(body) == {"token", "visitor_id", "expires_at", "config"}
    told = {"name", "greeting", "theme", "locale", "hours", "online", "leave", "drafts", "suggestions"}
    assert set(body["config"]) == told


def test_the_same_visitor_comes_back_by_the_token_of_last_time(cast: Cast, site: Site) -> None:
    first = post(ACME_HOST, {"site_key": site.site_key}).json()
    again = post(ACME_HOST, {"site_key": site.site_key, "visitor": first["token"]}).json()
    assert again["visitor_id"] == first["visitor_id"]


def test_another_tenants_token_makes_a_new_visitor(cast: Cast, site: Site) -> None:
    with context.inside(cast.globex):
        key = Site.load().site_key
    there = post(GLOBEX_HOST, {"site_key": key}).json()
    here = post(ACME_HOST, {"site_key": site.site_key, "visitor": there["token"]}).json()
    assert here["visitor_id"] != there["visitor_id"]


def test_another_tenants_site_key_opens_nothing(cast: Cast, site: Site) -> None:
    answer = post(GLOBEX_HOST, {"site_key": site.site_key})
    assert (answer.status_code, answer.json()["code"]) == (401, "unauthorized")


def test_a_page_of_a_foreign_origin_is_refused_readably(cast: Cast, site: Site) -> None:
    answer = post(ACME_HOST, {"site_key": site.site_key}, "https://evil.example")
    assert (answer.status_code, answer.json()["code"]) == (403, "origin_not_allowed")
    assert answer.headers["Access-Control-Allow-Origin"] == "https://evil.example"


def test_an_international_domain_is_allowed_in_whichever_form_it_was_kept(cast: Cast, site: Site) -> None:
    for kept in ("http://商店.test", "http://xn--czrs0t.test"):
        with context.inside(cast.acme):
            Site.objects.update(allowed_origins=[kept])
        assert post(ACME_HOST, {"site_key": site.site_key}, "http://xn--czrs0t.test").status_code == 200
        assert post(ACME_HOST, {"site_key": site.site_key}, "http://xn--czrs0u.test").status_code == 403


def test_a_vouched_identity_finds_its_visitor_on_any_device(cast: Cast, site: Site) -> None:
    signature = hmac.new(site.identity_secret.encode(), b"customer-7", hashlib.sha256).hexdigest()
    identity = {"user_id": "customer-7", "name": "Vera", "email": "vera@example.com", "signature": signature}
    ids = {post(ACME_HOST, {"site_key": site.site_key, "identity": identity}).json()["visitor_id"] for _ in range(2)}
    assert len(ids) == 1
    with context.inside(cast.acme):
        assert Visitor.objects.get(user_id="customer-7").email == "vera@example.com"


def test_a_wrong_signature_is_nobody(cast: Cast, site: Site) -> None:
    answer = post(ACME_HOST, {"site_key": site.site_key, "identity": {"user_id": "customer-7", "signature": "0" * 64}})
    assert answer.status_code == 401


def test_a_logged_out_browser_does_not_keep_the_identity(cast: Cast, site: Site) -> None:
    """The token of an identified visitor alone is not the person: the next one at a shared computer must not read on."""
    signature = hmac.new(site.identity_secret.encode(), b"customer-7", hashlib.sha256).hexdigest()
    known = post(ACME_HOST, {"site_key": site.site_key, "identity": {"user_id": "customer-7", "signature": signature}}).json()
    after = post(ACME_HOST, {"site_key": site.site_key, "visitor": known["token"]}).json()
    assert after["visitor_id"] != known["visitor_id"]


@pytest.mark.parametrize(
    "body", ["", "{", "[]", '"x"', "[" * 10_000, '{"site_key": 7}', '{"site_key": "\\u0000"}', "x" * 20_000]
)
def test_bad_bodies_are_told(cast: Cast, site: Site, body: str) -> None:
    answer = post(ACME_HOST, body)
    assert 400 <= answer.status_code < 500
    assert answer.json()["message"]


def test_preflight_is_answered(cast: Cast) -> None:
    answer = Client().options(URL, headers={"host": ACME_HOST, "origin": "https://shop.example.com"})
    assert answer.status_code == 204
    assert "content-type" in answer.headers["Access-Control-Allow-Headers"]


def test_an_unknown_host_gets_a_page_and_no_stack_trace(cast: Cast) -> None:
    answer = Client().get("/", headers={"host": "nobody.test"})
    assert answer.status_code == 404
    assert b"There is no site at this address" in answer.content


def test_the_loader_is_served_to_every_page(cast: Cast) -> None:
    answer = Client().get("/widget.js", headers={"host": ACME_HOST})
    assert answer.status_code == 200
    assert answer.headers["Access-Control-Allow-Origin"] == "*"
    assert answer.headers["Content-Type"].startswith("text/javascript")


def test_a_missing_page_says_so_in_both_languages(cast: Cast) -> None:
    answer = Client().get("/nowhere", headers={"host": ACME_HOST})
    assert answer.status_code == 404
    assert "There is no page at this address." in answer.content.decode()
    assert "这个地址下没有页面" in answer.content.decode()


def test_tabs_that_ask_at_once_by_one_name_are_one_visitor(committed: Cast) -> None:
    def ask(host: str, key: str, first: str) -> str:
        try:
            return str(post(host, {"site_key": key, "first": first}).json()["visitor_id"])
        finally:
            connection.close()

    with context.inside(committed.acme):
        key = Site.load().site_key
    with context.inside(committed.globex):
        theirs = Site.load().site_key
    name = str(uuid.uuid4())
    with ThreadPoolExecutor(4) as pool:
        tabs = set(pool.map(lambda _n: ask(ACME_HOST, key, name), range(8)))
    assert len(tabs) == 1
    with context.inside(committed.acme):
        assert Visitor.objects.exclude(name="Vera").count() == 1
    assert ask(GLOBEX_HOST, theirs, name) not in tabs, "Mallory is somebody else"
    assert ask(ACME_HOST, key, str(uuid.uuid4())) not in tabs
    with context.inside(committed.acme):
        Visitor.objects.filter(pk__in=tabs).update(user_id="42")
    assert ask(ACME_HOST, key, name) not in tabs, "who has signed in is not to be had by a name"
    assert ask(ACME_HOST, key, "x") != ask(ACME_HOST, key, "x"), "what can be guessed names nobody"


@pytest.mark.parametrize("first", [7, "x" * 65, {"a": 1}])
def test_a_name_that_is_none_is_a_bad_frame(first: object, cast: Cast, site: Site) -> None:
    assert post(ACME_HOST, {"site_key": site.site_key, "first": first}).status_code == 400
