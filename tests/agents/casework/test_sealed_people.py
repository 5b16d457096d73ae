"""Customers' addresses, numbers and claims: encrypted at rest, found whole, shown to their own desk, and gone with the key."""

from typing import Any

import pytest
from django.db import connection
from django.test import Client

from apps.agents import blanks
from apps.agents.casework import contacts
from apps.agents.console import rows
from apps.agents.models import Ticket
from apps.agents.tickets import tickets, webhook
from apps.conversations import handover
from apps.conversations.models import Conversation, Handover, Visitor
from apps.conversations.wire import about
from apps.tenants import context
from apps.tenants.vault import blind, keyring, resealing
from apps.tenants.vault.encryption import CannotDecrypt
from apps.tenants.workspace.models import DataKey, Site
from tests.agents.asking import ask, wait
from tests.cast import ACME_HOST, GLOBEX_HOST, PASSWORD, Cast


@pytest.fixture(autouse=True)
def _nothing_in_memory() -> None:
    keyring.opened.clear()


def person(**more: Any) -> Visitor:
    told = {"name": "Vera", "email": "Vera@Example.com", "phone": "+47 913 37 042", "claims": {"plan": "Gold"}, **more}
    return Visitor.objects.create(**told)


def held(table: str) -> str:
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT coalesce(string_agg(t::text, ' '), '') FROM {table} t")  # noqa: S608
        return str(cursor.fetchone()[0])


def write(query: str, *values: Any) -> None:
    with connection.cursor() as cursor:
        cursor.execute(query, values)


def signed_in(host: str, name: str) -> Client:
    client = Client(headers={"host": host})
    client.post("/admin/login/", {"username": name, "password": PASSWORD})
    return client


def test_the_database_alone_shows_names_and_nothing_to_write_to(acme: Cast) -> None:
    vera = person()
    found = wait(visitor=vera)
    handover.leave_contact(found.conversation_id, "vera@private.example", "")
    tickets.of_message(found.pk)
    for table in ("conversations_visitor", "conversations_handover", "agents_ticket"):
        for secret in ("@", "913 37 042", "91337042", "Gold", "private"):
            assert secret not in held(table), (table, secret)
    assert "Vera" in held("conversations_visitor")
    again = Visitor.objects.get(pk=vera.pk)
    assert (again.email, again.phone, again.claims) == ("vera@private.example", "+47 913 37 042", {"plan": "Gold"})
    assert Handover.objects.get(pk=found.pk).contact == Ticket.objects.get().contact == "vera@private.example"


def test_an_index_knows_equal_addresses_and_is_another_in_each_tenant(cast: Cast) -> None:
    with context.inside(cast.acme):
        ours = {blind.index("email", text) for text in ("Vera@Example.com", " vera@example.com", "ｖera@example.com")}
        assert len(ours) == 1
        assert blind.index("email", "vera@exämple.com") == blind.index("email", "vera@xn--exmple-cua.com")
        assert blind.index("phone", "+47 913 37 042") == blind.index("phone", "0047-913-37042")
        assert blind.index("email", "913") != blind.index("phone", "913")
        assert blind.index("phone", "none") == ""
    with context.inside(cast.globex):
        assert blind.index("email", "vera@example.com") not in ours


@pytest.mark.parametrize("fields", [["email"], ["phone"], ["name", "email"]])
def test_indexes_follow_whatever_way_a_row_is_saved(acme: Cast, fields: list[str]) -> None:
    vera = Visitor.objects.only("id").get(pk=person().pk)
    vera.name, vera.email, vera.phone = "V", "new@other.example", "12345678"
    vera.save(update_fields=fields)
    now = Visitor.objects.get(pk=vera.pk)
    assert now.email_index == blind.index("email", now.email)
    assert now.domain_index == blind.index("domain", now.email)
    assert now.phone_index == blind.index("phone", now.phone)
    contacts.describe(vera.pk, {"email": ""})
    assert Visitor.objects.get(pk=vera.pk).email_index == ""


def test_the_desk_sees_and_finds_them_as_before(acme: Cast) -> None:
    vera, other = person(), person(email="vera@example.COM", name="")
    row = ask(visitor=vera)
    card = contacts.card(row)
    assert (card["email"], card["phone"], card["claims"]) == ("Vera@Example.com", "+47 913 37 042", {"plan": "Gold"})
    assert [one["id"] for one in card["alike"]] == [str(other.pk)]
    assert rows.of([row.pk])[row.pk]["visitor"]["email"] == "Vera@Example.com"
    assert blanks.values(vera, acme.bob, Site.load())["email"] == "Vera@Example.com"
    assert str(other) == "vera@example.COM"


