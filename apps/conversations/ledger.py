"""The ledger: numbered events, written under the conversation's row lock, published after commit.

This is the door for everything but a customer's message on a socket, whose rows `group_commit` writes in the same shape.
"""

import json
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from datetime import datetime
from typing import Any
from uuid import UUID

from django.db import connection, transaction
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
        event = Event(
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
        _write(event)
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
        row = _locked(conversation)
        held = Page(row)
        yield held
        row.changed_at = held.now
        _save(row)
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


# In SQL, because every answer and everything that agents do comes through here, and making the same three statements anew
# each time cost more than running them.


def _locked(conversation: UUID) -> Conversation:
    with connection.cursor() as cursor:
        cursor.execute(_LOCK, [conversation])
        found = cursor.fetchone()
    if found is None:
        raise Conversation.DoesNotExist(f"There is no conversation {conversation}.")
    return Conversation.from_db(connection.alias, _COLUMNS, found)


def _save(row: Conversation) -> None:
    values: list[Any] = [row.owner, row.epoch, row.last_seq, row.waiting_since, row.changed_at, row.closed_at, row.pk]
    with connection.cursor() as cursor:
        cursor.execute(_SAVE, values)


def _write(event: Event) -> None:
    body = json.dumps(event.body)
    with connection.cursor() as cursor:
        cursor.execute(
            _WRITE,
            [
                *(event.conversation_id, event.seq, event.kind, event.author, event.member_id, body),
                *(event.client_id, event.turn_id, event.epoch, event.at),
            ],
        )
        (event.pk,) = cursor.fetchone()
    event._state.adding, event._state.db = False, connection.alias


_COLUMNS = [field.attname for field in Conversation._meta.concrete_fields]
_LOCK = f"SELECT {', '.join(_COLUMNS)} FROM conversations_conversation WHERE id = %s FOR UPDATE"  # noqa: S608  our own names
_SAVE = """
UPDATE conversations_conversation
SET owner = %s, epoch = %s, last_seq = %s, waiting_since = %s, changed_at = %s, closed_at = %s WHERE id = %s
"""
_WRITE = """
INSERT INTO conversations_event (conversation_id, seq, kind, author, member_id, body, client_id, turn_id, epoch, at)
VALUES (%s, %s, %s, %s, %s, %s::jsonb, %s, %s, %s, %s) RETURNING id
"""


def _announce(conversation: UUID, written: list[Event]) -> None:
    for event in written:
        audience = publish.TEAM if event.kind == Event.Kind.NOTE else publish.EVERYBODY
        publish.send(conversation, events.of_row(event), audience=audience)
    publish.nudge(conversation)


def after(conversation: UUID, seq: int, *, limit: int = 10_000) -> list[Event]:
    """The events later than `seq`, in order."""
    return list(Event.objects.filter(conversation=conversation, seq__gt=seq).order_by("seq")[:limit])
