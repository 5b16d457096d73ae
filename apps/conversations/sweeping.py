"""The sweepers of conversations: questions that wait although nobody works on them, colleagues who do not answer in time, files
that nobody has said, counts of a month ago, lessons whose worker was lost,
finds in the log of a month ago, messages that a worker is still to judge."""

from datetime import timedelta

import structlog
from django.db.models import Exists, F, Min, OuterRef, Q, QuerySet
from django.utils import timezone

from apps.conversations import decisions
from apps.conversations.files import attachments
from apps.conversations.guarding import judging, lines
from apps.conversations.ledger.batch import SAID
from apps.conversations.ledger.pages import CHANGED
from apps.conversations.live import backlog
from apps.conversations.marking import lessons
from apps.conversations.models import Attachment, Conversation, Decision, Event, Handover, Owner, Turn, Visit
from apps.conversations.models.visit import CAME, KEPT
from apps.tenants import context, due
from apps.tenants.workspace.models import Site

log = structlog.get_logger(__name__)

WAITS_TOO_LONG = timedelta(seconds=5)
AT_ONCE = 1_000


@due.sweeper("conversations.questions", every=5, after=(SAID, CHANGED))
def questions() -> timedelta | None:
    """Due when a question has waited for five seconds, and every five seconds while it waits."""
    since = (_waiting().aggregate(at=Min("waiting_since"))["at"], _unheard().aggregate(at=Min("at"))["at"])
    earliest = min(filter(None, since), default=None)
    if earliest and earliest + WAITS_TOO_LONG < timezone.now():
        wake_forgotten()
    return due.until(earliest and earliest + WAITS_TOO_LONG)


def wake_forgotten() -> int:
    """Put the tenant's forgotten questions back into its backlog and wake somebody; returns how many."""
    now = timezone.now()
    working = Turn.objects.filter(epoch=OuterRef("epoch"), state=Turn.State.RUNNING, lease_until__gt=now)
    forgotten = _waiting().filter(~Exists(working.filter(conversation=OuterRef("pk"))), waiting_since__lt=now - WAITS_TOO_LONG)
    unheard = _unheard().filter(~Exists(working.filter(conversation=OuterRef("conversation"))), at__lt=now - WAITS_TOO_LONG)
    found = [*forgotten.values_list("pk", flat=True)[:1_000], *unheard.values_list("conversation", flat=True)[:1_000]]
    if found:
        backlog.put(found, urgent=True)
        log.warning("questions_woken", tenant=context.schema(), count=len(found))
    return len(found)


def _waiting() -> QuerySet[Conversation]:
    """The conversations whose last words the bot has to answer."""
    unattended = Handover.objects.unattended().filter(conversation=OuterRef("pk"))
    return Conversation.objects.waiting().filter(Q(owner=Owner.BOT) | Q(Exists(unattended), owner=Owner.QUEUE))


def _unheard() -> QuerySet[Event]:
    """The last words of customers in a queue that is attended, where the bot has not looked at them."""
    said = Event.objects.filter(kind=Event.Kind.MESSAGE, author=Event.Author.VISITOR, epoch=F("conversation__epoch"))
    queued = Conversation.objects.waiting().owned_by(Owner.QUEUE)
    attended = Handover.objects.waiting().filter(conversation=OuterRef("conversation"))
    looked_at = Turn.objects.filter(conversation=OuterRef("conversation"), epoch=OuterRef("epoch"))
    rows = said.filter(Exists(attended), ~Exists(looked_at.exclude(state=Turn.State.RUNNING)), conversation__in=queued)
    return rows.filter(Exists(Site.objects.filter(answers_waiting=True)))


@due.sweeper("conversations.decisions", every=2, after=(decisions.ASKED,))
def undecided() -> timedelta | None:
    """Due when the time of a question to colleagues is over: the flow goes on without an answer."""
    for row in Decision.objects.due(timezone.now()).order_by("due_at")[:200]:
        decisions.elapse(row)
    return due.until(Decision.objects.open().aggregate(at=Min("due_at"))["at"])


@due.sweeper("conversations.visits", every=600, after=(CAME,))
def visits() -> timedelta | None:
    """Due when the oldest count of a flow's states is 28 days old. Ids follow the time."""
    oldest = list(Visit.objects.order_by("pk").values_list("pk", "entered_at")[:AT_ONCE])
    past = timezone.now() - KEPT
    Visit.objects.filter(pk__in=[pk for pk, at in oldest if at < past]).delete()
    left = [at for _pk, at in oldest if at >= past]
    return due.until(left[0] + KEPT) if left else (timedelta() if oldest else None)


@due.sweeper("conversations.files", every=600, after=(attachments.SENT_UP,))
def files() -> timedelta | None:
    """Due a day after a file was sent up, or claimed by a message that may never have been written."""
    if not Attachment.objects.exists():
        return None
    attachments.sweep()
    day = timezone.now() - attachments.KEPT
    if attachments.unsaid().filter(touched_at__lt=day).exists():
        return timedelta()  # more than one look takes, or a file that could not be removed
    earliest = Attachment.objects.filter(touched_at__gte=day).aggregate(at=Min("touched_at"))["at"]
    return due.until(earliest and earliest + attachments.KEPT)


@due.sweeper("conversations.lessons", every=5, after=(lessons.TASK,))
def learning() -> timedelta | None:
    return due.until(lessons.wake())


@due.sweeper(lines.NEWS, every=600, after=())
def finds_in_lines() -> timedelta | None:
    """Due when the oldest find in a line of no conversation is to be forgotten."""
    return due.until(lines.forget())


@due.sweeper("conversations.judging", every=2, after=(SAID, judging.TASK))
def unjudged() -> timedelta | None:
    return judging.wake()
