"""A ticket that a flow promised: filed once by its task, by the sweeper where that is lost, found by its reference."""

from collections.abc import Iterator
from datetime import timedelta

import pytest
from django.test import Client
from django.utils import timezone

from apps.agents import presence, sweeping, tasks
from apps.agents.models import Errand, Ticket
from apps.conversations.models import Filing
from apps.tenants import context
from apps.tenants.live.valkey import client
from tests.agents.asking import ask
from tests.cast import ACME_HOST, Cast
from tests.waiting import wait_for, worker

LONG_AGO = timedelta(minutes=1)


@pytest.fixture
def promised(desk: Cast) -> Iterator[Filing]:
    """The row that stands beside the bot's words; no task of an earlier test waits in the broker."""
    presence.choose(desk.bob, "offline")
    client().delete("tickets", "housekeeping")
    facts = {"key": "run:0", "reference": "K7Q2MX", "subject": "Fitting for boots", "body": "Call •••0143."}
    yield Filing.objects.create(conversation=ask(visitor=desk.vera), at=timezone.now() - LONG_AGO, **facts)
    client().delete("tickets", "housekeeping")


def test_its_task_files_it_once_however_often_it_comes(promised: Filing) -> None:
    for _ in range(3):
        tasks.file_ticket.run(filing=str(promised.pk))
    ticket = Ticket.objects.get()
    assert (ticket.reference, ticket.subject) == ("K7Q2MX", "Fitting for boots")
    assert ticket.body.startswith("Call •••0143.")
    assert "My parcel is lost" in ticket.body
    promised.refresh_from_db()
    assert promised.filed_at


def test_a_lost_task_loses_no_ticket(promised: Filing) -> None:
    assert sweeping.owed() == timedelta()
    client().delete("tickets")
    with worker("tickets", threads=2) as done:
        sweeping.wake_errands()
        wait_for(lambda: Ticket.objects.count() == 1)
        sweeping.wake_errands()
        done()
    assert Ticket.objects.get().reference == "K7Q2MX"
    assert sweeping.owed() != timedelta()


def test_a_worker_that_dies_before_the_ticket_leaves_an_errand_that_makes_it(
    promised: Filing, monkeypatch: pytest.MonkeyPatch
) -> None:
    def die(errand: int) -> None:
        raise KeyboardInterrupt

    with monkeypatch.context() as killed:
        killed.setattr("apps.agents.tickets.errands.run", die)
        with pytest.raises(KeyboardInterrupt):
            tasks.file_ticket.run(filing=str(promised.pk))
    assert not Ticket.objects.exists()
    Errand.objects.update(wake_at=timezone.now() - LONG_AGO)
    client().delete("tickets")
    with worker("tickets", threads=2) as done:
        sweeping.wake_errands()
        wait_for(lambda: Ticket.objects.count() == 1)
        done()


def test_it_is_found_by_what_the_customer_was_told(promised: Filing, desk: Cast) -> None:
    tasks.file_ticket.run(filing=str(promised.pk))
    browser = Client(headers={"host": ACME_HOST})
    browser.force_login(desk.alice)
    page = browser.get("/admin/agents/ticket/?q=K7Q2MX").content.decode()
    assert "Fitting for boots" in page
    assert "K7Q2MX" in page


def test_another_tenants_filing_makes_no_ticket_here(promised: Filing, desk: Cast) -> None:
    with context.inside(desk.globex):
        tasks.file_ticket.run(filing=str(promised.pk))
        assert not Ticket.objects.exists()
        assert not Errand.objects.exists()
