"""Any address of the admins' pages gets the list as its filters offer it, or a sentence; it never makes a page fail."""

import re
from collections.abc import Iterator
from itertools import product
from typing import Any
from urllib.parse import quote

import pytest
from django.contrib.admin import ModelAdmin
from django.core.exceptions import ImproperlyConfigured
from django.db.models import Field, Model
from django.test import RequestFactory
from django.urls import URLPattern, URLResolver, get_resolver

from apps.agents.models import Ticket
from apps.knowledge.intake import publishing
from apps.knowledge.models import Article
from apps.tenants import context
from apps.tenants.backoffice.adminsite import AdminSite, platform_site, tenant_site
from apps.tenants.backoffice.rowadmin import RowAdmin
from apps.tenants.workspace.models import Member, Role
from tests.admin.conftest import Browser, Hire, text
from tests.cast import Cast

NOT_OFFERED = "this is the whole list"
LOOKUPS = ("", "__exact", "__regex", "__iregex", "__startswith", "__icontains", "__in", "__range", "__year", "__gt", "__isnull")
EVIL = r"^(.+)(.+)(.+)(.+)\1\2\3\4$"
ODD = ("\x00", "²", "9" * 30, "9" * 5_000, "a/../b", "00000000-0000-0000-0000-000000000000")
LISTS = [(site, row) for site in (tenant_site, platform_site) for row in site._registry.values()]


def named(site: AdminSite, row: RowAdmin) -> str:
    return f"/admin/{row.model._meta.app_label}/{row.model._meta.model_name}/"


@pytest.fixture
def browsers(cast: Cast, owner: Browser, platform: Browser) -> dict[AdminSite, Browser]:
    """One for each site, which hands back a failure as its page."""
    with context.inside(cast.acme):
        article = Article(title="How long does shipping take?", body="Three days.", language="en")
        publishing.save(article, by=cast.alice)
        Ticket.objects.create(subject="Broken", body="It broke.")
    found = {tenant_site: owner, platform_site: platform}
    for browser in found.values():
        browser.client.raise_request_exception = False
    return found


def fields(model: type[Model], depth: int = 2) -> Iterator[str]:
    """Every field an address could name, also through relations."""
    for field in model._meta.get_fields():
        yield field.name
        if depth and field.is_relation and isinstance(field.related_model, type) and isinstance(field, Field):
            yield from (f"{field.name}__{inner}" for inner in fields(field.related_model, depth - 1))


@pytest.mark.parametrize(("site", "row"), LISTS, ids=lambda value: type(value).__name__)
def test_a_list_can_be_asked_only_what_its_filters_offer(site: AdminSite, row: RowAdmin, cast: Cast) -> None:
    request = RequestFactory().get("/")
    request.user = cast.alice
    offered = {str(getattr(each, "parameter_name", each[0] if isinstance(each, tuple) else each)) for each in row.list_filter}
    with context.inside(cast.acme if site is tenant_site else context.PUBLIC):
        allowed = {
            name + lookup
            for name, lookup in product(fields(row.model), LOOKUPS)
            if row.lookup_allowed(name + lookup, EVIL, request)
        }
    plain = ("", "__exact", "__isnull", "__id__exact", "__gte", "__lt", "__isempty")
    assert allowed <= {name + lookup for name, lookup in product(offered, plain)}
    assert not [name for name in allowed if "password" in name or "secret" in name or "key" in name.split("__")[0]]


@pytest.mark.parametrize(
    "asked",
    [
        {"body__regex": EVIL},
        {"body__regex": "("},
        {"created_at__year": "9999999999"},
        {"title__startswith": "How"},
        {"updated_by__password__startswith": "pbkdf2"},
        {"pk__in": "x"},
        {"status__exact__regex": "("},
        {"nothing": "1"},
    ],
)
def test_what_no_filter_offers_is_told_and_the_whole_list_shown(asked: dict[str, str], browsers: Any, cast: Cast) -> None:
    answer = browsers[tenant_site].client.get("/admin/knowledge/article/", asked, headers={"host": "acme.test"}, follow=True)
    assert answer.redirect_chain == [("/admin/knowledge/article/", 302)]
    assert NOT_OFFERED in answer.content.decode()
    assert "How long does shipping take?" in answer.content.decode()


