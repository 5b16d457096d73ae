"""The desk in the admin: own canned replies, tickets to work on, dead letters to repair and send again."""

import json
from datetime import timedelta

from django.utils import timezone

from apps.agents.models import CannedReply, DeadLetter, DeskSettings, Errand, Ticket
from apps.agents.tasks import try_webhook
from apps.conversations.models import Conversation
from apps.tenants import context
from tests.admin.conftest import Browser, tried
from tests.agents.receiver import receiver
from tests.cast import ACME_HOST, GLOBEX_HOST, PASSWORD, Cast


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


def test_a_letter_that_is_no_json_any_more_is_refused_in_a_sentence(cast: Cast) -> None:
    with context.inside(cast.acme):
        errand = Errand.objects.create(kind="ticket", key="z", payload={"conversation": "wrong"})
        letter = DeadLetter.objects.create(errand=errand, error="x")
    page, alice = f"/admin/agents/deadletter/{letter.pk}/change/", browser("alice")
    for broken, words in (('{"a": ', "This is no longer JSON."), ("[1]", "it begins with { and ends with }")):
        assert words in alice.post(page, {"payload": broken}).content.decode()
    with context.inside(cast.acme):
        letter.refresh_from_db()
        assert (letter.resent_at, letter.errand.payload) == (None, {"conversation": "wrong"})


def test_tickets_are_filtered_assigned_and_solved_in_bulk_and_the_webhook_is_told(cast: Cast) -> None:
    with context.inside(cast.acme):
        DeskSettings.load()
        DeskSettings.objects.update(ticket_webhook="https://hooks.example/")
        conversation = Conversation.objects.create(visitor=cast.vera, release=1)
        late = timezone.now() - timedelta(hours=1)
        first = Ticket.objects.create(subject="Broken lamp", due_at=late, conversation=conversation)
        second = Ticket.objects.create(subject="Lost parcel", due_at=timezone.now() + timedelta(hours=9))
    bob = browser("bob")
    whole = bob.get("/admin/agents/ticket/").content.decode()
    assert f"/console/#{conversation.pk}" in whole
    assert whole.count("yingda-bad") == 1
    only_late = bob.get("/admin/agents/ticket/?pressing=late").content.decode()
    assert "Broken lamp" in only_late
    assert "Lost parcel" not in only_late
    rows = {"_selected_action": [str(first.pk), str(second.pk)]}
    bob.post("/admin/agents/ticket/", {"action": "assign_to_me", **rows})
    bob.post("/admin/agents/ticket/", {"action": "solve", **rows})
    bob.post("/admin/agents/ticket/", {"action": "solve", **rows})
    with context.inside(cast.acme):
        assert {(row.status, row.assignee_id) for row in Ticket.objects.all()} == {("solved", cast.bob.pk)}
        told = [errand.payload["changed"] for errand in Errand.objects.filter(kind="webhook")]
        assert sorted(map(str, told)) == ["['assignee']"] * 2 + ["['status']"] * 2
    page = bob.get(f"/admin/agents/ticket/{first.pk}/change/").content.decode()
    assert page.count("ticket.updated") == 2
    mallory = Browser(GLOBEX_HOST)
    mallory.post("/admin/login/", {"username": "mallory", "password": PASSWORD})
    assert mallory.get(f"/admin/agents/ticket/{first.pk}/change/").status_code == 302, "not there for her"


def test_the_webhooks_secret_is_shown_once_and_can_be_made_anew(cast: Cast) -> None:
    alice, page = browser("alice"), "/admin/agents/desksettings/1/change/"
    alice.get("/admin/agents/desksettings/")
    with receiver() as hook:
        given = {
            "offer_seconds": "30", "capacity": "5", "gone_minutes": "2", "target_seconds": "120", "patience_minutes": "10",
            "ticket_hours": "24", "leave": "email", "ticket_email": "", "ticket_webhook": hook.url,
        }  # fmt: skip
        assert "Save the address first" in alice.post("/admin/agents/desksettings/webhook/test/", given).content.decode()
        shown = alice.post(page, given).content.decode()
        with context.inside(cast.acme):
            hook.secret = DeskSettings.objects.get().webhook_secret
        assert len(hook.secret) == 64
        assert hook.secret in shown
        assert hook.secret not in alice.get(page).content.decode()
        assert alice.post(page, given).status_code == 302, "an address with a secret gets no other one"
        assert "It was accepted." in tried(cast, alice, "/admin/agents/desksettings/webhook/test/", given, try_webhook)
        assert hook.taken[-1]["event"] == "test"
        fresh = alice.post("/admin/agents/desksettings/webhook/secret/").content.decode()
        assert hook.secret not in fresh
        assert "401" in tried(cast, alice, "/admin/agents/desksettings/webhook/test/", given, try_webhook)
    for inside in ("http://169.254.169.254/latest", "ftp://example.org/x"):
        assert alice.post(page, given | {"ticket_webhook": inside}).status_code == 200
    assert "no mail server yet" in alice.post(page, given | {"ticket_email": "team@acme.example"}).content.decode()
    bob = browser("bob")
    assert bob.post("/admin/agents/desksettings/webhook/test/", given).status_code == 403
    assert bob.post("/admin/agents/desksettings/webhook/secret/").status_code == 403
