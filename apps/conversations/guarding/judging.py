"""Marks on what customers say to people: rules that only workers judge by, where no turn of the bot's looks.

The row beside the message is the truth: it is deleted in the transaction that writes what was found, and a sweeper wakes what
waits.
"""

from collections.abc import Iterable
from datetime import timedelta
from uuid import UUID

from django.db import transaction

from apps.conversations.guarding import audit, words
from apps.conversations.ledger import kept
from apps.conversations.ledger.kept import Kept
from apps.conversations.models import Event, Hit, Original, Unjudged
from apps.conversations.models.conversation import Conversation
from apps.filters import part
from apps.filters.kinds import KINDS
from apps.filters.rule import Direction
from apps.filters.screening import masked
from apps.filters.screening.screen import Screen
from apps.releases.models import Release
from apps.tenants.tasks import enqueue

TASK = "conversations.judge_words"
AT_ONCE = 50
AGAIN = timedelta(seconds=30)  # a task that was lost


def wake() -> timedelta | None:
    """Sends a worker where something waits; → when to look again."""
    if not Unjudged.objects.exists():
        return None
    enqueue(TASK)
    return AGAIN


def judge() -> None:
    """All that waits, in pieces. Harmless to call twice: another worker takes other rows."""
    release = Release.objects.filter(active=True).first()
    screen = part.in_force(release) if release else None
    while _judged(screen, release.number if release else 0):
        pass


def _judged(screen: Screen | None, release: int) -> int:
    """→ how many; the oldest first."""
    with transaction.atomic():
        waiting = _locked(Unjudged.objects.order_by("at").values_list("event__conversation", flat=True)[:AT_ONCE])
        theirs = Unjudged.objects.filter(event__conversation__in=waiting).order_by("at")
        rows = list(theirs.select_for_update(skip_locked=True, of=("self",))[:AT_ONCE])
        events = Event.objects.filter(pk__in=[row.pk for row in rows]).select_related("conversation").order_by("pk")
        made = [_found(screen, release, event) for event in events] if screen else []
        kept.write(each.row(event.conversation_id, event.seq) for event, each in zip(events, made, strict=False) if each.hits)
        Unjudged.objects.filter(pk__in=[row.pk for row in rows]).delete()
    for each in made:
        each.count()
    return len(rows)


def _found(screen: Screen, release: int, event: Event) -> Kept:
    """The rows of what marks it. The event names its original, so that these go with it."""
    own, conversation = str(event.body.get("original", "")), event.conversation
    text = Original.opened([own]).get(own) or str(event.body.get("text", ""))
    screened = screen.screened(text, words.at(Direction.FROM_CUSTOMER, text, _language(conversation)))
    pairs = zip(masked.found(text, screened), screened.hits, strict=True)
    here = [place for place, hit in pairs if KINDS[hit.rule.kind].weighs and not hit.rule.action.ends and not hit.span.is_fault]
    noted = _noted(event) if here else frozenset()
    found = [place for place in here if place.rule not in noted]
    hits, _sealer = audit.rows(found, release=release, direction=str(Direction.FROM_CUSTOMER), member=None)
    return Kept(UUID(own) if own else None, "", hits)


def _locked(asked: Iterable[UUID]) -> list[UUID]:
    """Conversations, with their rows locked as the end of a turn locks them: a queue that nobody attends is left to the bot,
    whose turn may find the same at the same time, and whoever comes second sees what the first one wrote."""
    rows = Conversation.objects.select_for_update().filter(pk__in=set(asked)).order_by("pk")
    return list(rows.values_list("pk", flat=True))


def _noted(event: Event) -> frozenset[str]:
    """The rules by which the turn that answers the message has found something."""
    of = event.conversation
    others = of.events.filter(kind=Event.Kind.MESSAGE, seq__gt=event.seq).exclude(author=Event.Author.VISITOR)
    end = others.order_by("seq").values_list("seq", flat=True).first()
    hits = Hit.objects.filter(conversation=of, direction=Direction.FROM_CUSTOMER, turn__question__gte=event.seq)
    hits = hits.filter(turn__question__lt=end) if end else hits
    return frozenset(hits.values_list("rule", flat=True))


def _language(conversation: Conversation) -> str:
    return conversation.language or "en"