def test_a_viewers_pattern_never_reaches_the_database(hire: Hire, cast: Cast, django_assert_num_queries: Any) -> None:
    viewer = hire(Role.VIEWER)
    answer = viewer.get("/admin/knowledge/article/", body__regex=EVIL)
    assert (answer.status_code, answer.headers["Location"]) == (302, "/admin/knowledge/article/")


def test_what_the_filters_offer_works(browsers: Any) -> None:
    owner = browsers[tenant_site]
    for asked in (
        "article/?status__exact=published", "article/?language__exact=en", "article/?category=x",
        "article/?kind__exact=qa&o=-1.2",
    ):  # fmt: skip
        assert owner.get(f"/admin/knowledge/{asked}").status_code == 200, asked
    for asked in (
        "?pressing=late",
        "?assignee__isnull=True",
        "?created_at__year=2026&created_at__month=2",
        "?status__exact=open",
    ):
        assert owner.get(f"/admin/agents/ticket/{asked}").status_code == 200, asked
    assert owner.get("/admin/agents/deadletter/?resent_at__isempty=1&errand__kind=webhook").status_code == 200
    dates = "died_at__gte=2026-11-30%2000%3A00%3A00%2B00%3A00&died_at__lt=2026-12-01%2000%3A00%3A00%2B00%3A00"
    assert owner.get(f"/admin/agents/deadletter/?{dates}").status_code == 200
    assert browsers[platform_site].get("/admin/tenants/tenant/?suspended__exact=0").status_code == 200


QUERIES = [
    "q=%00", "q=" + "x" * 10_000, "q=" + "a+" * 5_000, "q=%22%27%5C", "p=99999999999", "p=" + "9" * 5_000, "o=99.-1.x.%00",
    "e=1&all=&_facets=1", "_to_field=password", "_popup=1&_changelist_filters=%00", "ids=%00", "revision=" + "9" * 5_000,
]  # fmt: skip
OF_FILTERS = {
    "created_at": ("year=0", "year=1", "year=9999", "year=%00", "month=5", "month=2&created_at__year=2026&created_at__day=31"),
    "opened_at": ("year=9999",),
    "hour": ("year=9999",),
    "died_at": ("gte=x", "gte=0001-01-01&died_at__lt=9999-12-31"),
    "resent_at": ("isempty=x",),
    "assignee": ("id__exact=x", "id__exact=%00", "isnull=x"),
    "plan": ("id__exact=x", "id__exact=" + "9" * 30),
    "endpoint": ("id__exact=x", "id__exact=" + "9" * 30),
    "status": ("exact=%00",),
    "suspended": ("exact=x",),
}
INITIAL = "add/?member=x&members=x&title=%00&tags=x&capacity=x&snooze_hours=x&plan=x&to_team=x"


def filters_of(row: RowAdmin) -> Iterator[str]:
    listed = [each[0] if isinstance(each, tuple) else each for each in (*row.list_filter, row.date_hierarchy)]
    for name in listed:
        yield from (f"{name}__{rest}" for rest in OF_FILTERS.get(str(name), ()))
        yield f"{getattr(name, 'parameter_name', name)}=%00"


@pytest.mark.parametrize(("site", "row"), LISTS, ids=lambda value: type(value).__name__)
def test_no_address_of_a_list_or_form_makes_it_fail(site: AdminSite, row: RowAdmin, browsers: Any) -> None:
    browser, base = browsers[site], named(site, row)
    asked = [base + INITIAL, *(f"{base}?{query}" for query in (*QUERIES, *filters_of(row)))]
    assert {address: status for address in asked if (status := browser.get(address).status_code) >= 500} == {}


def views(patterns: Any, before: str = "") -> Iterator[str]:
    """Every address of an urlconf, its parts by name in angle brackets as Django writes them."""
    for each in patterns:
        route = before + str(each.pattern)
        if isinstance(each, URLResolver):
            yield from views(each.url_patterns, route)
        elif isinstance(each, URLPattern):
            yield route


