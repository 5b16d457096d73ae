"""A left message becomes a ticket: once, whatever is killed, lost or delivered twice; what fails for good is kept."""

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from typing import Any

import pytest
from django.core import mail
from django.db import connection
from django.test import override_settings
from django.utils import timezone

from apps.agents import presence, sweeping
from apps.agents.casework import casework
from apps.agents.console import rows
from apps.agents.models import DeadLetter, DeskSettings, Errand, Ticket
from apps.agents.tickets import errands, tickets
from apps.conversations.handover import leave_contact
from apps.conversations.models import Handover
from apps.conversations.wire.events import moment
from apps.tenants import context
from apps.tenants.live.valkey import client
from apps.tenants.workspace.models import Site
from tests.agents.asking import wait
from tests.cast import Cast
from tests.mailbox import mailbox
from tests.waiting import wait_for, worker


@pytest.fixture
def closed(desk: Cast) -> Iterator[Cast]:
    """Nobody is there, and no task of an earlier test waits in the broker."""
    presence.choose(desk.bob, "offline")
    client().delete("tickets", "housekeeping")
    yield desk
    client().delete("tickets", "housekeeping")


def leave_message() -> Handover:
    handover = wait("Where is my parcel?")
    leave_contact(handover.conversation_id, "vera@example.org", "Vera")
    handover.refresh_from_db()
    return handover


def due_now() -> None:
    Errand.objects.filter(wake_at__isnull=False).update(wake_at=timezone.now() - timedelta(seconds=6))


def test_a_left_message_becomes_one_ticket_however_often_it_is_asked_for(closed: Cast) -> None:
    handover = leave_message()

    def wake(_: int) -> None:
        with context.inside(closed.acme):
            tickets.of_message(handover.pk)
            connection.close()

    with ThreadPoolExecutor(8) as pool:
        list(pool.map(wake, range(24)))
    ticket = Ticket.objects.get()
    assert (ticket.subject, ticket.contact, ticket.status) == ("Where is my parcel?", "vera@example.org", "open")
    assert "Where is my parcel?" in ticket.body
    assert ticket.due_at is not None
    Ticket.objects.update(status="solved")
    sweeping.sweep_desk()
    handover.refresh_from_db()
    assert handover.state == Handover.State.DONE


def test_a_left_message_is_due_when_the_customer_was_told_to_hear_of_it(closed: Cast) -> None:
    day = (timezone.now() + timedelta(days=2)).strftime("%a").lower()
    Site.objects.update(office_hours={day: [["09:00", "18:00"]]})
    try:
        tickets.of_message(leave_message().pk)
        opening = Site.load().next_opening()
        assert Ticket.objects.get().due_at == opening
        assert opening is not None
    finally:
        Site.objects.update(office_hours={})


def test_what_is_owed_stands_in_the_console_until_it_is_given(closed: Cast) -> None:
    """Also when the conversation was closed meanwhile."""
    handover = leave_message()
    tickets.of_message(handover.pk)
    pk, ticket = handover.conversation_id, Ticket.objects.get()
    assert ticket.due_at is not None
    assert rows.of([pk])[pk]["due_at"] == moment(ticket.due_at)
    assert list(rows.view("owed", closed.bob).values_list("pk", flat=True)) == [pk]
    casework.resolve(pk, closed.alice)
    assert str(pk) in rows.inbox()
    with context.inside(closed.globex):
        assert not rows.view("owed", closed.mallory).exists()
    tickets.change(Ticket.objects.all(), status="solved")
    assert rows.of([pk])[pk]["due_at"] is None
    assert not rows.view("owed", closed.bob).exists()


def test_a_lost_task_loses_nothing(closed: Cast) -> None:
    """The broker is emptied, as if it had died: the sweeper finds the message and wakes a worker again."""
    leave_message()
    client().delete("tickets")
    assert not Ticket.objects.exists()
    with worker("tickets", threads=2) as done:
        sweeping.wake_errands()
        wait_for(lambda: Ticket.objects.count() == 1)
        sweeping.wake_errands()
        done()
    assert Ticket.objects.count() == 1


