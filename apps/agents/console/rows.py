"""The inbox's rows: one line a conversation, as the console draws it."""

import json
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from django.db import connection
from django.db.models import F, Q, QuerySet
from django.utils import timezone

from apps.agents import notices
from apps.agents.casework import calling
from apps.agents.models import Call, Ticket
from apps.conversations.models import Conversation, Conversations, Event, Handover, Owner, Visitor
from apps.conversations.models.visitor import number_of
from apps.conversations.wire.events import Frame, moment, words
from apps.tenants.vault import encryption
from apps.tenants.workspace.models import Member

MOST, OTHERS = 500, 50
SNIPPET, MOST_READ = 160, 1_000  # characters of the last message: shown, and looked at for it
VIEWS = ("mine", "unassigned", "all", "waiting", "owed", "mentions", "resolved", "snoozed")


def of(ids: Collection[UUID | str]) -> dict[UUID, Frame]:
    """Rows by id; ids of nobody are missing. `mine` and `called` are each reader's own (`for_reader`), out of `calls`."""
    with connection.cursor() as cursor:
        cursor.execute(_ROWS, {"ids": list(map(str, ids)), "most": MOST_READ})
        found = [_Row(*row) for row in cursor.fetchall()]
    people = Member.objects.in_bulk({pk for row in found for pk in (row.assignee, row.offered_to) if pk})
    calls = calling.of([str(row.conversation) for row in found])
    return {row.conversation: {**_frame(row, people), "calls": calls.get(row.conversation, {})} for row in found}


@dataclass(frozen=True)
class _Row:
    """The columns of one conversation that the console draws, in the order of _ROWS."""

    conversation: UUID
    owner: str
    language: str
    last_seq: int
    team_read: int
    opened_at: datetime
    waiting_since: datetime | None
    closed_at: datetime | None
    visitor: UUID
    name: str
    email: str
    blocked: bool
    device: str
    place: str | None
    assignee: UUID | None
    team: int | None
    team_name: str | None
    tags: list[str] | None
    priority: int | None
    snoozed_until: datetime | None
    author: str | None
    said: str | None
    said_at: datetime | None
    asked: str | None
    asked_at: datetime | None
    handover: UUID | None
    handover_state: str | None
    reason: str | None
    done_at: datetime | None
    offered_to: UUID | None
    expires_at: datetime | None
    due_at: datetime | None
    left_at: datetime | None


# One statement and bare columns: while many customers write, the desk reads hundreds of these rows each second, and as many
# objects of six models took a third of a web process's time.
_ROWS = """
SELECT c.id, c.owner, coalesce(nullif(c.language, ''), v.language), c.last_seq, c.team_read, c.opened_at, c.waiting_since,
    c.closed_at, v.id, v.name, v.email, v.blocked_at IS NOT NULL, v.device,
    v.attributes->>'city', k.assignee_id, k.team_id, t.name, k.tags, k.priority,
    k.snoozed_until, last.author, last.said, last.at, theirs.said, theirs.at,
    wish.id, wish.state, wish.reason, wish.done_at, o.member_id, o.expires_at,
    owed.due_at, wish.left_at
FROM conversations_conversation c
JOIN conversations_visitor v ON v.id = c.visitor_id
LEFT JOIN agents_case k ON k.conversation_id = c.id
LEFT JOIN agents_team t ON t.id = k.team_id
LEFT JOIN LATERAL (
    SELECT author, at, jsonb_build_object('text', left(body->>'text', %(most)s), 'attachments',
        coalesce(body->'attachments', '[]'))::text AS said
    FROM conversations_event WHERE conversation_id = c.id AND kind = 'message' ORDER BY seq DESC LIMIT 1
) last ON true
LEFT JOIN LATERAL (
    SELECT at, jsonb_build_object('text', left(body->>'text', %(most)s), 'attachments',
        coalesce(body->'attachments', '[]'))::text AS said
    FROM conversations_event WHERE conversation_id = c.id AND kind = 'message' AND author = 'visitor'
        AND last.author <> 'visitor' ORDER BY seq DESC LIMIT 1
) theirs ON true
LEFT JOIN LATERAL (
    SELECT id, state, reason, done_at, CASE WHEN done_at IS NULL AND state <> 'accepted' THEN left_at END AS left_at
    FROM conversations_handover WHERE conversation_id = c.id
    ORDER BY requested_at DESC LIMIT 1
) wish ON true
LEFT JOIN LATERAL (
    SELECT min(due_at) AS due_at FROM agents_ticket WHERE conversation_id = c.id AND status = 'open'
) owed ON true
LEFT JOIN agents_offer o ON o.handover_id = wish.id AND o.state = 'open'
WHERE c.id = ANY(%(ids)s::uuid[])
"""


