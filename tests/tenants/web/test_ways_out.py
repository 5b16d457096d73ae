"""Where one is lost: error pages bear the tenant's name and lead out, and a host's first page leads to the log-in."""

import pytest
from django.db import OperationalError
from django.test import Client, RequestFactory

from apps.tenants import context
from apps.tenants.web import middleware, ways_out
from apps.tenants.workspace import passwords
from apps.tenants.workspace.models import Member, Role
from tests.admin.conftest import PLATFORM_HOST
from tests.cast import ACME_HOST, GLOBEX_HOST, PASSWORD, Cast


def leads_out(page: str, name: str) -> None:
    assert f'<p class="who">{name}</p>' in page
    assert '<a href="/">To the start page</a>' in page
    assert '<a href="/" lang="zh-Hans">返回首页</a>' in page


@pytest.mark.parametrize(("host", "name"), [(ACME_HOST, "Acme"), (GLOBEX_HOST, "Globex")])
def test_a_wrong_address_leads_out_in_the_tenants_name(cast: Cast, host: str, name: str) -> None:
    answer = Client(headers={"host": host}).get("/nowhere/")
    assert answer.status_code == 404
    leads_out(answer.content.decode(), name)


def test_a_page_that_is_not_theirs_leads_out(cast: Cast) -> None:
    client = Client(headers={"host": ACME_HOST})
    with context.inside(cast.acme):
        client.force_login(Member.objects.create_user("vic", role=Role.VIEWER))
    answer = client.get("/admin/agents/desksettings/")
    assert answer.status_code == 403
    leads_out(answer.content.decode(), "Acme")


def test_a_form_that_is_too_old_leads_out(cast: Cast) -> None:
    client = Client(enforce_csrf_checks=True, headers={"host": ACME_HOST})
    answer = client.post("/admin/login/", {"username": "alice", "password": PASSWORD})
    assert answer.status_code == 403
    leads_out(answer.content.decode(), "Acme")
    assert "这个表单已失效。" in answer.content.decode()


@pytest.mark.parametrize(
    ("error", "status"), [(passwords.Busy(), 503), (OperationalError("away"), 503), (ValueError("a fault"), 500)]
)
def test_what_fails_leads_out(cast: Cast, error: Exception, status: int) -> None:
    request = RequestFactory().get("/admin/")
    request.tenant = cast.acme  # type: ignore[attr-defined]
    answer = middleware.answer_to(request, error) or ways_out.page(request, "500.html", 500)
    assert answer.status_code == status
    leads_out(answer.content.decode(), "Acme")


def test_a_name_is_text_and_no_markup(cast: Cast) -> None:
    cast.acme.name = "<b>Acme</b>"
    request = RequestFactory().get("/")
    request.tenant = cast.acme  # type: ignore[attr-defined]
    assert b"<b>" not in ways_out.led(request, b"<main></main>")
    assert b"<b>" not in ways_out.page(request, "500.html", 500).content


@pytest.mark.parametrize("host", [ACME_HOST, PLATFORM_HOST])
def test_the_first_page_of_a_host_leads_to_the_log_in(cast: Cast, host: str) -> None:
    answer = Client(headers={"host": host}).get("/", follow=True)
    assert [status for _url, status in answer.redirect_chain] == [302, 302]
    assert answer.redirect_chain[-1][0].startswith("/admin/login/")
    assert answer.status_code == 200
