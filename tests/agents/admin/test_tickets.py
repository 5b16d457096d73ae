"""A ticket in the admin: the conversation as it stands now, for those who may see it."""

from django.urls import reverse

from apps.agents.models import Ticket
from apps.agents.tickets import tickets
from apps.conversations.handover import leave_contact
from apps.conversations.ledger import pages
from apps.conversations.models import Event
from apps.tenants import context
from tests.admin.conftest import Browser
from tests.agents.asking import ask
from tests.cast import ACME_HOST, GLOBEX_HOST, PASSWORD, Cast


def left(cast: Cast) -> Ticket:
    row = ask("My tent leaks\nat the seam", cast.vera)
    leave_contact(row.pk, "vera@example.org", "Vera")
    tickets.of_message(row.handovers.get().pk)
    with pages.page(row.pk) as page:
        page.append(Event.Kind.MESSAGE, Event.Author.VISITOR, {"text": "and it is raining"})
    return Ticket.objects.get()


def browser(name: str, host: str = ACME_HOST) -> Browser:
    found = Browser(host)
    found.post("/admin/login/", {"username": name, "password": PASSWORD})
    return found


def test_a_ticket_shows_what_came_after_it(cast: Cast) -> None:
    with context.inside(cast.acme):
        ticket = left(cast)
    address = reverse("admin:agents_ticket_change", args=[ticket.pk])
    page = browser("alice").get(address).content.decode()
    assert "and it is raining" in page
    assert "My tent leaks\\nat the seam" in page
    assert browser("mallory", GLOBEX_HOST).get(address).status_code in (302, 404)
