"""The sweeper: moves on every handover whose timer ended, even if every task was lost, and counts who waits in no queue."""

import math
from collections import Counter
from dataclasses import dataclass
from datetime import timedelta

import structlog
from django.db import models
from django.db.models import Exists, OuterRef, Q, QuerySet
from django.db.models.functions import Cast, Concat
from django.utils import timezone

from apps.agents import errands, message_search, metrics, presence, queue, ways_out
from apps.agents.models import Case, DeskSettings, Errand, Ticket
from apps.conversations import events, ledger, people
from apps.conversations import handover as handovers
from apps.conversations.models import Conversation, Event, Handover, Owner
from apps.tenants.tasks import enqueue
from apps.tenants.workspace.models import Site

log = structlog.get_logger(__name__)
State = Handover.State

TELL_EVERY = timedelta(seconds=20)
OWN_KEY = Concat(models.Value("handover:"), Cast(OuterRef("pk"), models.TextField()))  # of a handover's errand and ticket
GRACE = timedelta(seconds=5)  # what a task may take before the sweeper takes its place


@dataclass
class Found:
    waiting: int = 0
    stranded: int = 0

    def __add__(self, other: "Found") -> "Found":
        return Found(self.waiting + other.waiting, self.stranded + other.stranded)

    def measure(self) -> None:
        metrics.WAITING.set(self.waiting)
        metrics.STRANDED.set(self.stranded)


def sweep() -> Found:
    """All of it for the tenant of the moment. A tenant with nothing open costs a few queries on partial indexes."""
    _wake_errands()
    message_search.read_new(500)
    _rescue()
    open_ones = Handover.objects.filter(done_at=None)
    if not open_ones.exists():
        return Found()
    queue.end_offers()
    _end_waiting()
    _begin_again()
    queue.dispatch()
    _tell_positions()
    _lapse()
    found = Found(queue.waiting().count(), stranded().count())
    if found.stranded:
        log.error("customers_stranded", count=found.stranded)
    return found


def stranded() -> QuerySet[Conversation]:
    """The invariant: nobody waits in no queue. Open conversations of the desk that no agent can see, or nobody has.

    In the queue without an open handover, or with one that no entitled agent could take; with a person, but whom?
    """
    asked = Handover.objects.filter(conversation=OuterRef("pk"), done_at=None)
    queued = asked.filter(state__in=(State.REQUESTED, State.OFFERED, State.NOBODY))
    if not presence.entitled().exists():
        queued = queued.filter(state=State.NOBODY)
    held = Case.objects.filter(conversation=OuterRef("pk"), assignee__in=presence.entitled())
    return Conversation.objects.filter(
        Q(~Exists(queued), owner=Owner.QUEUE) | Q(~Exists(held), owner=Owner.HUMAN), closed_at=None
    )


def _rescue() -> None:
    """Put right what must not be, and bring the customers of agents who went away back into the queue."""
    gone = timezone.now() - timedelta(minutes=DeskSettings.load().gone_minutes)
    there = Case.objects.filter(conversation=OuterRef("pk"), assignee__presence__seen_at__gt=gone)
    left = Conversation.objects.filter(~Exists(there), owner=Owner.HUMAN, closed_at=None, waiting_since__lt=gone)
    for pk in {*stranded().values_list("pk", flat=True)[:200], *left.values_list("pk", flat=True)[:200]}:
        with ledger.page(pk) as page:
            if stranded().filter(pk=pk).exists() or left.filter(pk=pk).exists():  # still so, now that the row is held
                log.warning("customer_rescued", conversation=str(pk), owner=page.conversation.owner)
                case = Case.objects.filter(pk=pk).select_related("team").first()
                queue.put_back(page, Handover.Reason.LOST, team=case.team if case else None)


def _end_waiting() -> None:
    """Patience ended, or the last agent left: the message form."""
    patience = timezone.now() - timedelta(minutes=DeskSettings.load().patience_minutes)
    waiting = queue.waiting()
    if people.online(Site.load()):
        waiting = waiting.filter(requested_at__lt=patience, state=State.REQUESTED)
    for handover in waiting[:500]:
        queue.end_waiting(handover)


def _begin_again() -> None:
    """Somebody came, and a customer to whom nobody was there is still waiting without having left an address."""
    if not people.online(Site.load()):
        return
    recently = timezone.now() - timedelta(minutes=DeskSettings.load().patience_minutes)
    left = Handover.objects.filter(done_at=None, state=State.NOBODY, contact="", online=False)
    left = left.filter(Q(requested_at__gt=recently) | Q(conversation__waiting_since__isnull=False))
    for handover in left.filter(conversation__owner=Owner.QUEUE, conversation__closed_at=None)[:200]:
        with ledger.page(handover.conversation_id) as page:
            if page.conversation.owner == Owner.QUEUE and not page.conversation.closed_at:
                queue.put_back(page, handover.reason)


def _tell_positions() -> None:
    """Where a customer stands, told only when it has changed so much that it means something, and not too often."""
    now = timezone.now()
    pace = _seconds_a_customer()
    for place, handover in enumerate(queue.waiting()[:500], 1):
        told, when = handover.told_position, handover.told_at
        if told == place or (when and now - when < TELL_EVERY) or not _means_something(told, place):
            continue
        with ledger.page(handover.conversation_id) as page:
            mine = Handover.objects.filter(pk=handover.pk, done_at=None, state__in=handovers.WAITING)
            if page.conversation.owner == Owner.QUEUE and mine.update(told_position=place, told_at=now):
                wait = math.ceil(place * pace / 60) * 60
                body = events.owner_body(Owner.QUEUE, online=True, position=place, wait_seconds=wait)
                page.append(Event.Kind.OWNER, Event.Author.SYSTEM, body)


def _means_something(told: int | None, place: int) -> bool:
    return told is None or place <= 3 or place <= told / 2 or place >= told * 2


def _seconds_a_customer() -> float:
    """How often somebody was taken in the last half hour; without experience the usual reply time."""
    since = timezone.now() - timedelta(minutes=30)
    taken = Handover.objects.filter(accepted_at__gt=since).aggregate(n=models.Count("pk"), first=models.Min("accepted_at"))
    if taken["n"] >= 3:
        return float((timezone.now() - taken["first"]).total_seconds() / taken["n"])
    agents = max(1, presence.available().count())
    return Site.load().reply_minutes * 60 / agents


def _lapse() -> None:
    """A message form that nobody filled in: after a week the request is over. Left messages end with their ticket."""
    now = timezone.now()
    left = Handover.objects.filter(done_at=None, state=State.NOBODY).exclude(conversation__owner=Owner.QUEUE)
    solved = Ticket.objects.filter(key=OWN_KEY, status=Ticket.Status.SOLVED)
    left.filter(Q(due_at__lt=now) | Q(Exists(solved))).update(state=State.DONE, done_at=now)


def _wake_errands() -> None:
    made = Errand.objects.filter(key=OWN_KEY)
    left = Handover.objects.exclude(contact="").filter(~Exists(made), requested_at__gt=timezone.now() - timedelta(days=30))
    for pk in left.values_list("pk", flat=True)[:200]:
        enqueue("agents.take_message", handover=str(pk))
    due = Errand.objects.filter(wake_at__lte=timezone.now() - GRACE)
    woken: Counter[str] = Counter()
    for errand, kind in due.values_list("pk", "kind")[:200]:
        if kind not in errands.outside():
            enqueue("agents.run_errand", errand=errand)
        elif woken[kind] < ways_out.EACH:  # each that ends wakes the next
            woken[kind] += 1
            enqueue("agents.run_errands", kind=kind)
