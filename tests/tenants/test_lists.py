"""The admins' lists: times short and in the tenant's zone, names as in the menu, and a sentence where nothing is."""

import re
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from django.contrib.auth.models import AnonymousUser
from django.core.exceptions import FieldDoesNotExist
from django.db.models import DateTimeField, Field
from django.test import RequestFactory
from django.utils import timezone

from apps.tenants import context
from apps.tenants.backoffice import times
from apps.tenants.backoffice.adminsite import platform_site, tenant_site
from apps.tenants.backoffice.rowadmin import RowAdmin, SingleRowAdmin
from apps.tenants.models import Plan
from apps.tenants.workspace.models import Site
from tests.admin.conftest import Browser, Hire, at, hire, mallory, owner, platform, text
from tests.cast import Cast

__all__ = ["at", "hire", "mallory", "owner", "platform"]


def lists() -> Iterator[RowAdmin]:
    for site in (tenant_site, platform_site):
        yield from site._registry.values()


def is_list(each: RowAdmin) -> bool:
    return not isinstance(each, SingleRowAdmin) and each.opts.model_name not in ("desksettings", "site")


def moment(each: RowAdmin, name: object) -> "Field[Any, Any] | None":
    try:
        field = each.model._meta.get_field(str(name).lstrip("-"))
    except FieldDoesNotExist:
        return None
    return field if isinstance(field, DateTimeField) else None


def test_every_column_of_a_time_says_it_as_the_admins_do(cast: Cast) -> None:
    request = RequestFactory().get("/admin/")
    request.user = AnonymousUser()
    checked = 0
    with context.inside(cast.acme):
        for each in lists():
            for name in each.get_list_display(request):
                assert moment(each, name) is None, f"{each}: {name} by RowAdmin"
                column: Callable[[Any], Any] | None = name if callable(name) else getattr(each, str(name), None)
                ordering = getattr(column, "admin_order_field", None)
                if column is None or ordering is None or (field := moment(each, ordering)) is None or field.name == "done_at":
                    continue
                shown = column(each.model(**{field.name: timezone.now()}))
                assert "<time" in str(shown), f"{each}: {name} by times.short"
                checked += 1
    assert checked >= 10


@pytest.mark.parametrize(
    ("away", "words"),
    [
        (timedelta(), "just now"),
        (timedelta(minutes=5), "5 min ago"),
        (timedelta(hours=3, minutes=10), "3 h ago"),
        (timedelta(days=2), "2 days ago"),
        (timedelta(minutes=-30, seconds=-5), "in 30 min"),
    ],
)
def test_a_time_is_short_with_the_whole_of_it_beside(away: timedelta, words: str) -> None:
    shown = times.short(timezone.now() - away)
    assert f">{words}</time>" in shown
    assert "title=" in shown


def test_a_time_long_ago_is_a_date_and_none_is_a_dash() -> None:
    assert ">02/03/2020</time>" in times.short(datetime(2020, 2, 3, tzinfo=UTC))
    assert times.short(None) == "–"


def test_times_are_said_in_the_tenants_zone(cast: Cast, owner: Browser, hire: Hire) -> None:
    with context.inside(cast.acme):
        Site.load()
        Site.objects.update(timezone="Asia/Shanghai")
        cast.alice.last_login = datetime(2026, 11, 30, 22, 30, tzinfo=UTC)
        cast.alice.save()
    page = text(owner.get("/admin/workspace/member/"))
    assert "6:30 a.m. (CST)" in page
    assert timezone.get_current_timezone_name() == "UTC", "nothing is left over for the next page"


def test_lists_are_named_as_their_menu(owner: Browser) -> None:
    page = text(owner.get("/admin/agents/deadletter/"))
    assert "Undelivered" in page
    assert "dead letter" not in page.lower()
    assert re.search(r"<title>\s*Knowledge", text(owner.get("/admin/knowledge/article/")))


def test_an_empty_list_says_what_comes_there(owner: Browser, platform: Browser) -> None:
    assert "What fails three times waits here" in text(owner.get("/admin/agents/deadletter/"))
    assert "Nothing matches." in text(owner.get("/admin/agents/deadletter/", q="x"))
    with context.inside(context.PUBLIC):
        Plan.objects.all().delete()
    assert "Without one nothing is limited." in text(platform.get("/admin/tenants/plan/"))
    assert not [str(each) for each in lists() if is_list(each) and not each.empty]


def test_a_list_of_the_other_tenant_is_in_its_own_zone(cast: Cast, mallory: Browser) -> None:
    with context.inside(cast.acme):
        Site.load()
        Site.objects.update(timezone="Pacific/Kiritimati")
    with context.inside(cast.globex):
        cast.mallory.last_login = datetime(2026, 11, 30, 22, 30, tzinfo=UTC)
        cast.mallory.save()
    assert "+14" not in text(mallory.get("/admin/workspace/member/"))
