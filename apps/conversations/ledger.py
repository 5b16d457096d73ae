"""The ledger: numbered events, written under the conversation's row lock, published after commit.

This is the door for everything but a customer's message on a socket, whose rows `group_commit` writes in the same shape.
"""

from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from datetime import datetime
from typing import Any
from uuid import UUID

from django.db import transaction
from django.utils import timezone

from apps.conversations import events, publish
from apps.conversations.models import Conversation, Event, Owner, Turn
from apps.tenants.workspace.models import Member


class Page:
    """A conversation whose row this transaction holds."""

    def __init__(self, conversation: Conversation) -> None:
        self.conversation = conversation
        self.now = timezone.now()
        self.written: list[Event] = []

    def append(
        self,
        kind: str,
        author: str,
        body: Mapping[str, Any],
        *,
        member: Member | None = None,
        client_id: UUID | None = None,
        turn: Turn | None = None,
    ) -> Event:
        """Write the next event. The same `client_id` again returns the event it made the first time."""
        known = client_id and self.conversation.events.filter(client_id=client_id).first()
        if known:
            return known
        self.conversation.last_seq += 1
        event = Event.objects.create(
            conversation=self.conversation,
            seq=self.conversation.last_seq,
            kind=kind,
            author=author,
            body=dict(body),
            member=member,
            client_id=client_id,
            turn=turn,
            epoch=self.conversation.epoch,
            at=self.now,
        )
        self.written.append(event)
        return event

    def pass_to(self, owner: Owner, **body: Any) -> Event:
        """Change who speaks next: the epoch rises, so that whatever the former owner still writes cannot be stored."""
        self.conversation.owner = owner
        self.conversation.epoch += 1
        return self.append(Event.Kind.OWNER, Event.Author.SYSTEM, events.owner_body(owner, **body))


@contextmanager
def page(conversation: UUID) -> Iterator[Page]:
    """Lock a conversation, write, commit, publish. Raises Conversation.DoesNotExist for an id of nobody or another tenant."""
    with transaction.atomic():
        row = Conversation.objects.select_for_update().select_related(None).get(pk=conversation)
        held = Page(row)
        yield held
        row.changed_at = held.now
        row.save(update_fields=["owner", "epoch", "last_seq", "waiting_since", "changed_at", "closed_at"])
        transaction.on_commit(lambda: _announce(conversation, held.written))


@contextmanager
def held(conversations: Sequence[UUID]) -> Iterator[datetime]:
    """Lock several at once, in the order of their ids as the hot path does; → the moment. Nothing is appended here: an
    event wants a page of its own. The desk is told of all of them after the commit."""
    with transaction.atomic():
        now = timezone.now()
        rows = Conversation.objects.filter(pk__in=conversations)
        list(rows.select_for_update().order_by("pk").values_list("pk", flat=True))
        yield now
        rows.update(changed_at=now)
        transaction.on_commit(lambda: publish.nudge(*conversations))


def _announce(conversation: UUID, written: list[Event]) -> None:
    for event in written:
        audience = publish.TEAM if event.kind == Event.Kind.NOTE else publish.EVERYBODY
        publish.send(conversation, events.of_row(event), audience=audience)
    publish.nudge(conversation)


def after(conversation: UUID, seq: int, *, limit: int = 10_000) -> list[Event]:
    """The events later than `seq`, in order."""
    return list(Event.objects.filter(conversation=conversation, seq__gt=seq).order_by("seq")[:limit])
