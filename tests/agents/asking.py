"""Customers who wait, made by the same verbs as the product's."""

import random
import uuid
from contextlib import suppress
from datetime import timedelta
from typing import Any

from django.utils import timezone

from apps.agents import presence
from apps.agents.casework import casework
from apps.agents.console.verbs.bulk import Bulk
from apps.agents.models import Offer
from apps.agents.tickets import tickets
from apps.conversations.handover import ask_for_person, leave_contact
from apps.conversations.ledger import pages
from apps.conversations.models import Conversation, Event, Handover, Visitor
from apps.conversations.wire.events import Frame
from apps.releases.publishing import active
from apps.tenants.refusal import Refusal
from apps.tenants.workspace.models import Member


def ask(text: str = "My parcel is lost", visitor: Visitor | None = None, language: str = "en") -> Conversation:
    """A customer's message; the bot owns the conversation."""
    who = visitor or Visitor.objects.create()
    row = Conversation.objects.filter(visitor=who, closed_at=None).first()
    row = row or Conversation.objects.create(visitor=who, release=active().number, language=language)
    say(row, text)
    return Conversation.objects.select_related("visitor").get(pk=row.pk)


def say(row: Conversation, text: str) -> None:
    """A further message of the customer's."""
    with pages.page(row.pk) as page:
        page.conversation.epoch += 1
        page.conversation.waiting_since = page.conversation.waiting_since or page.now
        page.append(Event.Kind.MESSAGE, Event.Author.VISITOR, {"author": {"kind": "visitor", "name": ""}, "text": text})


def wait(text: str = "My parcel is lost", visitor: Visitor | None = None, language: str = "en") -> Handover:
    """A customer who asked for a person."""
    row = ask(text, visitor, language)
    ask_for_person(row.pk)
    return Handover.objects.select_related("conversation__visitor").get(conversation=row, done_at=None)


def run_out(handover: Handover) -> None:
    """Lets an offer run out, as if its seconds had passed."""
    Offer.objects.filter(handover=handover, state="open").update(expires_at=timezone.now() - timedelta(seconds=1))


def texts(row: Conversation, author: str) -> list[str]:
    return [str(event.body["text"]) for event in row.events.filter(author=author, kind=Event.Kind.MESSAGE)]


def bulk(me: Member, verb: str, *conversations: uuid.UUID, **fields: Any) -> Frame:
    """One verb on several conversations, as a console asks for it."""
    asked = {"client_id": str(uuid.uuid4()), "conversations": list(map(str, conversations)), "verb": verb, **fields}
    return Bulk.read(asked).act(me)


def something(dice: random.Random, people: list[Member]) -> None:
    """Whatever may happen at a desk, one thing at random. What is refused has not happened."""
    me, rows, waiting = dice.choice(people), list(Conversation.objects.open()), list(Handover.objects.open())
    with suppress(Refusal):
        match dice.randrange(12):
            case 0 | 1:
                wait()
            case 2 if waiting:
                casework.claim(dice.choice(waiting).pk, me)
            case 3 if waiting:
                casework.decline(dice.choice(waiting).pk, me)
            case 4:
                presence.choose(me, dice.choice(["online", "online", "away", "offline"]))
            case 5 if rows:
                to: dict[str, Any] = dice.choice([{"agent": dice.choice(people).pk}, {"bot": True}])
                casework.transfer(dice.choice(rows).pk, me, to)
            case 6 if rows:
                casework.resolve(dice.choice(rows).pk, me)
            case 7 if waiting:
                run_out(dice.choice(waiting))
            case 8 if rows:
                casework.say(dice.choice(rows).pk, me, uuid.uuid4(), "hello")
            case 9 if rows:
                leave_contact(dice.choice(rows).pk, "vera@example.org", "Vera")
            case 10 if rows:
                say(dice.choice(rows), "Still there?")
            case 11 if waiting:
                tickets.of_message(dice.choice(waiting).pk)
