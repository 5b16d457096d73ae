"""The desk's sweepers: move on every handover whose timer ended, even if every task was lost, wake errands, read on for the
search, and count who waits in no queue."""

import math
from collections import Counter
from datetime import datetime, timedelta
from typing import Any

import structlog
from django.db import models
from django.db.models import Exists, Min, OuterRef, Q, QuerySet
from django.db.models.functions import Cast, Concat, Greatest
from django.db.models.signals import post_delete, post_save
from django.utils import timezone

from apps.agents import presence
from apps.agents.console import message_search
from apps.agents.models import Case, DeskSettings, Errand, Ticket
from apps.agents.queue import leaving, queue, waits
from apps.agents.tickets import errands, ways_out
from apps.conversations import people
from apps.conversations.ledger import pages
from apps.conversations.ledger.batch import SAID
from apps.conversations.ledger.pages import CHANGED
from apps.conversations.models import Conversation, Conversations, Event, Filing, Handover, Handovers, Owner
from apps.conversations.wire import events
from apps.tenants import context, due
from apps.tenants.tasks import GRACE, enqueue
from apps.tenants.workspace.models import Member, Site

log = structlog.get_logger(__name__)

TELL_EVERY = timedelta(seconds=20)
OWN_KEY = Concat(models.Value("handover:"), Cast(OuterRef("pk"), models.TextField()))  # of a handover's errand and ticket
FILING_KEY = Concat(models.Value("filing:"), Cast(OuterRef("pk"), models.TextField()))


BY_HAND = "agents.by_hand"


def _by_hand(update_fields: frozenset[str] | None = None, **_: Any) -> None:
    """The admin saved something that the desk's timers rest on: who may answer, patience, office hours, a ticket's end."""
    noted_only = update_fields is not None and update_fields <= {"last_login", "password"}
    here = context.get()
    if not noted_only and here and here.schema_name != context.PUBLIC_SCHEMA:  # the platform has members and no desk
        due.tell(BY_HAND)


for model in (Member, DeskSettings, Site, Ticket):
    for saved in (post_save, post_delete):
        saved.connect(_by_hand, sender=model, weak=False)


@due.sweeper("agents.desk", every=2, after=(CHANGED, SAID, BY_HAND, "agents.dispatch", "agents.end_offers"))
def desk() -> timedelta | None:
    """Due every two seconds while a customer waits for an agent, else when the next timer of a handover or case ends."""
    if not _somebody_is_with_people():
        waits.measure(waits.Found())
        return None
    found = sweep_desk()
    waits.measure(found)
    if found.waiting or found.stranded or _hopeful().exists():
        return timedelta()
    return due.until(_leaves_at(), _left().aggregate(at=Min("due_at"))["at"])


WAKERS = ("agents.run_errand", "agents.run_errands", "agents.take_message", "agents.file_ticket")


@due.sweeper("agents.errands", every=2, after=WAKERS)
def owed() -> timedelta | None:
    """Due when an errand's next try is some seconds overdue, or the time of the worker that has it is over."""
    untaken = _untaken_messages().exists() or _unfiled().exists()
    earliest = Errand.objects.aggregate(at=Min("wake_at"))["at"]
    if untaken or (earliest and earliest + GRACE <= timezone.now()):
        wake_errands()
        return timedelta()
    return due.until(earliest and earliest + GRACE)


@due.sweeper("agents.spoken", every=2, after=(CHANGED, SAID))
def spoken() -> timedelta | None:
    """Due while something that was said is not in the index of the desk's search."""
    return timedelta() if message_search.read_new(500) else None


def sweep_desk() -> waits.Found:
    """Sweeps the tenant of the moment. One with nobody at the desk costs a few queries on partial indexes."""
    _rescue()
    if not Handover.objects.open().exists():
        return waits.Found()
    queue.end_offers()
    _end_waiting()
    _begin_again()
    leaving.note()
    queue.dispatch()
    _tell_positions()
    _lapse()
    found = waits.Found(queue.waiting().count(), stranded().count())
    if found.stranded:
        log.error("customers_stranded", count=found.stranded)
    return found


def _somebody_is_with_people() -> bool:
    """Whether anybody waits for the desk, talks with it or has left it something."""
    return Handover.objects.open().exists() or Conversation.objects.with_people().exists()


def stranded() -> QuerySet[Conversation]:
    """The invariant: nobody waits in no queue. Open conversations of the desk that no agent can see, or nobody has.

    In the queue without an open handover, or with one that no entitled agent could take; with a person, but whom?
    """
    asked = Handover.objects.filter(conversation=OuterRef("pk"))
    queued = asked.claimable() if presence.entitled().exists() else asked.unattended()
    held = Case.objects.filter(conversation=OuterRef("pk"), assignee__in=presence.entitled())
    return Conversation.objects.open().filter(Q(~Exists(queued), owner=Owner.QUEUE) | Q(~Exists(held), owner=Owner.HUMAN))


def _rescue() -> None:
    """Put right what must not be, and bring the customers of agents who went away back into the queue."""
    gone = timezone.now() - timedelta(minutes=DeskSettings.load().gone_minutes)
    there = Case.objects.filter(conversation=OuterRef("pk"), assignee__presence__seen_at__gt=gone)
    left = _with_agents().filter(~Exists(there), waiting_since__lt=gone)
    for pk in {*stranded().values_list("pk", flat=True)[:200], *left.values_list("pk", flat=True)[:200]}:
        with pages.page(pk) as page:
            if stranded().filter(pk=pk).exists() or left.filter(pk=pk).exists():  # still so, now that the row is held
                log.warning("customer_rescued", conversation=str(pk), owner=page.conversation.owner)
                case = Case.objects.filter(pk=pk).select_related("team").first()
                queue.put_back(page, Handover.Reason.LOST, team=case.team if case else None)


