"""What a customer is promised when nobody is there is what the tenant can keep."""

from datetime import timedelta

import pytest
from django.utils import timezone

from apps.agents.channels import ways_back
from apps.agents.models import DeskSettings, MailAccount, Ticket
from apps.conversations import handover, people
from apps.conversations.ledger import pages
from apps.conversations.models import Cause, Conversation, Event, Handover, Owner
from apps.conversations.wire import events
from apps.tenants import context
from apps.tenants.workspace.models import Site
from tests.agents.asking import ask
from tests.cast import Cast


@pytest.fixture
def closed(acme: Cast) -> Cast:
    """Nobody is at the desk, and the shop opens again tomorrow."""
    tomorrow = (timezone.now() + timedelta(days=1)).strftime("%a").lower()
    Site.objects.update(office_hours={tomorrow: [["08:00", "18:00"]]}, timezone="UTC")
    return acme


def set_up_mail() -> MailAccount:
    return MailAccount.objects.create(sender="care@acme.example", host="127.0.0.1", origin="http://acme.test")


def asks_for(kind: str) -> None:
    desk = DeskSettings.load()
    desk.leave = kind
    desk.save(update_fields=["leave"])


def told(row: Conversation) -> str:
    handover.ask_for_person(row.pk)
    return said(row)


def said(row: Conversation) -> str:
    return str(row.events.filter(kind=Event.Kind.MESSAGE).latest("seq").body["text"])


def test_without_a_mail_server_nothing_promises_to_write(closed: Cast) -> None:
    row = ask("Where is my parcel?", visitor=closed.vera)
    sentence = told(row)
    assert "e-mail" not in sentence
    assert "write to" not in sentence
    assert "We're back at 08:00 tomorrow" in sentence
    assert events.config(Site.load(), online=False, leave=people.asks())["leave"] == ""
    assert ways_back.lacks_mail()


def test_with_a_mail_server_an_address_is_asked_for(closed: Cast) -> None:
    set_up_mail()
    row = ask("Where is my parcel?", visitor=closed.vera)
    assert "Leave your e-mail and we'll answer by 08:00 tomorrow" in told(row)
    assert events.config(Site.load(), online=False, leave=people.asks())["leave"] == "email"
    assert not ways_back.lacks_mail()
    handover.leave_contact(row.pk, "vera@example.org", "Vera")
    assert "We'll write to vera@example.org by 08:00 tomorrow" in said(row)


def test_the_other_tenant_s_mail_server_is_no_way_for_this_one(closed: Cast) -> None:
    with context.inside(closed.globex):
        set_up_mail()
        assert people.asks() == "email"
    assert people.asks() == ""


def test_who_calls_asks_for_a_number_and_promises_a_call(closed: Cast) -> None:
    asks_for("phone")
    row = ask("Where is my parcel?", visitor=closed.vera)
    assert "Leave your phone number and we'll call you by 08:00 tomorrow" in told(row)
    handover.leave_contact(row.pk, "", "Vera", phone="+86 138 0013 8000")
    assert "We'll call +86 138 0013 8000 by" in said(row)
    row.visitor.refresh_from_db()
    assert (row.visitor.phone, row.handovers.get().contact) == ("+86 138 0013 8000", "+86 138 0013 8000")


def test_an_address_that_comes_unasked_is_noted_without_a_promise(closed: Cast) -> None:
    row = ask("Where is my parcel?", visitor=closed.vera)
    handover.leave_contact(row.pk, "vera@example.org", "Vera")
    assert said(row) == "Thank you. We have noted vera@example.org. I'm still here for other questions."
    assert row.handovers.get().contact == "vera@example.org"


@pytest.mark.parametrize("how", ["vouched", "left"])
def test_who_is_known_is_not_asked_again(closed: Cast, how: str) -> None:
    set_up_mail()
    vera = closed.vera
    if how == "vouched":
        vera.email, vera.vouched = "vera@example.org", ["email"]
        vera.save()
    row = ask("Where is my parcel?", visitor=vera)
    if how == "left":
        handover.leave_contact(row.pk, "vera@example.org", "Vera")
    assert "No one is online right now. We'll write to vera@example.org by 08:00 tomorrow" in told(row)
    owner = row.events.filter(kind=Event.Kind.OWNER).latest("seq").body
    assert (owner["owner"], owner["online"], owner["left"]) == ("queue", False, True)
    assert row.handovers.open().get().contact == "vera@example.org", "so that it becomes a ticket"


def test_who_only_typed_an_address_into_the_page_is_asked(closed: Cast) -> None:
    set_up_mail()
    vera = closed.vera
    vera.email = "typed@example.org"
    vera.save()
    assert "Leave your e-mail" in told(ask("Where is my parcel?", visitor=vera))


def test_a_queue_in_which_nobody_came_promises_no_more(closed: Cast) -> None:
    row = ask("Where is my parcel?", visitor=closed.vera)
    with pages.page(row.pk) as page:
        handover.request(page, Cause.ASKED)
    waiting = Handover.objects.get(conversation=row)
    with pages.page(row.pk) as page:
        handover.give_up(page, waiting)
    assert "We're back at" in said(row)
    row.refresh_from_db()
    assert row.owner == Owner.QUEUE
    assert not Ticket.objects.exists()