@pytest.mark.parametrize(
    ("term", "found"),
    [
        ("vera@example.com", True),
        ("VERA@EXAMPLE.COM", True),
        ("@example.com", True),
        ("example.com", True),
        ("+47 913 37 042", True),
        ("004791337042", True),
        ("Vera", True),
        ("vera@", False),
        ("era@example.com", False),
        ("example", False),
        ("bob@example.com", False),
    ],
)
def test_the_admin_finds_whole_addresses_hosts_and_numbers(cast: Cast, term: str, found: bool) -> None:
    with context.inside(cast.acme):
        row = ask(visitor=person(), text="Where is it?")
    page = signed_in(ACME_HOST, "alice").get("/admin/conversations/conversation/", {"q": term}).content.decode()
    assert (str(row.pk) in page) is found
    theirs = signed_in(GLOBEX_HOST, "mallory").get("/admin/conversations/conversation/", {"q": term}).content.decode()
    assert str(row.pk) not in theirs


def test_a_ticket_is_found_by_its_whole_address(cast: Cast) -> None:
    with context.inside(cast.acme):
        ticket = Ticket.objects.create(subject="Parcel", contact="vera@example.com")
    alice = signed_in(ACME_HOST, "alice")
    address = f"/admin/agents/ticket/{ticket.pk}/change/"
    assert address in alice.get("/admin/agents/ticket/", {"q": "Vera@example.com"}).content.decode()
    assert address not in alice.get("/admin/agents/ticket/", {"q": "vera@example"}).content.decode()
    assert "vera@example.com" in alice.get(address).content.decode()


def test_without_the_key_every_page_is_drawn_and_nothing_is_overwritten(cast: Cast) -> None:
    with context.inside(cast.acme):
        vera, other = person(name=""), person(name="", email="bob@example.com", claims={"plan": "Silver"})
        row = ask(visitor=vera)
        ticket = Ticket.objects.create(subject="Parcel", contact="vera@example.com", conversation=row)
        before = held("conversations_visitor")
        DataKey.objects.filter(scope="tenant").delete()
        keyring.opened.clear()
        with pytest.raises(CannotDecrypt):
            _ = Visitor.objects.get(pk=vera.pk).email
        card = contacts.card(Conversation.objects.select_related("visitor").get(pk=row.pk))
        assert (card["email"], card["claims"]) == ("", {})
        assert rows.of([row.pk])[row.pk]["visitor"]["email"] == ""
        assert webhook._lasting(Ticket.objects.get(pk=ticket.pk))["contact"] == ""
        about.keep(Visitor.objects.get(pk=vera.pk), page={"url": "https://shop.example"})
        contacts.describe(vera.pk, {"notes": "called"})
        kept_ones = {value for value in before.split(",") if value.startswith("v2.")}
        assert len(kept_ones) >= 6
        assert all(value in held("conversations_visitor") for value in kept_ones)
        contacts.merge(vera.pk, other.pk, cast.bob) if not Conversation.objects.filter(visitor=other).exists() else None
        assert all(value in held("conversations_visitor") for value in kept_ones)
    alice = signed_in(ACME_HOST, "alice")
    for page in (
        "conversations/conversation/",
        f"conversations/conversation/{row.pk}/change/",
        "agents/ticket/",
        f"agents/ticket/{ticket.pk}/change/",
    ):
        assert alice.get(f"/admin/{page}").status_code == 200, page


def test_rows_of_before_are_encrypted_in_batches_and_found(acme: Cast) -> None:
    people = [person(email=f"p{number}@example.com") for number in range(5)]
    write("UPDATE conversations_visitor SET email = 'old-' || name || '@example.com', claims = '{\"plan\": \"Old\"}'")
    write("UPDATE conversations_visitor SET email_index = '', domain_index = ''")
    assert Visitor.objects.get(pk=people[0].pk).email == "old-Vera@example.com"
    assert Visitor.objects.get(pk=people[0].pk).claims == {"plan": "Old"}
    assert resealing.reseal(at_once=2).rows >= 5
    assert "old-" not in held("conversations_visitor")
    assert Visitor.objects.filter(email_index=blind.index("email", "OLD-vera@example.com")).count() >= 5
    assert Visitor.objects.get(pk=people[0].pk).claims == {"plan": "Old"}
    assert resealing.reseal().rows == 0


def test_what_is_moved_between_customers_does_not_open(acme: Cast) -> None:
    vera, other = person(), person(email="other@example.com")
    write("UPDATE conversations_visitor v SET email = (SELECT email FROM conversations_visitor WHERE id = %s)", vera.pk)
    assert Visitor.objects.get(pk=vera.pk).email == "Vera@Example.com"
    with pytest.raises(CannotDecrypt):
        _ = Visitor.objects.get(pk=other.pk).email
    write("UPDATE conversations_visitor SET phone = email")
    with pytest.raises(CannotDecrypt):
        _ = Visitor.objects.get(pk=vera.pk).phone
