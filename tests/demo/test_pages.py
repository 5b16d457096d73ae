"""The shops' pages, asked for by HTTP: each its own, under a policy without inline code, and only where a demo shop lives."""

import re

import pytest
from django.test import Client

from apps.tenants import context
from apps.tenants.models import Tenant
from apps.tenants.workspace.models import Site
from demo import shops
from tests.cast import ACME_HOST, GLOBEX_HOST, Cast

PAGES = ("/shop/", "/shop/orders/")


@pytest.fixture
def two_shops(cast: Cast, monkeypatch: pytest.MonkeyPatch) -> Cast:
    """Acme and Globex as the two demo shops."""
    monkeypatch.setattr(
        shops,
        "SHOPS",
        (shops.Shop("acme", "acme", cast.acme.name), shops.Shop("changfeng", "globex", cast.globex.name)),
    )
    return cast


def key_of(tenant: Tenant) -> str:
    with context.inside(tenant):
        return Site.load().site_key


def page(host: str, path: str) -> str:
    response = Client(headers={"host": host}).get(path)
    assert response.status_code == 200
    return response.content.decode()


@pytest.mark.parametrize("path", PAGES)
def test_each_shop_carries_its_own_key_and_never_the_others(two_shops: Cast, path: str) -> None:
    acme, globex = page(ACME_HOST, path), page(GLOBEX_HOST, path)
    assert key_of(two_shops.acme) in acme
    assert key_of(two_shops.acme) not in globex
    assert key_of(two_shops.globex) in globex
    assert key_of(two_shops.globex) not in acme
    assert '<html lang="en">' in acme
    assert '<html lang="zh-Hans">' in globex


@pytest.mark.parametrize("path", PAGES)
def test_the_snippet_is_the_one_that_customers_paste(two_shops: Cast, path: str) -> None:
    snippet = f'<script src="http://acme.test:8123/widget.js" data-site-key="{key_of(two_shops.acme)}" async></script>'
    assert snippet in page(f"{ACME_HOST}:8123", path)


@pytest.mark.parametrize("host", [ACME_HOST, GLOBEX_HOST])
@pytest.mark.parametrize("path", PAGES)
def test_nothing_inline_and_nothing_from_elsewhere(two_shops: Cast, host: str, path: str) -> None:
    response = Client(headers={"host": host}).get(path)
    policy = response["Content-Security-Policy"]
    assert "default-src 'self'" in policy
    assert "unsafe" not in policy
    html = response.content.decode()
    assert not re.search(r"<style|\sstyle=|\son\w+=|<script(?![^>]*\ssrc=)", html)
    links = re.findall(r"""<(?:script|link|img)[^>]*\s(?:src|href)="([^"]+)""", html)
    assert links
    assert all(link.startswith(("/static/", f"http://{host}/widget.js")) for link in links)


def test_the_door_leads_to_the_shop(two_shops: Cast) -> None:
    response = Client(headers={"host": ACME_HOST}).get("/")
    assert (response.status_code, response["Location"]) == (302, "/shop/")


@pytest.mark.parametrize("path", PAGES)
def test_a_company_that_is_no_demo_shop_has_no_such_pages(cast: Cast, path: str) -> None:
    """The cast's Acme took the short name of a demo shop, but it is another company."""
    assert Client(headers={"host": ACME_HOST}).get(path).status_code == 404
    assert Client(headers={"host": GLOBEX_HOST}).get(path).status_code == 404


def test_the_chinese_shop_can_be_searched(two_shops: Cast) -> None:
    assert "找到 2 件" in page(GLOBEX_HOST, "/shop/?q=耳机")
    assert "没有找到" in page(GLOBEX_HOST, "/shop/?q=<b>帐篷</b>")
    assert "<b>帐篷" not in page(GLOBEX_HOST, "/shop/?q=<b>帐篷</b>")


def test_orders_are_recent_whenever_one_looks(two_shops: Cast) -> None:
    dates = re.findall(r'<time datetime="(\d{4}-\d\d-\d\d)', page(ACME_HOST, "/shop/orders/"))
    assert len(dates) == 3
    assert dates == sorted(dates, reverse=True)
