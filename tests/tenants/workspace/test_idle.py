"""A log-in ends when nobody uses it, at every door; and its cookie is this host's alone."""

import time
from typing import Any

import pytest

from apps.agents.console import entry
from apps.tenants import context
from apps.tenants.workspace import idle
from apps.tenants.workspace.sessions import SessionStore
from tests.admin.conftest import Browser
from tests.cast import ACME_HOST, Cast
from tests.test_env import PRODUCTION, started


def aged(cast: Cast, browser: Browser, seconds: float) -> str:
    """The browser's session, last used so long ago."""
    key = str(browser.client.cookies["sessionid"].value)
    with context.inside(cast.acme):
        session = SessionStore(key)
        session[idle.SEEN] = time.time() - seconds
        session.save()
    return key


@pytest.fixture
def alice(cast: Cast) -> Browser:
    return Browser(ACME_HOST).log_in(cast.acme, cast.alice)


@pytest.mark.parametrize("path", ["/admin/", "/console/", "/api/v1/console/conversations"])
def test_nobody_used_it_for_too_long(path: str, cast: Cast, alice: Browser, settings: Any) -> None:
    assert alice.get(path).status_code == 200
    aged(cast, alice, settings.IDLE_SECONDS - 60)
    assert alice.get(path).status_code == 200
    aged(cast, alice, settings.IDLE_SECONDS + 60)
    assert alice.get(path).status_code in (302, 401)
    assert alice.get("/admin/").status_code == 302, "it is over for good"


def test_each_use_makes_it_last(cast: Cast, alice: Browser, settings: Any) -> None:
    for _ in range(3):
        key = aged(cast, alice, settings.IDLE_SECONDS - 60)
        assert alice.get("/admin/").status_code == 200
    with context.inside(cast.acme):
        assert time.time() - SessionStore(key)[idle.SEEN] < 60


def test_an_open_console_ends_with_it_and_its_use_makes_it_last(cast: Cast, alice: Browser, settings: Any) -> None:
    key = aged(cast, alice, settings.IDLE_SECONDS - 60)
    with context.inside(cast.acme):
        assert entry.member_of(key) == cast.alice
        entry.use(key)
        assert time.time() - SessionStore(key)[idle.SEEN] < 60
    aged(cast, alice, settings.IDLE_SECONDS + 60)
    with context.inside(cast.acme):
        assert entry.member_of(key) is None


def test_whoever_was_logged_in_before_this_was_kept_stays(cast: Cast, alice: Browser) -> None:
    assert alice.get("/admin/").status_code == 200
    with context.inside(cast.acme):
        session = SessionStore(alice.client.cookies["sessionid"].value)
        del session[idle.SEEN]
        session.save()
    assert alice.get("/admin/").status_code == 200


def test_strangers_cost_no_session(cast: Cast, django_assert_num_queries: Any) -> None:
    with context.inside(cast.acme):
        before = SessionStore.get_model_class().objects.count()
    Browser(ACME_HOST).get("/widget.js")
    with context.inside(cast.acme):
        assert SessionStore.get_model_class().objects.count() == before


def test_in_production_cookies_are_this_hosts_alone() -> None:
    told = started("-c", "from config import settings as s; print(s.SESSION_COOKIE_NAME, s.CSRF_COOKIE_NAME)", **PRODUCTION)
    assert told.stdout.split() == ["__Host-session", "__Host-csrf"]
