"""Customers who wait, made by the same verbs as the product's."""

import uuid
from datetime import timedelta
from typing import Any

from django.utils import timezone

from apps.agents.console.verbs.bulk import Bulk
from apps.agents.models import Offer
from apps.conversations.handover import ask_for_person
from apps.conversations.ledger import pages
from apps.conversations.models import Conversation, Event, Handover, Visitor
from apps.conversations.wire.events import Frame
from apps.releases.publishing import active
from apps.tenants.workspace.models import Member


def ask(text: str = "My parcel is lost", visitor: Visitor | None = None, language: str = "en") -> Conversation:
    """A customer's message; the bot owns the conversation."""
    who = visitor or Visitor.objects.create()
    row = Conversation.objects.filter(visitor=who, closed_at=None).first()
    row = row or Conversation.objects.create(visitor=who, release=active().number, language=language)
    with pages.page(row.pk) as page:
        page.conversation.epoch += 1
        page.conversation.waiting_since = page.conversation.waiting_since or page.now
        page.append(Event.Kind.MESSAGE, Event.Author.VISITOR, {"author": {"kind": "visitor", "name": ""}, "text": text})
    return Conversation.objects.select_related("visitor").get(pk=row.pk)


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
