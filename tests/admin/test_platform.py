"""The platform's admin: a tenant in two seconds, its owner's password once, suspension."""

import pytest

from apps.tenants import context
from apps.tenants.models import Plan, Tenant
from apps.tenants.workspace.models import Member, Site
from tests.admin.conftest import Browser, text
from tests.admin.test_people import choose, shown_link
from tests.cast import ACME_HOST, GLOBEX_HOST, Cast

NEW = {"name": "Initech", "slug": "initech", "domains": "Initech.test\n", "language": "zh-hans", "owner": "peter"}


def test_a_tenant_is_made_and_its_owner_logs_in(platform: Browser) -> None:
    answer = platform.post("/admin/tenants/tenant/add/", NEW)
    page = text(answer)
    peter = Browser("initech.test")
    assert choose(peter, shown_link(page)).status_code == 302
    assert '<html lang="zh-hans"' in text(peter.get("/admin/workspace/member/"))


def test_an_international_host_is_kept_as_browsers_ask_for_it(platform: Browser) -> None:
    platform.post("/admin/tenants/tenant/add/", {**NEW, "domains": "商店.test"})
    assert Browser("xn--czrs0t.test").get("/admin/login/").status_code == 200


@pytest.mark.parametrize(
    ("change", "sentence"),
    [
        ({"slug": "acme"}, "already"),
        ({"slug": "No Slug"}, "small letters"),
        ({"slug": "yingda-template"}, "reserved"),  # the schema that new ones are copied from is dropped now and then
        ({"slug": "pg-shop"}, "reserved"),  # PostgreSQL keeps such names for itself
        ({"domains": ACME_HOST}, "already in use"),
        ({"domains": "localhost"}, "already in use"),
        ({"domains": ""}, "required"),
        ({"domains": "https://initech.test/"}, "is not a valid host name"),
        ({"domains": "ini tech"}, "is not a valid host name"),
        ({"domains": ":80"}, "is not a valid host name"),
    ],
)
def test_a_wrong_tenant_is_refused_in_a_sentence(change: dict[str, str], sentence: str, platform: Browser) -> None:
    assert sentence in text(platform.post("/admin/tenants/tenant/add/", {**NEW, **change}))
    with context.inside(context.PUBLIC):
        assert not Tenant.objects.filter(name="Initech").exists()


def test_a_suspended_tenant_answers_nobody(cast: Cast, platform: Browser, mallory: Browser) -> None:
    with context.inside(context.PUBLIC):
        domain = cast.globex.domains.get()
    form = {
        "name": "Globex",
        "suspended": "on",
        "domains-TOTAL_FORMS": "1",
        "domains-INITIAL_FORMS": "1",
        "domains-MIN_NUM_FORMS": "1",
        "domains-MAX_NUM_FORMS": "1000",
        "domains-0-id": str(domain.pk),
        "domains-0-tenant": str(cast.globex.pk),
        "domains-0-domain": domain.domain,
        "domains-0-is_primary": "on",
    }
    assert mallory.get("/admin/").status_code == 200
    assert platform.post(f"/admin/tenants/tenant/{cast.globex.pk}/change/", form).status_code == 302
    assert mallory.get("/admin/").status_code == 404
    assert Browser(GLOBEX_HOST).get("/admin/login/").status_code == 404


def test_plans_are_made_and_listed(platform: Browser) -> None:
    given = {"name": "Small", "members": "5", "passages": "1000", "messages_per_minute": "60"}
    assert platform.post("/admin/tenants/plan/add/", given).status_code == 302
    with context.inside(context.PUBLIC):
        assert Plan.objects.get().members == 5
    assert "Small" in text(platform.get("/admin/tenants/plan/"))


@pytest.mark.parametrize(("typed", "kept"), [("", 0), ("250", 250), ("-1", None), ("lots", None)])
def test_a_plan_grants_room_for_files_or_leaves_it_to_the_platform(typed: str, kept: int | None, platform: Browser) -> None:
    given = {"name": "Roomy", "members": "5", "messages_per_minute": "60", "files_mb_a_day": typed, "files_mb": ""}
    answer = platform.post("/admin/tenants/plan/add/", given)
    assert answer.status_code == (200 if kept is None else 302)
    with context.inside(context.PUBLIC):
        assert list(Plan.objects.filter(name="Roomy").values_list("files_mb_a_day", "files_mb")) == (
            [] if kept is None else [(kept, 0)]
        )


def test_the_platform_knows_its_tenants_and_administrators(cast: Cast, platform: Browser) -> None:
    page = text(platform.get("/admin/tenants/tenant/"))
    assert "Acme" in page
    assert "Globex" in page
    assert "root" in text(platform.get("/admin/workspace/member/"))
    with context.inside(context.PUBLIC):
        assert not Member.objects.filter(username="alice").exists()


def test_no_tenant_is_deleted_by_a_click(cast: Cast, platform: Browser) -> None:
    assert platform.post(f"/admin/tenants/tenant/{cast.acme.pk}/delete/", {"post": "yes"}).status_code == 403


def test_the_first_page_of_a_new_tenant_shows_the_line_for_its_site(platform: Browser) -> None:
    page = text(platform.post("/admin/tenants/tenant/add/", NEW))
    with context.inside(context.PUBLIC):
        made = Tenant.objects.get(name="Initech")
    with context.inside(made):
        key = Site.load().site_key
    assert f"/widget.js&quot; data-site-key=&quot;{key}&quot; async" in page
