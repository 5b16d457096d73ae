"""Members: made with a password that is shown once, changed, switched off; the last owner stays."""

import re

from apps.tenants import context
from apps.tenants.workspace.models import Member, Role
from tests.admin.conftest import Browser, Hire, text
from tests.cast import ACME_HOST, PASSWORD, Cast


def shown_password(page: str) -> str:
    found = re.search(r"<code>([\w-]{16})</code>", page)
    assert found
    return found[1]


def test_a_new_member_logs_in_with_the_password_shown_once(cast: Cast, owner: Browser) -> None:
    page = text(owner.post("/admin/workspace/member/add/", {"username": "carol", "role": Role.OPERATOR}))
    password = shown_password(page)
    carol = Browser(ACME_HOST)
    assert carol.post("/admin/login/", {"username": "carol", "password": password}).status_code == 302
    assert carol.get("/admin/knowledge/article/add/").status_code == 200
    with context.inside(cast.acme):
        pk = Member.objects.get(username="carol").pk
    assert password not in text(owner.get(f"/admin/workspace/member/{pk}/change/"))


def test_a_new_password_ends_the_old_one_and_its_sessions(cast: Cast, owner: Browser) -> None:
    bob = Browser(ACME_HOST).log_in(cast.acme, cast.bob)
    path = f"/admin/workspace/member/{cast.bob.pk}/password/"
    assert "Make a new password" in text(owner.get(path))
    password = shown_password(text(owner.post(path)))
    assert bob.get("/admin/").status_code == 302
    assert "errornote" in text(bob.post("/admin/login/", {"username": "bob", "password": PASSWORD}))
    assert bob.post("/admin/login/", {"username": "bob", "password": password}).status_code == 302


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
