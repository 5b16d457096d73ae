"""Search over messages and notes, Chinese and English: the terms of apps.knowledge.tokens in a GIN index.

Written beside the hot path: every search first reads what was said since the last one, so nothing said is missed.
"""

from django.db.models import F, QuerySet

from apps.agents.models import Spoken
from apps.conversations import events
from apps.conversations.models import Conversation, Event
from apps.knowledge import tokens

AT_ONCE = 2_000
KINDS = (Event.Kind.MESSAGE, Event.Kind.NOTE)


def read_new(limit: int = AT_ONCE) -> int:
    """Take the terms of what was said since into the index; → how many conversations were read."""
    new = Conversation.objects.filter(last_seq__gt=F("indexed")).order_by("changed_at")
    rows = list(new.values_list("pk", "indexed", "last_seq")[:limit])
    for conversation, indexed, last in rows:  # no lock: two readers write the same rows, and the second's fall away
        said = Event.objects.filter(conversation=conversation, seq__gt=indexed, seq__lte=last, kind__in=KINDS)
        made = [Spoken(conversation_id=conversation, seq=event.seq, terms=_terms(event)) for event in said]
        Spoken.objects.bulk_create(made, ignore_conflicts=True)
        Conversation.objects.filter(pk=conversation, indexed__lt=last).update(indexed=last)
    return len(rows)


def conversations(query: str, rows: QuerySet[Conversation]) -> QuerySet[Conversation]:
    """Those of `rows` in which one message holds every term of the query."""
    read_new()
    return rows.filter(pk__in=matches(query).values("conversation"))


def matches(query: str) -> QuerySet[Spoken]:
    """A Chinese run by its pairs (a single character by itself), because words depend on what stands around them."""
    terms = {term for term in tokens.terms(query) if not tokens.is_han(term[0]) or len(term) <= 2}
    pairs = {term for term in terms if len(term) == 2 and tokens.is_han(term[0])}
    lone = {term for term in terms if len(term) == 1 and tokens.is_han(term) and not any(term in pair for pair in pairs)}
    wanted = {term for term in terms if not tokens.is_han(term[0])} | pairs | lone
    return Spoken.objects.filter(terms__contains=sorted(wanted)) if wanted else Spoken.objects.none()


def _terms(event: Event) -> list[str]:
    return sorted(set(tokens.terms(events.words(event.body))))