def for_reader(row: Frame, me: Member) -> Frame:
    shared, own = {name: value for name, value in row.items() if name != "calls"}, str(me.pk)
    mine = bool(row["assignee"] and row["assignee"]["id"] == own)
    return {**shared, **({"called": row["calls"][own]} if own in row["calls"] else {}), "mine": mine}


def inbox() -> dict[str, datetime]:
    """The conversations that a console opens with, and when each changed: all that people have or wait for, and the bot's
    newest."""
    live = Conversation.objects.open()
    asked = Handover.objects.open().of_open_conversations().values("conversation")
    ours = live.filter(Q(owner__in=(Owner.QUEUE, Owner.HUMAN)) | Q(pk__in=asked))
    ours = ours.order_by(F("waiting_since").asc(nulls_last=True), "-changed_at")  # whoever waits longest is never left out
    owed = _owed().order_by("-changed_at")
    others = live.owned_by(Owner.BOT).order_by("-changed_at")
    unread = Call.objects.filter(read_at=None).values("conversation")
    called = Conversation.objects.filter(pk__in=unread).order_by("-changed_at")
    columns = ("pk", "changed_at")
    some = [row for found in (ours, called, owed) for row in found.values_list(*columns)[:MOST]]
    some += others.values_list(*columns)[:OTHERS]
    return {str(pk): at for pk, at in some}


def _owed() -> Conversations:
    """The conversations to which an answer was promised that nobody has given yet."""
    due = Ticket.objects.filter(status=Ticket.Status.OPEN, conversation__isnull=False, due_at__isnull=False)
    return Conversation.objects.filter(pk__in=due.values("conversation"))


def view(name: str, me: Member) -> QuerySet[Conversation]:
    """The conversations of an inbox view, the newest change first; of those who wait the longest wait."""
    rows, now = Conversation.objects.order_by("-changed_at", "-pk"), timezone.now()
    snoozed = Q(case__snoozed_until__gt=now, waiting_since=None, closed_at=None)
    match name:
        case "mine":
            return rows.open().owned_by(Owner.HUMAN).filter(case__assignee=me).exclude(snoozed)
        case "unassigned":
            return rows.open().owned_by(Owner.QUEUE).exclude(snoozed)
        case "waiting":
            return rows.with_people().waiting().order_by("waiting_since", "pk")
        case "owed":
            return rows.filter(pk__in=_owed())
        case "mentions":
            return rows.filter(pk__in=me.calls.filter(kind=Call.Kind.MENTION).values("conversation"))
        case "resolved":
            return rows.filter(closed_at__isnull=False)
        case "snoozed":
            return rows.filter(snoozed)
        case _:
            return rows


def _frame(row: _Row, people: Mapping[UUID, Member]) -> Frame:
    assignee = people.get(row.assignee) if row.assignee and row.owner == Owner.HUMAN else None
    return {
        "conversation": str(row.conversation),
        "visitor": {
            "id": str(row.visitor),
            "name": row.name,
            "email": encryption.opened(Visitor, "email", row.visitor, row.email),
            "language": row.language,
            "blocked": row.blocked,
            "number": number_of(row.visitor),
            "place": (row.place or "")[:SNIPPET],
            "device": row.device,
        },
        "owner": row.owner,
        "assignee": notices.person(assignee) if assignee else None,
        "team": {"id": row.team, "name": row.team_name} if row.team else None,
        "last": _told(row.author, row.said, row.said_at),
        "asked": _told(Event.Author.VISITOR, row.asked, row.asked_at),
        "opened_at": moment(row.opened_at),
        "seq": row.last_seq,
        "read": row.team_read,
        "waiting_since": _moment(row.waiting_since),
        "due_at": _moment(row.due_at),
        "left_at": _moment(row.left_at),
        "state": _state(row),
        "snoozed_until": _moment(row.snoozed_until),
        "tags": row.tags or [],
        "priority": row.priority or 0,
        "reason": row.reason or "",
        "handover": _handover(row, people),
    }


def _told(author: str | None, said: str | None, at: datetime | None) -> Frame | None:
    if said is None or at is None:
        return None
    return {"author": author, "text": " ".join(words(json.loads(said)).split())[:SNIPPET], "at": moment(at)}


def _handover(row: _Row, people: Mapping[UUID, Member]) -> Frame | None:
    if row.handover is None or row.done_at:
        return None
    offered = people.get(row.offered_to) if row.offered_to else None
    return {
        "id": str(row.handover),
        "state": row.handover_state,
        "offered_to": notices.person(offered) if offered else None,
        "expires_at": _moment(row.expires_at),
    }


def _state(row: _Row) -> str:
    if row.closed_at:
        return "resolved"
    if row.snoozed_until and row.snoozed_until > timezone.now() and row.waiting_since is None:
        return "snoozed"
    return "open"


def _moment(at: datetime | None) -> str | None:
    return moment(at) if at else None
