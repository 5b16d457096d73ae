"""The customers: what agents write down, what the page claims, and two visitors who become one."""

import uuid
from datetime import timedelta
from typing import Any

import pytest
from django.utils import timezone

from apps.agents.casework import casework, contacts
from apps.agents.console.verbs.customer import Block
from apps.agents.models import Merge
from apps.conversations.customer import visitors
from apps.conversations.models import Conversation, Visitor
from apps.tenants import context
from apps.tenants.refusal import Refusal
from tests.agents.asking import ask
from tests.agents.client import sit_down
from tests.agents.console.test_socket import inside
from tests.cast import ACME_HOST, GLOBEX_HOST, Cast
from tests.conversations.client import Customer, open_session, visit


def pair(**more: Any) -> tuple[Visitor, Visitor]:
    """The one who was here first, and another with the same address."""
    first = Visitor.objects.create(email="vera@example.com", name="Vera")
    second = Visitor.objects.create(email="Vera@Example.com", **more)
    return first, second


def closed(visitor: Visitor, member: Any) -> Conversation:
    row = ask(visitor=visitor)
    casework.resolve(row.pk, member)
    return row


def test_two_become_one_with_all_their_conversations(acme: Cast) -> None:
    first, second = pair(notes="likes blue")
    old, new = closed(first, acme.bob), ask(visitor=second)
    assert [found["id"] for found in contacts.card(new)["alike"]] == [str(first.pk)]
    told = contacts.merge(second.pk, first.pk, acme.bob)
    assert (told["kept"], told["gone"], told["moved"]) == (str(first.pk), str(second.pk), [str(new.pk)])
    assert set(first.conversations.values_list("pk", flat=True)) == {old.pk, new.pk}
    first.refresh_from_db()
    assert (first.name, first.notes) == ("Vera", "likes blue")
    merge = Merge.objects.get()
    assert (merge.member, merge.moved) == (acme.bob, [new.pk])
    card = contacts.card(Conversation.objects.select_related("visitor").get(pk=new.pk))
    assert card["alike"] == []
    assert card["merged"][0]["by"] == "bob"
    assert contacts.merge(second.pk, first.pk, acme.bob)["moved"] == [], "again is the same"
    assert Merge.objects.count() == 1


def test_who_is_vouched_for_always_stays_and_lends_no_history(acme: Cast) -> None:
    """An address that somebody typed is no proof: the other browser's token does not open the vouched one's door."""
    typed = Visitor.objects.create(email="vera@example.com", name="Not Vera")
    vouched = Visitor.objects.create(email="vera@example.com", user_id="customer-7")
    told = contacts.merge(vouched.pk, typed.pk, acme.bob)
    assert told["kept"] == str(vouched.pk), "though the other was here first"
    vouched.refresh_from_db()
    assert vouched.name == ""
    assert visitors.find(typed.pk) is None
    assert visitors.find(vouched.pk) == vouched


def test_the_tokens_of_both_go_on(acme: Cast) -> None:
    first, second = pair()
    third = Visitor.objects.create(email="vera@example.com", created_at=timezone.now() + timedelta(days=1))
    contacts.merge(second.pk, third.pk, acme.bob)
    contacts.merge(first.pk, second.pk, acme.bob)
    assert {visitors.find(one.pk) for one in (first, second, third)} == {first}, "a chain leads to its end"


@pytest.mark.parametrize("why", ["open", "open and vouched", "vouched", "blocked", "merged", "same", "nobody"])
def test_what_cannot_be_merged_is_refused_with_a_sentence(acme: Cast, why: str) -> None:
    first, second = pair()
    other = second.pk
    if why == "open":
        ask(visitor=first)
        ask(visitor=second)
    elif why == "open and vouched":
        Visitor.objects.filter(pk=first.pk).update(user_id="a")
        ask(visitor=second)
    elif why == "vouched":
        Visitor.objects.filter(pk=first.pk).update(user_id="a")
        Visitor.objects.filter(pk=second.pk).update(user_id="b")
    elif why == "blocked":
        Block(second.pk, True).act(acme.bob)
    elif why == "merged":
        contacts.merge(second.pk, first.pk, acme.bob)
        first = Visitor.objects.create()
    else:
        other = first.pk if why == "same" else uuid.uuid4()
    before = Merge.objects.count()
    with pytest.raises(Refusal):
        contacts.merge(first.pk, other, acme.bob)
    assert Merge.objects.count() == before


