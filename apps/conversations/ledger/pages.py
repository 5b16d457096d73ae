"""The ledger: numbered events, written under the conversation's row lock, published after commit.

This is the door for everything but a customer's message on a socket, whose rows `group_commit` writes in the same shape.
"""

import json
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from django.db import connection, transaction
from django.utils import timezone

from apps.conversations.ledger import kept
from apps.conversations.ledger.kept import Kept
from apps.conversations.live import publish
from apps.conversations.models import Conversation, Decision, Event, Owner, Turn, Visit
from apps.conversations.wire import events
from apps.flows.engine.visit import Left
from apps.tenants import context, due
from apps.tenants.workspace.models import Member

CHANGED = "conversations.changed"  # what sweepers of conversations and of the desk listen to
SOON, LATER = timedelta(seconds=2), timedelta(seconds=5)


class Page:
    """A conversation whose row this transaction holds."""

    def __init__(self, conversation: Conversation) -> None:
        self.conversation = conversation
        self.now = timezone.now()
        self.written: list[Event] = []
        self.kept: list[tuple[Event, Kept]] = []
        self.stood, self.was_the_bots = conversation.is_in_flow, conversation.is_the_bots

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
        """The next event; its row is written at the end of the page. The same `client_id` again returns its first event."""
        known = client_id and (
            next((event for event in self.written if event.client_id == client_id), None)
            or self.conversation.events.filter(client_id=client_id).first()
        )
        if known:
            return known
        event = Event(
            conversation=self.conversation,
            seq=self.conversation.count_on(),
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

    def keep(self, event: Event, kept: Kept | None) -> None:
        """The rows that go with an event of this page."""
        if kept:
            self.kept.append((event, kept))

    def pass_to(self, owner: Owner, **body: Any) -> Event:
        """Change who speaks next, and say so."""
        self.conversation.pass_to(owner)
        return self.append(Event.Kind.OWNER, Event.Author.SYSTEM, events.owner_body(owner, **body))


@contextmanager
def page(conversation: UUID) -> Iterator[Page]:
    """Lock a conversation, write, commit, publish. Raises Conversation.DoesNotExist for an id of nobody or another tenant."""
    with pages([conversation]) as found:
        if not found:
            raise Conversation.DoesNotExist(f"There is no conversation {conversation}.")
        yield found[conversation]


@contextmanager
def pages(conversations: Sequence[UUID]) -> Iterator[dict[UUID, Page]]:
    """Several in one transaction, locked in the order of their ids as the hot path does. Ids of nobody or another tenant are
    left out."""
    with transaction.atomic():
        found = {row.pk: Page(row) for row in _locked(conversations)}
        yield found
        if found:
            drop_decisions([page for page in found.values() if page.stood])  # whatever was done on it
            _hand_over_visits([page for page in found.values() if page.stood])
            _write(list(found.values()))
            _keep([each for page in found.values() for each in page.kept])
            transaction.on_commit(lambda: _announce(list(found.values())))


def _hand_over_visits(pages: Sequence[Page]) -> None:
    """The states in which customers stood who are people's now, for the counts."""
    handed = [page.conversation for page in pages if page.was_the_bots and not page.conversation.is_the_bots]
    if handed:
        Visit.objects.filter(conversation__in=handed).leave(Left.HANDED_OVER)


@contextmanager
def held(conversations: Sequence[UUID]) -> Iterator[datetime]:
    """Lock several at once, in the order of their ids as the hot path does; → the moment. Nothing is appended here: an
    event wants a page of its own. The desk is told of all of them after the commit."""
    with transaction.atomic():
        now = timezone.now()
        rows = Conversation.objects.filter(pk__in=conversations)
        list(rows.select_for_update().order_by("pk").values_list("pk", flat=True))
        yield now
        rows.touch(now)
        due.tell(CHANGED, SOON)
        transaction.on_commit(lambda: publish.nudge(*conversations))


def drop_decisions(pages: Sequence[Page]) -> None:
    """Ends what colleagues were asked in these conversations and nobody waits for any more."""
    here = {page.conversation.pk: page for page in pages}
    ended = list[Mapping[str, str]]()
    for row in Decision.objects.open().filter(conversation__in=here) if here else ():
        page = here[row.conversation_id]
        how = Decision.How.LATE if row.due_at <= page.now else Decision.How.DROPPED
        if not row.is_awaited(page.conversation) and Decision.objects.filter(pk=row.pk).end(how, page.now):
            ended.append({"decision": str(row.pk), "how": str(how), "by": ""})
    if ended:
        transaction.on_commit(lambda: publish.decisions(ended))


# In SQL, because every answer and everything that agents do comes through here, and making the same statements anew each time
# cost more than running them.


def _locked(conversations: Sequence[UUID]) -> list[Conversation]:
    with connection.cursor() as cursor:
        cursor.execute(_LOCK, [list(conversations)])
        return [Conversation.from_db(connection.alias, _COLUMNS, _as_read(found)) for found in cursor.fetchall()]


def _as_read(found: Sequence[Any]) -> list[Any]:
    """A row as Django would have read it: what is sealed is opened only by who asks for it."""
    row = dict(zip(_COLUMNS, found, strict=True))
    return list((row | {_FLOW.attname: _FLOW.from_db_value(row[_FLOW.attname], None, connection)}).values())


def _write(pages: Sequence[Page]) -> None:
    """The conversations as they are now, and the events that were appended, which get their keys."""
    for page in pages:
        page.conversation.touch(page.now)
    new = {(event.conversation_id, event.seq): event for page in pages for event in page.written}
    rows = [_as_written(page.conversation) for page in pages]
    appended = [{name: getattr(event, name) for name in _APPENDED} for event in new.values()]
    told: list[Any] = [context.schema(), CHANGED, LATER if all(map(_is_the_bots, pages)) else SOON]
    with connection.cursor() as cursor:
        cursor.execute(_WRITE, [json.dumps(rows, default=str), *told, json.dumps(appended, default=str)])
        for pk, conversation, seq in cursor.fetchall():
            event = new[conversation, seq]
            event.pk, event._state.adding, event._state.db = pk, False, connection.alias


def _keep(new: Sequence[tuple[Event, Kept]]) -> None:
    kept.write([each.row(event.conversation_id, event.seq) for event, each in new])
    for _event, each in new:
        transaction.on_commit(each.count)


def _as_written(conversation: Conversation) -> dict[str, Any]:
    return {name: getattr(conversation, name) for name in _CHANGING} | {"flow": _FLOW.pre_save(conversation, add=False)}


def _is_the_bots(page: Page) -> bool:
    """Nobody of the desk waits for it: an answer that was given, of which only the search has to know."""
    messages = all(event.kind == Event.Kind.MESSAGE for event in page.written)
    return page.conversation.is_the_bots and not page.conversation.is_waiting and messages


_FLOW = Conversation._meta.get_field("flow")
_COLUMNS = [field.attname for field in Conversation._meta.concrete_fields]
_STATE = ("owner", "epoch", "waiting_since", "closed_at", "language", "release", "confidential")
_CHANGING = ("id", "last_seq", "changed_at", *_STATE)
_APPENDED = ("conversation_id", "seq", "kind", "author", "member_id", "body", "client_id", "turn_id", "epoch", "at")
_NAMES = ", ".join(_COLUMNS)
_LOCK = f"SELECT {_NAMES} FROM conversations_conversation WHERE id = ANY(%s) ORDER BY id FOR UPDATE"  # noqa: S608  our names
_WRITE = """
WITH saved AS (
    UPDATE conversations_conversation c
    SET owner = new.owner, epoch = new.epoch, last_seq = new.last_seq, waiting_since = new.waiting_since,
        changed_at = new.changed_at, closed_at = new.closed_at, language = new.language, flow = new.flow,
        release = new.release, confidential = new.confidential
    FROM jsonb_to_recordset(%s::jsonb) AS new (
        id uuid, owner text, epoch int, last_seq int, waiting_since timestamptz, changed_at timestamptz, closed_at timestamptz,
        language text, flow text, release int, confidential bool
    )
    WHERE c.id = new.id
), told AS (
    INSERT INTO public.tenants_due (schema, kind, at) VALUES (%s, %s, statement_timestamp() + %s)
)
INSERT INTO conversations_event (conversation_id, seq, kind, author, member_id, body, client_id, turn_id, epoch, at)
SELECT * FROM jsonb_to_recordset(%s::jsonb) AS new (
    conversation_id uuid, seq int, kind text, author text, member_id uuid, body jsonb, client_id uuid, turn_id uuid,
    epoch int, at timestamptz
)
RETURNING id, conversation_id, seq
"""


def _announce(pages: Sequence[Page]) -> None:
    told = []
    for page in pages:
        for event in page.written:
            audience = publish.TEAM if event.kind == Event.Kind.NOTE else publish.EVERYBODY
            told.append(publish.addressed(page.conversation.pk, events.of_row(event), audience=audience))
    publish.to_groups(*told)
    publish.nudge(*(page.conversation.pk for page in pages))


def after(conversation: UUID, seq: int, *, limit: int = 10_000) -> list[Event]:
    """The events later than `seq`, in order."""
    return list(Event.objects.filter(conversation=conversation, seq__gt=seq).order_by("seq")[:limit])
