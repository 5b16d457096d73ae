"""The admins' doors: each role, the other tenant's people, the platform's side."""

from unittest.mock import Mock

import pytest
from django.db import DataError
from django.test import RequestFactory

from apps.tenants import context
from apps.tenants.web.middleware import TenantMiddleware
from apps.tenants.workspace import roles
from apps.tenants.workspace.models import Member, Role
from tests.admin.conftest import PLATFORM_HOST, Browser, Hire, text
from tests.cast import ACME_HOST, GLOBEX_HOST, PASSWORD, Cast

SCREENS = {
    "/admin/knowledge/article/": "knowledge.view_article",
    "/admin/knowledge/article/add/": "knowledge.add_article",
    "/admin/knowledge/import/": "knowledge.view_import",
    "/admin/knowledge/import/add/": "knowledge.add_import",
    "/admin/flows/flow/": "flows.view_flow",
    "/admin/flows/flow/add/": "flows.add_flow",
    "/admin/conversations/conversation/": "conversations.view_conversation",
    "/admin/conversations/feedback/": "conversations.view_feedback",
    "/admin/try/": "conversations.try_turn",
    "/admin/releases/release/": "releases.view_release",
    "/admin/llm/modelendpoint/": "llm.view_modelendpoint",
    "/admin/llm/usage/": "llm.view_usage",
    "/admin/insights/evaluationset/": "insights.view_evaluationset",
    "/admin/insights/evaluationset/add/": "insights.add_evaluationset",
    "/admin/workspace/member/": "workspace.view_member",
    "/admin/workspace/member/add/": "workspace.add_member",
    "/admin/reports/": "agents.view_report",
    "/admin/agents/ticket/": "agents.view_ticket",
    "/admin/agents/cannedreply/": "agents.view_cannedreply",
    "/admin/agents/cannedreply/add/": "agents.add_cannedreply",
    "/admin/agents/deadletter/": "agents.view_deadletter",
    "/admin/agents/team/": "agents.view_team",
    "/admin/agents/team/add/": "agents.add_team",
    "/admin/agents/presence/": "agents.view_presence",
    "/admin/agents/skill/": "agents.view_skill",
}


def test_what_no_column_takes_is_a_bad_address() -> None:
    answer = TenantMiddleware(Mock()).process_exception(RequestFactory().get("/admin/"), DataError("22P05"))
    assert answer is not None
    assert answer.status_code == 400
    assert "无效字符" in answer.content.decode()


@pytest.mark.parametrize("role", Role.values)
def test_each_role_opens_what_it_may_and_nothing_else(role: str, hire: Hire) -> None:
    browser = hire(role)
    assert browser.get("/admin/").status_code == 200
    for path, permission in SCREENS.items():
        expected = 200 if permission in roles.permissions(role) else 403
        assert browser.get(path).status_code == expected, f"{role} at {path}"


@pytest.mark.parametrize("role", Role.values)
def test_the_sidebar_offers_nothing_that_is_refused(role: str, hire: Hire) -> None:
    browser = hire(role)
    page = text(browser.get("/admin/"))
    for path, permission in SCREENS.items():
        if path.count("/") == 4 or path == "/admin/try/":
            assert (f'href="{path}"' in page) == (permission in roles.permissions(role)), f"{role} at {path}"


def test_the_roles_are_as_promised() -> None:
    assert "workspace.change_member" in roles.permissions(Role.OWNER)
    assert "workspace.secrets_site" in roles.permissions(Role.OWNER)
    assert "workspace.secrets_site" not in roles.permissions(Role.OPERATOR)
    assert "knowledge.change_article" in roles.permissions(Role.OPERATOR)
    assert "workspace.view_member" not in roles.permissions(Role.OPERATOR)
    beyond = {name for name in roles.permissions(Role.AGENT) if not name.split(".")[1].startswith(("view_", "try_"))}
    assert all(name.endswith(("_ticket", "_cannedreply", "_macro", "_mark")) for name in beyond)
    assert all(name.split(".")[1].startswith("view_") for name in roles.permissions(Role.VIEWER))