def test_a_worker_that_dies_in_the_middle_makes_no_second_ticket(closed: Cast, monkeypatch: pytest.MonkeyPatch) -> None:
    handover = leave_message()
    whole = errands._doers["ticket"]

    def die(payload: dict[str, Any], key: str) -> None:
        whole(payload, key)
        raise KeyboardInterrupt  # killed after the ticket, before the commit

    monkeypatch.setitem(errands._doers, "ticket", die)
    with pytest.raises(KeyboardInterrupt):
        tickets.of_message(handover.pk)
    assert not Ticket.objects.exists()
    monkeypatch.setitem(errands._doers, "ticket", whole)
    errand = Errand.objects.get()
    assert not errands.run(errand.pk), "its lease still runs"
    due_now()
    assert errands.run(errand.pk)
    assert not errands.run(errand.pk)
    assert Ticket.objects.count() == 1


def test_three_failures_make_a_dead_letter_that_can_be_repaired_and_sent_again(
    closed: Cast, monkeypatch: pytest.MonkeyPatch
) -> None:
    handover = leave_message()
    whole = errands._doers["ticket"]

    def fail(payload: dict[str, Any], key: str) -> None:
        if "repaired" not in payload:
            raise ValueError("the other side said no")
        whole(payload, key)

    monkeypatch.setitem(errands._doers, "ticket", fail)
    tickets.of_message(handover.pk)
    errand = Errand.objects.get()
    pauses = []
    while errand.wake_at:
        pauses.append((errand.wake_at - timezone.now()).total_seconds())
        due_now()
        errands.run(errand.pk)
        errand.refresh_from_db()
    assert [round(pause / 60) for pause in pauses] in ([1, 2], [1, 1], [1, 3])
    assert (errand.attempts, errand.done_at) == (3, None)
    letter = DeadLetter.objects.get()
    assert letter.error == "ValueError: the other side said no"
    sweeping.wake_errands()
    assert not Ticket.objects.exists()
    errands.resend(letter, {**errand.payload, "repaired": True})
    errands.resend(letter)
    assert errands.run(errand.pk)
    assert Ticket.objects.count() == 1
    letter.refresh_from_db()
    assert letter.resent_at is not None


def test_the_pauses_grow_and_are_not_all_alike() -> None:
    first, second = ([errands.wait(n).total_seconds() for _ in range(50)] for n in (1, 2))
    assert all(45 <= pause <= 75 for pause in first)
    assert all(90 <= pause <= 150 for pause in second)
    assert len(set(first)) > 40


def test_a_ticket_is_sent_by_mail_when_the_tenant_wants_it(closed: Cast) -> None:
    DeskSettings.objects.update(ticket_email="team@acme.example")
    tickets.of_message(leave_message().pk)
    for errand in Errand.objects.filter(kind="email"):
        assert errands.run(errand.pk)
    sent = mail.outbox[-1]
    assert (sent.to, sent.reply_to) == (["team@acme.example"], ["vera@example.org"])
    assert sent.subject.endswith("Where is my parcel?")


def test_mail_goes_by_a_real_server_and_what_it_refuses_becomes_a_dead_letter(closed: Cast) -> None:
    DeskSettings.objects.update(ticket_email="team@acme.example")
    with mailbox() as box, _smtp(box.port):
        tickets.of_message(leave_message().pk)
        errand = Errand.objects.get(kind="email")
        box.refuses = "552 mailbox full"
        for _ in range(3):
            due_now()
            assert not errands.run(errand.pk)
        letter = DeadLetter.objects.get()
        assert "mailbox full" in letter.error
        box.refuses = ""
        errands.resend(letter)
        assert errands.run(errand.pk)
        ticket = Ticket.objects.get()
        assert [(mail["To"], mail["Reply-To"], mail["Subject"]) for mail in box.taken] == [
            ("team@acme.example", "vera@example.org", str(ticket))
        ]
        assert "Where is my parcel?" in box.taken[0].get_content()
        assert box.logins, "it logged in"
    with _smtp(box.port):
        Errand.objects.filter(pk=errand.pk).update(done_at=None, wake_at=timezone.now())
        assert not errands.run(errand.pk)
        errand.refresh_from_db()
        assert "refused" in errand.error.lower(), "nobody listens there any more"


def _smtp(port: int) -> Any:
    chosen = {"EMAIL_HOST": "127.0.0.1", "EMAIL_PORT": port, "EMAIL_HOST_USER": "desk", "EMAIL_HOST_PASSWORD": "secret"}
    return override_settings(EMAIL_BACKEND="django.core.mail.backends.smtp.EmailBackend", **chosen)
