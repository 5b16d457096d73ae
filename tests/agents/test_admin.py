"""The desk in the admin: own canned replies, tickets to work on, dead letters to repair and send again."""

import json

from apps.agents.models import CannedReply, DeadLetter, Errand
from apps.tenants import context
from tests.admin.conftest import Browser
from tests.cast import ACME_HOST, PASSWORD, Cast


def browser(name: str) -> Browser:
    found = Browser(ACME_HOST)
    found.post("/admin/login/", {"username": name, "password": PASSWORD})
    return found


def test_an_agent_keeps_own_canned_replies_and_sees_but_cannot_change_everybodys(cast: Cast) -> None:
    bob = browser("bob")
    answer = bob.post("/admin/agents/cannedreply/add/", {"shortcut": "hi", "title": "Hello", "text": "Hello {name}"})
    assert answer.status_code == 302
    with context.inside(cast.acme):
        own = CannedReply.objects.get()
        everybodys = CannedReply.objects.create(shortcut="bye", title="Bye", text="Bye")
        hers = CannedReply.objects.create(shortcut="hers", title="Hers", text="-", member=cast.alice)
    assert own.member_id == cast.bob.pk
    assert bob.post(f"/admin/agents/cannedreply/{everybodys.pk}/change/", {"text": "x"}).status_code == 403
    assert bob.get(f"/admin/agents/cannedreply/{hers.pk}/change/").status_code == 302, "not there for him"
    assert browser("alice").get(f"/admin/agents/cannedreply/{everybodys.pk}/change/").status_code == 200


def test_a_dead_letter_is_repaired_and_sent_again(cast: Cast) -> None:
    with context.inside(cast.acme):
        errand = Errand.objects.create(kind="ticket", key="handover:x", payload={"conversation": "wrong"}, failures=3)
        letter = DeadLetter.objects.create(errand=errand, error="ValueError: wrong")
        other = DeadLetter.objects.create(errand=Errand.objects.create(kind="ticket", key="y", failures=3), error="x")
    alice = browser("alice")
    page = f"/admin/agents/deadletter/{letter.pk}/change/"
    assert "ValueError: wrong" in alice.get(page).content.decode()
    assert alice.post(page, {"payload": json.dumps({"conversation": "right"})}).status_code == 302
    rows = {"action": "resend_all", "_selected_action": [str(letter.pk), str(other.pk)]}
    assert alice.post("/admin/agents/deadletter/", rows).status_code == 302
    with context.inside(cast.acme):
        errand.refresh_from_db()
        assert (errand.payload, errand.failures) == ({"conversation": "right"}, 0)
        assert errand.wake_at is not None
        assert not DeadLetter.objects.filter(resent_at=None).exists()
    assert browser("bob").get(page).status_code == 403


def test_the_desks_settings_are_one_form(cast: Cast) -> None:
    alice = browser("alice")
    answer = alice.get("/admin/agents/desksettings/")
    assert answer.status_code == 302
    assert alice.get(answer.headers["Location"]).status_code == 200
    assert browser("bob").get("/admin/agents/desksettings/").status_code == 403