@pytest.mark.usefixtures("sockets")
async def test_a_browser_that_was_merged_away_goes_on_where_it_was(committed: Cast) -> None:
    vera = await visit(committed.acme, ACME_HOST)
    await vera.say("first words")
    conversation = vera.seen[0]["conversation"]

    def join() -> str:
        row = Conversation.objects.select_related("visitor").get(pk=conversation)
        older = Visitor.objects.create(name="Vera")
        Visitor.objects.filter(pk=older.pk).update(created_at=timezone.now() - timedelta(days=9))
        contacts.merge(row.visitor_id, older.pk, committed.bob)
        return visitors.token(row.visitor)[0]  # the token of before

    token = await inside(committed.acme, join)
    await vera.say("second words")  # on the line that was open all the time
    again = Customer(ACME_HOST)
    await again.connect()
    welcome = await again.hello(token, conversation)
    assert (welcome["conversation"], welcome["seq"] >= 2) == (conversation, True)
    for each in (vera, again):
        await each.leave()


@pytest.mark.usefixtures("sockets")
async def test_agents_write_on_the_card_and_strangers_do_not(committed: Cast) -> None:
    row = await inside(committed.acme, ask)
    bob, alice = [await sit_down(committed.acme, ACME_HOST, member) for member in (committed.bob, committed.alice)]
    await alice.send("open", conversation=row.pk, after=0)
    await alice.next("opened")
    changes = {
        "name": "Vera Lund",
        "email": "vera@example.com",
        "notes": "Speaks Danish",
        "attributes": {"plan": "Gold", "seats": 3},
    }
    await bob.send("customer", visitor=row.visitor_id, **changes)
    told = (await alice.next("customer"))["customer"]
    assert {name: told[name] for name in changes} == changes
    assert (await bob.row(row.pk))["visitor"]["name"] == "Vera Lund"
    for bad in (
        {"email": "no address"},
        {"attributes": {"a": ["list"]}},
        {"attributes": {"a": "x" * 201}},
        {"name": "x" * 101},
        {},
    ):
        await bob.send("customer", visitor=row.visitor_id, **bad)
        assert (await bob.next("error"))["code"] == "bad_frame"
    mallory = await sit_down(committed.globex, GLOBEX_HOST, committed.mallory)
    theirs = await inside(committed.globex, lambda: Visitor.objects.create(name="Gustav"))
    for frame in ({"kind": "customer", "name": "x"}, {"kind": "merge", "other": theirs.pk}):
        await mallory.send(visitor=row.visitor_id, **frame)
        assert (await mallory.next("error", "merged"))["code"] == "not_found"
    assert (await inside(committed.acme, lambda: Visitor.objects.get(pk=row.visitor_id))).name == "Vera Lund"
    for each in (bob, alice, mallory):
        await each.leave()


@pytest.mark.usefixtures("sockets")
async def test_where_a_customer_is_reaches_the_panel_and_stays_a_claim(committed: Cast) -> None:
    page = {
        "url": "https://shop.example/boots?q=a&token=s3cret#x",
        "title": "Boots",
        "referrer": "https://search.example/?q=boots",
    }
    session = await inside(
        committed.acme, lambda: open_session(committed.acme, ACME_HOST, page=page, attributes={"plan": "Gold", "user_id": "7"})
    )
    vera = Customer(ACME_HOST)
    await vera.connect()
    conversation = (await vera.hello(session["token"]))["conversation"]
    await vera.say("hello")
    bob = await sit_down(committed.acme, ACME_HOST, committed.bob)
    await bob.send("open", conversation=conversation, after=0)
    card = (await bob.next("opened"))["customer"]
    assert card["page"] == {
        "url": "https://shop.example/boots?q=a&token=…",
        "title": "Boots",
        "referrer": "https://search.example/?q=boots",
    }
    assert (card["claims"], card["attributes"], card["user_id"]) == ({"plan": "Gold", "user_id": "7"}, {}, None)
    await vera.send({"type": "page", "url": "https://shop.example/tents"})
    moved = await bob.next("whereabouts")
    assert moved["page"] == {"url": "https://shop.example/tents", "referrer": "https://search.example/?q=boots"}
    await vera.send({"type": "attributes", "attributes": {"plan": "Silver"}})
    assert (await bob.next("whereabouts"))["claims"] == {"plan": "Silver"}
    await vera.send({"type": "attributes", "attributes": {"plan": {"a": 1}}})
    assert (await vera.next("error"))["code"] == "bad_frame"
    for each in (bob, vera):
        await each.leave()


def test_a_merge_never_crosses_tenants(acme: Cast) -> None:
    with context.inside(acme.globex):
        theirs = Visitor.objects.create(email="vera@example.com")
    ours = Visitor.objects.create(email="vera@example.com")
    assert contacts.alike(ours) == []
    with pytest.raises(Refusal) as refused:
        contacts.merge(ours.pk, theirs.pk, acme.bob)
    assert refused.value.code == "not_found"
