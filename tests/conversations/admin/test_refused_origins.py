"""Pages that ask for the chat in vain are listed for the operator, bounded, in their own tenant alone."""

from datetime import timedelta
from typing import Any

from django.test import Client
from django.utils import timezone

from apps.conversations.models import RefusedOrigin
from apps.tenants import context
from apps.tenants.workspace.models import Site
from tests.admin.conftest import Browser, text
from tests.cast import ACME_HOST, Cast


def ask(cast: Cast, origin: str) -> Any:
    with context.inside(cast.acme):
        body = {"site_key": Site.load().site_key}
    return Client().post(
        "/api/v1/widget/session", body, content_type="application/json", headers={"host": ACME_HOST, "origin": origin}
    )


def test_a_refused_site_is_listed_with_how_often(cast: Cast, owner: Browser, mallory: Browser) -> None:
    assert ask(cast, "https://Evil.example").status_code == 403
    assert ask(cast, "https://evil.example").status_code == 403
    assert ask(cast, f"http://{ACME_HOST}").status_code == 200
    page = text(_site(cast, owner))
    assert "https://evil.example" in page
    assert "2 times" in page
    assert f"http://{ACME_HOST}</code>" not in page
    assert "evil.example" not in text(_site(cast, mallory))


def _site(cast: Cast, browser: Browser) -> Any:
    return browser.get(browser.get("/admin/workspace/site/")["Location"])


def test_what_is_no_site_is_not_kept(cast: Cast) -> None:
    for nonsense in ("null", "https://*.example", "ftp://x.example", "https://[::1"):
        assert ask(cast, nonsense).status_code == 403
    with context.inside(cast.acme):
        assert not RefusedOrigin.objects.exists()


def test_invented_names_fill_no_table_and_old_days_go(cast: Cast) -> None:
    with context.inside(cast.acme):
        today = timezone.now().date()
        RefusedOrigin.objects.create(origin="https://old.example", day=today - timedelta(days=40), count=3)
        for number in range(120):
            RefusedOrigin.note(f"https://n{number}.example")
        RefusedOrigin.note("https://n5.example")
        assert RefusedOrigin.objects.count() == 100
        assert RefusedOrigin.listed()[0] == {"origin": "https://n5.example", "times": 2, "last": today}