def test_a_member_logs_in_whatever_is_staff_says(cast: Cast) -> None:
    with context.inside(cast.acme):
        Member.objects.filter(pk=cast.bob.pk).update(is_staff=False)
    browser = Browser(ACME_HOST)
    answer = browser.post("/admin/login/", {"username": "bob", "password": PASSWORD})
    assert (answer.status_code, answer.headers["Location"]) == (302, "/console/")
    assert browser.get("/admin/").status_code == 200


def test_a_deactivated_member_is_out_at_once(cast: Cast, owner: Browser) -> None:
    with context.inside(cast.acme):
        Member.objects.filter(pk=cast.alice.pk).update(is_active=False)
    assert owner.get("/admin/").status_code == 302
    assert "errornote" in text(owner.post("/admin/login/", {"username": "alice", "password": PASSWORD}))


def test_a_new_role_counts_from_the_next_click(cast: Cast, owner: Browser) -> None:
    assert owner.get("/admin/workspace/member/").status_code == 200
    with context.inside(cast.acme):
        Member.objects.filter(pk=cast.alice.pk).update(role=Role.VIEWER)
    assert owner.get("/admin/workspace/member/").status_code == 403


def test_the_other_tenants_password_opens_nothing(cast: Cast) -> None:
    assert "errornote" in text(Browser(GLOBEX_HOST).post("/admin/login/", {"username": "alice", "password": PASSWORD}))


def test_alices_cookie_is_nobody_at_globex(owner: Browser) -> None:
    abroad = Browser(GLOBEX_HOST, owner.client)
    assert abroad.get("/admin/").status_code == 302
    assert abroad.get("/admin/workspace/member/").status_code == 302
    assert Browser(PLATFORM_HOST, owner.client).get("/admin/").status_code == 302


def test_the_platforms_pages_are_not_on_tenants_hosts(owner: Browser) -> None:
    assert owner.get("/admin/tenants/tenant/").status_code == 404
    assert owner.get("/admin/tenants/plan/").status_code == 404


def test_tenants_pages_are_not_on_the_platforms_host(platform: Browser) -> None:
    assert platform.get("/admin/").status_code == 200
    for path in ("/admin/knowledge/article/", "/admin/conversations/conversation/", "/admin/workspace/site/", "/admin/try/"):
        assert platform.get(path).status_code == 404


def test_a_superuser_flag_in_a_tenants_table_gives_no_platform(cast: Cast) -> None:
    with context.inside(context.PUBLIC):
        Member.objects.create_user("clerk", password=PASSWORD, role=Role.OWNER, is_staff=True)
    clerk = Browser(PLATFORM_HOST)
    assert "errornote" in text(clerk.post("/admin/login/", {"username": "clerk", "password": PASSWORD}))


def test_pages_load_nothing_foreign(owner: Browser) -> None:
    for path in ("/admin/", "/admin/login/", "/admin/knowledge/article/add/"):
        answer = owner.get(path)
        policy = answer.headers["Content-Security-Policy"]
        assert "default-src 'none'" in policy
        assert "unsafe-inline" not in policy.split("script-src")[1].split(";")[0]
        assert 'src="http' not in text(answer)


def test_the_language_is_the_members_own(cast: Cast, owner: Browser) -> None:
    owner.post("/admin/language/", {"language": "zh-hans", "next": "/admin/"})
    with context.inside(cast.acme):
        assert Member.objects.get(username="alice").language == "zh-hans"
    assert '<html lang="zh-hans"' in text(owner.get("/admin/"))


@pytest.mark.parametrize("aim", ["https://evil.example/", "//evil.example/", "javascript:alert(1)"])
def test_the_language_switch_leads_nowhere_else(aim: str, owner: Browser) -> None:
    assert owner.post("/admin/language/", {"language": "en", "next": aim}).headers["Location"] == "/admin/"


def test_the_login_page_speaks_the_language_that_was_chosen_there(cast: Cast) -> None:
    stranger = Browser(ACME_HOST)
    stranger.post("/admin/language/", {"language": "zh-hans", "next": "/admin/login/"})
    page = text(stranger.get("/admin/login/"))
    assert '<html lang="zh-hans"' in page
    assert "Acme" in page
    assert ">English</button>" in page  # each in its own words
    assert ">简体中文</button>" in page
