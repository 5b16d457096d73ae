"""Members: made and invited by a link that works once, changed, switched off; the last owner stays."""

import re

from django.http import HttpResponse

from apps.tenants import context
from apps.tenants.workspace.models import Member, Role
from tests.admin.conftest import Browser, Hire, text
from tests.cast import ACME_HOST, GLOBEX_HOST, PASSWORD, Cast

CHOSEN = "a clear night in may"


def shown_link(page: str) -> str:
    """The path of the link that a page shows."""
    found = re.search(r"<code>https?://[^/]+(/admin/welcome/[\w-]+/[\w-]+/)</code>", page)
    assert found, page
    return found[1]


def choose(browser: Browser, link: str) -> HttpResponse:
    """Opens a link as its owner does, and sets a password twice."""
    form = browser.get(link)
    assert form.status_code == 302, "the proof goes out of the address"
    return browser.post(form["Location"], {"new_password1": CHOSEN, "new_password2": CHOSEN})


def test_a_new_member_chooses_a_password_at_a_link_that_works_once(cast: Cast, owner: Browser) -> None:
    page = text(owner.post("/admin/workspace/member/add/", {"username": "carol", "role": Role.OPERATOR}))
    link = shown_link(page)
    assert Browser(GLOBEX_HOST).get(link).status_code == 404, "nobody of that name is there"
    carol = Browser(ACME_HOST)
    wrong = {"new_password1": CHOSEN, "new_password2": "a clear night in june"}
    assert "match" in text(carol.post(carol.get(link)["Location"], wrong))
    assert choose(carol, link)["Location"] == "/admin/"
    assert carol.get("/admin/knowledge/article/add/").status_code == 200
    again = Browser(ACME_HOST)
    assert "does not work any more" in text(again.get(link))
    given = {"username": "carol", "password": CHOSEN}
    assert again.post("/admin/login/", given).status_code == 302


def test_who_answers_customers_begins_in_the_console(cast: Cast, owner: Browser) -> None:
    page = text(owner.post("/admin/workspace/member/add/", {"username": "carol", "role": Role.AGENT}))
    assert choose(Browser(ACME_HOST), shown_link(page))["Location"] == "/console/"


def test_a_new_link_ends_the_old_password_its_sessions_and_older_links(cast: Cast, owner: Browser) -> None:
    bob = Browser(ACME_HOST).log_in(cast.acme, cast.bob)
    path = f"/admin/workspace/member/{cast.bob.pk}/password/"
    assert "Make a new link" in text(owner.get(path))
    first = shown_link(text(owner.post(path)))
    second = shown_link(text(owner.post(path)))
    assert bob.get("/admin/").status_code == 302
    assert "errornote" in text(bob.post("/admin/login/", {"username": "bob", "password": PASSWORD}))
    assert "does not work any more" in text(Browser(ACME_HOST).get(first))
    assert choose(Browser(ACME_HOST), second).status_code == 302


def test_a_link_is_worth_nothing_for_who_is_switched_off_or_elsewhere(cast: Cast, owner: Browser) -> None:
    link = shown_link(text(owner.post(f"/admin/workspace/member/{cast.bob.pk}/password/")))
    assert "does not work any more" in text(Browser(GLOBEX_HOST).get(link))
    with context.inside(cast.acme):
        Member.objects.filter(pk=cast.bob.pk).update(is_active=False)
    assert "does not work any more" in text(Browser(ACME_HOST).get(link))


def test_the_last_owner_can_neither_step_down_nor_switch_off(cast: Cast, owner: Browser) -> None:
    path = f"/admin/workspace/member/{cast.alice.pk}/change/"
    for change in ({"role": Role.VIEWER, "is_active": "on"}, {"role": Role.OWNER}):
        assert "last owner" in text(owner.post(path, {"username": "alice", **change}))
    with context.inside(cast.acme):
        alice = Member.objects.get(pk=cast.alice.pk)
        assert (alice.role, alice.is_active) == (Role.OWNER, True)
        Member.objects.filter(pk=cast.bob.pk).update(role=Role.OWNER)
    assert owner.post(path, {"username": "alice", "role": Role.VIEWER, "is_active": "on"}).status_code == 302


def test_nobody_but_owners_touches_members(cast: Cast, hire: Hire) -> None:
    for role in (Role.OPERATOR, Role.AGENT, Role.VIEWER):
        browser = hire(role)
        assert browser.post(f"/admin/workspace/member/{cast.bob.pk}/password/").status_code == 403
        assert browser.post(f"/admin/workspace/member/{cast.bob.pk}/change/", {"role": "owner"}).status_code == 403


def test_mallory_finds_no_member_of_acme(cast: Cast, mallory: Browser) -> None:
    assert (
        mallory.get(f"/admin/workspace/member/{cast.bob.pk}/change/").status_code == 302
    )  # “does not exist”, to the first page
    assert mallory.post(f"/admin/workspace/member/{cast.bob.pk}/password/").status_code == 404
    assert "bob" not in text(mallory.get("/admin/workspace/member/"))


def test_a_posted_superuser_flag_is_ignored(cast: Cast, owner: Browser) -> None:
    owner.post("/admin/workspace/member/add/", {"username": "eve", "role": Role.VIEWER, "is_superuser": "on", "password": "x"})
    with context.inside(cast.acme):
        assert not Member.objects.get(username="eve").is_superuser
