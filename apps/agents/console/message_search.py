"""Search over messages and notes, Chinese and English: the terms of `spelling` in a GIN index; and over customers' names.

Written beside the hot path: every search first reads what was said since the last one, so nothing said is missed.
"""

import json
from collections.abc import Mapping
from typing import Any
from uuid import UUID

from django.db import connection
from django.db.models import F, Func, Max, Q, QuerySet, TextField, Window

from apps.agents.console import spelling
from apps.agents.models import Spoken
from apps.conversations.models import Conversation, Event, Visitor
from apps.conversations.wire import events
from apps.tenants.vault import blind

AT_ONCE, EVENTS = 2_000, 4_000  # conversations and their events read at one look, which may be a search's on a page
MOST_WORDS = 8
KINDS = (Event.Kind.MESSAGE, Event.Kind.NOTE)


def read_new(limit: int = AT_ONCE) -> int:
    """Take the terms of what was said since into the index, as far as one look goes; → how many conversations were read."""
    new = Conversation.objects.filter(last_seq__gt=F("indexed")).order_by("changed_at")
    upto: dict[UUID, int] = {}
    room = EVENTS
    for pk, last, indexed in new.values_list("pk", "last_seq", "indexed")[:limit]:
        upto[pk] = min(last, indexed + room)
        room -= upto[pk] - indexed
        if not room:
            break
    if not upto:
        return 0
    near = Event.objects.filter(seq__gt=F("conversation__indexed"), seq__lte=F("conversation__indexed") + EVENTS)
    unread = near.filter(conversation__in=upto, kind__in=KINDS)
    said = [row for row in unread.values_list("conversation", "seq", "body") if row[1] <= upto[row[0]]]
    made = [{"conversation_id": str(pk), "seq": seq, "terms": _terms(body)} for pk, seq, body in said]
    with connection.cursor() as cursor:
        cursor.execute(_ADD, [json.dumps(made)])
        cursor.execute(_NOTE, {"ids": list(upto), "seqs": list(upto.values())})
    return len(upto)


# In SQL, because every message of a tenant comes through here: bulk_create took more than twice the time of a worker.
# No lock: what two readers write is the same the second time, or newer.
_ADD = """
INSERT INTO agents_spoken (conversation_id, seq, terms)
SELECT * FROM jsonb_to_recordset(%s::jsonb) AS said (conversation_id uuid, seq int, terms text[])
ON CONFLICT (conversation_id, seq) DO UPDATE SET terms = excluded.terms
"""

# A conversation that somebody writes in now is read again later: waiting for its row could be a deadlock with the ledger.
_NOTE = """
UPDATE conversations_conversation c SET indexed = upto.seq
FROM unnest(%(ids)s::uuid[], %(seqs)s::int[]) AS upto (id, seq)
WHERE c.id = upto.id AND c.indexed < upto.seq AND c.id IN (
    SELECT id FROM conversations_conversation WHERE id = ANY(%(ids)s::uuid[]) FOR NO KEY UPDATE SKIP LOCKED
)
"""


def conversations(query: str, rows: QuerySet[Conversation]) -> QuerySet[Conversation]:
    """The `rows` in which one message holds every term of the query, and those of customers whom the query names."""
    read_new()
    said = matches(query).values_list("conversation")
    theirs = Conversation.objects.filter(visitor__in=named(query)).values_list("pk")
    return rows.filter(pk__in=said.union(theirs))  # of two lists, so that each is found by its own index


def together(rows: QuerySet[Conversation]) -> QuerySet[Conversation]:
    """The rows with the moment at which the newest of the same customer's changed, to have all of a customer's together."""
    return rows.annotate(newest=Window(Max("changed_at"), partition_by=[F("visitor")]))


def named(query: str) -> QuerySet[Visitor]:
    """The visitors whose name holds every word of the query, however spelt, or whose whole address, host or number it is."""
    words = query.split()[:MOST_WORDS]
    if not words:
        return Visitor.objects.none()
    found = Q()
    for word in words:
        found &= Q(*(("plain__contains", one) for one in spelling.variants(word)), _connector=Q.OR)
    for kind, index in blind.wanted(query).items():
        found |= Q((f"{kind}_index", index))
    return Visitor.objects.annotate(plain=_Plain("name")).filter(found)


class _Plain(Func):
    """`spelling.folded` in SQL, without traditional characters: the query is asked for in both spellings of those."""

    output_field = TextField()
    template = (
        "regexp_replace(normalize(replace(replace(replace(translate(lower(normalize(%(expressions)s, NFKC)),"
        " 'øđðłıħ', 'oddlih'), 'æ', 'ae'), 'œ', 'oe'), 'ß', 'ss'), NFD), '[\u0300-\u036f]', '', 'g')"
    )


def matches(query: str) -> QuerySet[Spoken]:
    asked = spelling.wanted(query)
    if not asked.words:
        return Spoken.objects.none()
    found = Q(terms__contains=asked.words)
    if asked.numbers:
        numbers = Q(terms__overlap=asked.numbers)
        found |= numbers & Q(terms__contains=asked.beside) if asked.beside else numbers
    return Spoken.objects.filter(found)


def _terms(body: Mapping[str, Any]) -> list[str]:
    return spelling.indexed(events.words(body))
