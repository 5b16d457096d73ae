"""The search's settings in the admin: words that mean the same, and who comes first."""

import pytest

from apps.conversations.tasks import rehearse
from apps.knowledge.models import SearchSettings
from apps.releases.publishing import active
from apps.tenants import context
from apps.tenants.workspace import roles
from apps.tenants.workspace.models import Role
from tests.admin.conftest import Browser, Hire, text
from tests.admin.test_try import impatient as impatient
from tests.admin.test_try import more
from tests.cast import Cast
from tests.knowledge.conftest import know

LIST = "/admin/knowledge/searchsettings/"


def form_of(browser: Browser) -> str:
    answer = browser.get(LIST)
    assert answer.status_code == 302
    return str(answer.headers["Location"])


@pytest.mark.usefixtures("impatient")
def test_a_save_is_live_as_a_release_and_seen_in_try_it(cast: Cast, hire: Hire) -> None:
    with context.inside(cast.acme):
        know("How do I wash a backpack?", "By hand.")
        before = active().number
    operator = hire(Role.OPERATOR)
    path = form_of(operator)
    assert LIST in text(operator.get("/admin/")), "the sidebar leads there"
    saved = operator.client.post(path, {"synonyms": "zobbel, backpack"}, headers={"host": operator.host}, follow=True)
    page = saved.content.decode()
    assert f"Release #{before + 1} is live: Words that mean the same: 1 added, 0 removed" in page
    assert "zobbel, backpack" in page
    asked = more(text(operator.get("/admin/try/", q="how do I wash a zobbel")))
    with context.inside(cast.acme):
        rehearse.run(trial=asked["trial"])
    tried = text(operator.get("/admin/try/", **asked))
    assert "zobbel → backpack" in tried
    assert "“how do I wash a backpack”" in tried


def test_a_bad_line_is_told_in_one_sentence_and_nothing_is_published(cast: Cast, owner: Browser) -> None:
    path = form_of(owner)
    with context.inside(cast.acme):
        before = active().number
    answer = text(owner.post(path, {"synonyms": "zobbel, backpack\nalone"}))
    assert answer.count("Line 2: write at least two different words, separated by commas.") == 1
    assert "zobbel, backpack\nalone" in answer, "what was written is still there"
    with context.inside(cast.acme):
        assert active().number == before
        assert SearchSettings.load().synonyms == ""


@pytest.mark.parametrize("role", [Role.AGENT, Role.VIEWER])
def test_others_may_not_open_it(cast: Cast, owner: Browser, hire: Hire, role: str) -> None:
    path = form_of(owner)
    browser = hire(role)
    assert "knowledge.view_searchsettings" not in roles.permissions(role)
    assert browser.get(LIST).status_code == 403
    assert browser.get(path).status_code == 403
    assert browser.post(path, {"synonyms": "a1, b1"}).status_code == 403
    assert LIST not in text(browser.get("/admin/"))


def test_mallory_changes_her_own_words_alone(cast: Cast, owner: Browser, mallory: Browser) -> None:
    owner.post(form_of(owner), {"synonyms": "zobbel, backpack"})
    assert "zobbel" not in text(mallory.get(form_of(mallory)))
    mallory.post(form_of(mallory), {"synonyms": "# hers"})
    with context.inside(cast.acme):
        assert SearchSettings.load().synonyms == "zobbel, backpack"
        assert active().frozen["search"]["synonyms"] == "zobbel, backpack"


def test_categories_get_a_place_and_lose_it_again(cast: Cast, owner: Browser) -> None:
    with context.inside(cast.acme):
        know("Rules", category="Terms & more")
        know("News", category="新闻")
        active()
    path = form_of(owner)
    page = text(owner.get(path))
    assert "Terms &amp; more" in page
    assert "新闻" in page
    chosen = {"weights-Terms & more": "1", "weights-新闻": "-1", "weights-None": "0", "weights-Odd": "7", "newer_first": "on"}
    saved = owner.client.post(path, chosen, headers={"host": owner.host}, follow=True).content.decode()
    assert "Order of categories: Terms &amp; more, 新闻; Newer first among equals" in saved
    with context.inside(cast.acme):
        assert active().frozen["search"]["weights"] == {"Terms & more": 1, "新闻": -1}
        assert active().frozen["search"]["newer_first"] is True
    owner.post(path, {"weights-Terms & more": "0"})
    with context.inside(cast.acme):
        assert SearchSettings.load().weights == {}
        assert active().frozen["search"]["newer_first"] is False


def test_too_many_categories_are_refused(cast: Cast, owner: Browser) -> None:
    path = form_of(owner)
    many = {f"weights-c{number}": "1" for number in range(201)}
    for given in (many, {"weights-" + "x" * 101: "1"}):
        assert "Choose for each category" in text(owner.post(path, given))
    with context.inside(cast.acme):
        assert SearchSettings.load().weights == {}
