"""The reranker in the admin: one form, a test button, a key that never comes out, a release by a save."""

import json

import pytest
from django.core.cache import cache

from apps.llm import reranking
from apps.llm.models import Reranker
from apps.llm.tasks import try_reranker
from apps.releases.publishing import active
from apps.tenants import context
from apps.tenants.workspace.models import Role
from tests.admin.conftest import Browser, Hire, text, tried
from tests.cast import Cast
from tests.reranker import preferring, reranker

LIST = "/admin/llm/reranker/"
GIVEN = {
    "enabled": "on",
    "url": "https://models.example.com/v1/rerank",
    "model": "rank-1",
    "api_key": "sk-very-secret",
    "milliseconds": "1500",
    "sure": "0.7",
}


@pytest.fixture(autouse=True)
def forgotten(cast: Cast) -> None:
    with context.inside(cast.acme):
        cache.clear()


def stored(cast: Cast) -> Reranker:
    with context.inside(cast.acme):
        found = Reranker.objects.get()
        _ = found.api_key
        return found


def test_a_save_goes_live_and_the_key_never_comes_out(cast: Cast, hire: Hire) -> None:
    with context.inside(cast.acme):
        active()
    operator = hire(Role.OPERATOR)
    assert operator.get(LIST).headers["Location"] == f"{LIST}add/"
    page = operator.client.post(f"{LIST}add/", GIVEN, headers={"host": operator.host}, follow=True).content.decode()
    assert "is live: Reranker on" in page
    row = stored(cast)
    assert row.api_key == "sk-very-secret"
    path = f"{LIST}{row.pk}/change/"
    assert operator.get(LIST).headers["Location"] == path
    assert "sk-very" not in text(operator.get(path))
    assert operator.get(f"{LIST}add/").status_code == 403, "one is enough"
    with context.inside(cast.acme):
        judge = reranking.of(active())
        assert judge is not None
        assert (judge.name, judge.sure, judge.seconds) == ("rank-1", 0.7, 1.5)
        assert "sk-very" not in json.dumps(active().frozen)
    keep = GIVEN | {"api_key": "", "sure": ""}
    assert operator.post(path, keep).status_code == 302
    assert (stored(cast).api_key, stored(cast).sure) == ("sk-very-secret", None)
    assert "belongs to the old address" in text(operator.post(path, keep | {"url": "https://others.example.com/rerank"}))
    assert operator.post(f"{LIST}{row.pk}/delete/", {"post": "yes"}).status_code == 302
    with context.inside(cast.acme):
        assert reranking.of(active()) is None


@pytest.mark.parametrize(
    ("field", "value", "sentence"),
    [
        ("url", "", "required"),
        ("url", "http://169.254.169.254/latest", "network where models may not be called"),
        ("url", "http://user@models.example/x", "cannot be called"),
        ("milliseconds", "5000", "less than or equal to 1500"),
        ("milliseconds", "5", "greater than or equal to 100"),
        ("sure", "often", "Enter a number"),
        ("sure", "nan", "Enter a number"),
    ],
)
def test_wrong_values_are_told_at_the_field(cast: Cast, owner: Browser, field: str, value: str, sentence: str) -> None:
    assert sentence in text(owner.post(f"{LIST}add/", GIVEN | {field: value}))
    with context.inside(cast.acme):
        assert not Reranker.objects.exists()


def test_the_test_button_shows_the_scores_or_what_to_do(cast: Cast, owner: Browser) -> None:
    with reranker(answer=preferring("return unused", 0.987)) as server:

        def tested(**changed: str) -> str:
            return tried(cast, owner, f"{LIST}test/", GIVEN | {"url": server.url} | changed, try_reranker)

        page = tested()
        assert "It answers." in page
        assert "0.987" in page
        assert "0.010" in page
        assert server.keys == ["Bearer sk-very-secret"]
        server.answer = lambda _asked: b"<b>no</b>"
        assert "Does the address end in /rerank?" in tested()
        server.status = 401
        assert "Check the API key" in tested()
        assert "cannot be reached" in tested(url="http://127.0.0.1:9/rerank")
    with context.inside(cast.acme):
        assert not Reranker.objects.exists()


@pytest.mark.parametrize("role", [Role.AGENT, Role.VIEWER])
def test_others_see_and_test_none(cast: Cast, hire: Hire, role: str) -> None:
    browser = hire(role)
    for path in (LIST, f"{LIST}add/"):
        assert browser.get(path).status_code == 403
    assert browser.post(f"{LIST}test/", GIVEN).status_code == 403
    assert LIST not in text(browser.get("/admin/"))


def test_mallory_finds_none_of_acmes(cast: Cast, owner: Browser, mallory: Browser) -> None:
    owner.post(f"{LIST}add/", GIVEN)
    row = stored(cast)
    assert mallory.get(f"{LIST}{row.pk}/change/").status_code == 302
    assert mallory.get(LIST).headers["Location"] == f"{LIST}add/"
    mallory.post(f"{LIST}{row.pk}/delete/", {"post": "yes"})
    assert stored(cast).url == GIVEN["url"]
    with context.inside(cast.globex):
        assert active().frozen["reranker"] is None