def _with_agents() -> Conversations:
    return Conversation.objects.open().owned_by(Owner.HUMAN)


def _leaves_at() -> datetime | None:
    """The time the next customer goes back into the queue if their agent is not seen again."""
    seen = Greatest("waiting_since", "case__assignee__presence__seen_at")  # PostgreSQL's leaves out what is NULL
    earliest: datetime | None = _with_agents().waiting().aggregate(at=Min(seen))["at"]
    return earliest and earliest + timedelta(minutes=DeskSettings.load().gone_minutes)


def _end_waiting() -> None:
    """Patience ended, or the last agent left and has not come back for a while: the message form."""
    patience = timezone.now() - timedelta(minutes=DeskSettings.load().patience_minutes)
    waiting = queue.waiting()
    if presence.lately():
        waiting = waiting.requested().filter(waiting_from__lt=patience)
    for handover in waiting[:500]:
        queue.end_waiting(handover)


def _begin_again() -> None:
    """Somebody came, and a customer to whom nobody was there is still waiting without having left an address."""
    if not people.online():
        return
    for handover in _hopeful()[:200]:
        with pages.page(handover.conversation_id) as page:
            if page.conversation.is_queued and page.conversation.is_open:
                page.conversation.wait(handover.requested_at)
                queue.put_back(page, handover.reason)


def _hopeful() -> QuerySet[Handover]:
    """Customers who found nobody there, and may still sit before the screen."""
    recently = timezone.now() - timedelta(minutes=DeskSettings.load().patience_minutes)
    left = Handover.objects.unattended().filter(contact="", online=False)
    left = left.filter(Q(told_at__gt=recently) | Q(conversation__waiting_since__isnull=False))
    return left.of_open_conversations().filter(conversation__owner=Owner.QUEUE)


def _tell_positions() -> None:
    """Tells customers their place in line, only when it has changed enough to mean something, and not too often."""
    now = timezone.now()
    pace = _seconds_a_customer()
    for place, handover in enumerate(queue.waiting().there()[:500], 1):
        told, when = handover.told_position, handover.told_at
        if (when and now - when < TELL_EVERY) or not _means_something(told, place):
            continue
        with pages.page(handover.conversation_id) as page:
            if page.conversation.is_queued and Handover.objects.filter(pk=handover.pk).tell(place, now):
                wait = math.ceil(place * pace / 60) * 60
                body = events.owner_body(Owner.QUEUE, online=True, position=place, wait_seconds=wait)
                page.append(Event.Kind.OWNER, Event.Author.SYSTEM, body)


def _means_something(told: int | None, place: int) -> bool:
    """One that grew, because somebody came back who asked before, is not told: no customer sees the line lengthen."""
    return told is None or (place < told and (place <= 3 or place <= told / 2))


def _seconds_a_customer() -> float:
    """The average time between customers taken in the last half hour; without experience the usual reply time."""
    since = timezone.now() - timedelta(minutes=30)
    taken = Handover.objects.filter(accepted_at__gt=since).aggregate(n=models.Count("pk"), first=models.Min("accepted_at"))
    if taken["n"] >= 3:
        return float((timezone.now() - taken["first"]).total_seconds() / taken["n"])
    agents = max(1, presence.available().count())
    return Site.load().reply_minutes * 60 / agents


def _lapse() -> None:
    """A message form that nobody filled in: after a week the request is over. Left messages end with their ticket."""
    now = timezone.now()
    solved = Ticket.objects.filter(key=OWN_KEY, status=Ticket.Status.SOLVED)
    _left().filter(Q(due_at__lt=now) | Q(Exists(solved))).finish(now)


def _left() -> Handovers:
    return Handover.objects.unattended().exclude(conversation__owner=Owner.QUEUE)


def wake_errands() -> None:
    for pk in _untaken_messages().values_list("pk", flat=True)[:200]:
        enqueue("agents.take_message", handover=str(pk))
    for pk in _unfiled().values_list("pk", flat=True)[:200]:
        enqueue("agents.file_ticket", filing=str(pk))
    overdue = Errand.objects.filter(wake_at__lte=timezone.now() - GRACE)
    woken: Counter[str] = Counter()
    for errand, kind in overdue.values_list("pk", "kind")[:200]:
        if kind not in errands.outside():
            enqueue("agents.run_errand", errand=errand)
        elif woken[kind] < ways_out.EACH:  # each that ends wakes the next
            woken[kind] += 1
            enqueue("agents.run_errands", kind=kind)


def _unfiled() -> QuerySet[Filing]:
    """Tickets that the bot promised, and of which no errand was made yet."""
    made = Errand.objects.filter(key=FILING_KEY)
    return Filing.objects.filter(~Exists(made), filed_at=None, at__lt=timezone.now() - GRACE)


def _untaken_messages() -> QuerySet[Handover]:
    """Messages that customers left, and of which no errand was made yet."""
    made = Errand.objects.filter(key=OWN_KEY)
    return Handover.objects.exclude(contact="").filter(~Exists(made), requested_at__gt=timezone.now() - timedelta(days=30))