@pytest.mark.parametrize(("site", "urls"), [(tenant_site, "config.urls_tenant"), (platform_site, "config.urls_public")])
def test_no_view_fails_for_an_odd_key_in_its_address(site: AdminSite, urls: str, browsers: Any) -> None:
    browser, failed = browsers[site], {}
    routes = [route for route in views(get_resolver(urls).url_patterns) if "<" in route and "(?P" not in route]
    assert len(routes) > (40 if site is tenant_site else 8)
    for route, odd in product(routes, ODD):
        address = "/" + re.sub(r"<[^>]+>", quote(odd, safe=""), route)
        if (status := browser.get(address).status_code) >= 500:
            failed[address[:120]] = status
    assert failed == {}


def test_no_page_fails_for_an_odd_parameter(browsers: Any) -> None:
    browser, failed = browsers[tenant_site], {}
    routes = [
        route for route in views(get_resolver("config.urls_tenant").url_patterns) if "<" not in route and "(?P" not in route
    ]
    own = [route for route in routes if not route.startswith("admin/") or route.count("/") == 2]  # the lists are asked above
    for route, odd in product(own, (*ODD[:1], *ODD[3:4])):
        query = "&".join(f"{name}={quote(odd)}" for name in ("q", "release", "s", "page", "term", "next", "days"))
        if (status := browser.get(f"/{route}?{query}").status_code) >= 500:
            failed[route] = status
    assert failed == {}


def test_no_view_of_the_inbox_fails_for_an_odd_parameter(browsers: Any) -> None:
    browser, failed, key = browsers[tenant_site], {}, "0" * 32
    places = ("0001-01-01T00:00:00", "9999-12-31T23:59:59", "0001-01-01T00:00:00+14:00", "9999-12-31T23:59:59-12:00")
    asked = [f"before={quote(place)}_{key}" for place in places]
    for name, odd in product(("q", "view", "before", "team", "agent", "tag", "priority", "language", "reason", "days"), ODD):
        asked.append(f"{name}={quote(odd)}")
    for query in asked:
        if (status := browser.get(f"/api/v1/console/conversations?{query}").status_code) >= 500:
            failed[query[:80]] = status
    assert failed == {}


@pytest.mark.parametrize(("site", "row"), LISTS, ids=lambda value: type(value).__name__)
def test_an_action_on_what_is_not_in_the_list_does_nothing(site: AdminSite, row: RowAdmin, browsers: Any) -> None:
    browser, failed = browsers[site], []
    verb = next((name for name in row.actions if isinstance(name, str)), "delete_selected")
    for odd in ODD:
        posted = {"action": verb, "_selected_action": odd, "index": odd}
        if (status := browser.post(named(site, row), posted).status_code) >= 500:
            failed.append((odd[:40], status))
    assert failed == []


def test_an_admin_of_another_make_is_not_taken() -> None:
    with pytest.raises(ImproperlyConfigured):
        tenant_site.register(Member, ModelAdmin)


def test_mallory_learns_nothing_of_acme_by_a_filter(mallory: Browser, cast: Cast) -> None:
    page = text(mallory.get("/admin/agents/ticket/", assignee__id__exact=str(cast.bob.pk)))
    assert "bob" not in page


def test_a_long_search_is_cut_and_the_person_is_told(browsers: Any) -> None:
    page = text(browsers[tenant_site].get("/admin/knowledge/article/", q="shipping " + "take " * 500))
    assert "Your search was too long. Only its first words were looked for." in page
    assert "How long does shipping take?" in page


def test_a_search_that_finds_nothing_says_what_is_searched(owner: Browser) -> None:
    page = text(owner.get("/admin/conversations/conversation/", q="maria@"))
    assert re.search(r"<p[^>]*>\s*Searches messages[^<]*whole e-mail addresses", page)
    assert "Create a new item" not in page
    assert "Nothing here yet" in text(owner.get("/admin/agents/macro/"))
    assert "Nothing matches." in text(owner.get("/admin/knowledge/article/", status__exact="archived"))
