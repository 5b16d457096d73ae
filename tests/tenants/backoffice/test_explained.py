"""“What is this?” over each form of the admins, in the reader's language, as long as the tenant wants it."""

import pytest
from django.utils import translation

from apps.tenants import context
from apps.tenants.backoffice import explained
from apps.tenants.backoffice.adminsite import platform_site, tenant_site
from apps.tenants.workspace.models import Member, Site
from tests.admin.conftest import Browser, text
from tests.cast import Cast

READ_ONLY = {  # their pages hold no form
    "conversations.conversation",
    "conversations.feedback",
    "conversations.mark",
    "filters.module",
    "conversations.hit",
    "llm.usage",
}


def test_each_form_is_explained_in_both_languages() -> None:
    labels = {model._meta.label_lower for site in (tenant_site, platform_site) for model in site._registry}
    assert labels - READ_ONLY == set(explained.ABOUT)
    for told in explained.ABOUT.values():
        with translation.override("en"):
            english = str(told)
        with translation.override("zh-hans"):
            assert str(told) != english


@pytest.mark.parametrize(
    "path",
    [
        "/admin/knowledge/article/add/",
        "/admin/filters/filter/add/",
        "/admin/agents/team/add/",
        "/admin/agents/cannedreply/add/",
        "/admin/insights/evaluationset/add/",
        "/admin/llm/modelendpoint/add/",
    ],
)
def test_a_tenant_shows_it_or_does_not(cast: Cast, owner: Browser, mallory: Browser, path: str) -> None:
    assert "What is this?" in text(owner.get(path))
    with context.inside(cast.acme):
        Site.objects.update(explains=False)
    assert "What is this?" not in text(owner.get(path))
    with context.inside(cast.globex):
        Member.objects.update(language="zh-hans")
    assert "这是什么？" in text(mallory.get(path))  # the other tenant's is theirs


def test_the_platform_has_it_too(platform: Browser) -> None:
    with context.inside(context.PUBLIC):
        assert "What is this?" in text(platform.get("/admin/tenants/plan/add/"))
