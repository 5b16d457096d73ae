"""Marks on what customers say to people: rules that only workers judge by, where no turn of the bot's looks.

The row beside the message is the truth: it is deleted in the transaction that writes what was found, and a sweeper wakes what
waits.
"""

from datetime import timedelta
from uuid import UUID

from django.db import transaction

from apps.conversations.guarding import audit, words
from apps.conversations.ledger import kept
from apps.conversations.ledger.kept import Kept
from apps.conversations.models import Event, Original, Unjudged
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
        rows = list(Unjudged.objects.select_for_update(skip_locked=True).order_by("at")[:AT_ONCE])
        events = Event.objects.filter(pk__in=[row.pk for row in rows]).select_related("conversation")
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
    found = [
        place for place, hit in pairs if KINDS[hit.rule.kind].weighs and not hit.rule.action.ends and not hit.span.is_fault
    ]
    hits, _sealer = audit.rows(found, release=release, direction=str(Direction.FROM_CUSTOMER), member=None)
    return Kept(UUID(own) if own else None, "", hits)


def _language(conversation: Conversation) -> str:
    return conversation.language or "en"
