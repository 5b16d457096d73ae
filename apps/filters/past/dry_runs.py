"""A dry run, told as a story: it is begun, looks at messages in pieces of a second, newest first, and ends or is stopped.

Between two pieces the worker's other tasks have their turn. The row is the truth: a piece that is lost is woken by the sweeper
and goes on behind the last message that was counted.
"""

import time
from collections.abc import Sequence
from datetime import datetime, timedelta
from functools import lru_cache
from uuid import UUID

import structlog
from django.db import transaction
from django.db.models import F, Q, QuerySet
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from apps.filters import part
from apps.filters.models import DryRun, Filter
from apps.filters.past import messages
from apps.filters.past.messages import Message
from apps.filters.past.tally import Tally
from apps.filters.rule import Direction, Rule
from apps.filters.screening.screen import Screen
from apps.releases import publishing
from apps.tenants import context
from apps.tenants.refusal import Refusal
from apps.tenants.tasks import enqueue
from apps.tenants.workspace.models import Member

log = structlog.get_logger(__name__)

TASK = "filters.dry_run"
SPANS = (7, 28, 90)  # days
MOST_MESSAGES, MOST_AT_ONCE = 20_000, 3
PIECE_SECONDS = 1.0
LEASE = timedelta(seconds=45)  # of a piece
KEPT = timedelta(days=1)
MOST_ATTEMPTS = 4


def begin(rules: Sequence[Rule], days: int, *, of: Filter | None = None, compared: bool = True, by: Member | None) -> DryRun:
    """Tries the rules on the messages of the last days, in the background. A rule is `compared` with what its row `of` is live.
    Raises Refusal for none, and for one run too many."""
    if not rules:
        raise Refusal("nothing_to_do", _("No rule is on."))
    with transaction.atomic():
        if of:
            stop_all(of)
        if DryRun.objects.filter(state__in=DryRun.OPEN).count() >= MOST_AT_ONCE:
            raise Refusal("too_many", _("Too many tests are running. Try again when one of them has ended."))
        run = DryRun.objects.create(
            filter=of,
            rules=[rule.stored() for rule in rules],
            before=[rule.stored() for rule in live(of)] if compared else None,
            days=days,
            since=timezone.now() - timedelta(days=days),
            wake_at=_in(seconds=30),
            created_by=by,
        )
        enqueue(TASK, run=str(run.pk))
    return run


def live(of: Filter | None) -> list[Rule]:
    """The rule of this row as customers meet it now; none for one that is not in force."""
    return [rule for rule in part.rules(publishing.active()) if rule.key == str(of.pk)] if of else []


def advance(key: str) -> None:
    """Looks at the next piece. Harmless to call twice."""
    run = _claim(UUID(key))
    if run is None:
        return
    if run.attempts > MOST_ATTEMPTS:  # each of them killed its worker
        _end(run, DryRun.State.FAILED)
        return
    claimed = run.done
    try:
        _look(run, claimed)
    except Exception:
        log.exception("dry_run_failed", run=key, attempt=run.attempts)
        if run.attempts >= MOST_ATTEMPTS:
            _end(run, DryRun.State.FAILED)
        else:
            _go_on(run, claimed, seconds=5)


def stop(run: DryRun) -> bool:
    """Ends it where it is; what was found so far stays. False when it had ended already."""
    return _end(run, DryRun.State.STOPPED)


def stop_all(of: Filter) -> None:
    for run in DryRun.objects.filter(filter=of, state__in=DryRun.OPEN):
        stop(run)


def wake() -> int:
    """Wakes those of the tenant of the moment whose piece was lost. → how many."""
    late = list(DryRun.objects.filter(state__in=DryRun.OPEN, wake_at__lt=timezone.now()).values_list("pk", flat=True))
    for key in late:
        enqueue(TASK, run=str(key))
    DryRun.objects.filter(pk__in=late, state=DryRun.State.WAITING).update(wake_at=_in(seconds=60))
    return len(late)


def clear() -> None:
    """Deletes those of yesterday."""
    DryRun.objects.filter(created_at__lt=timezone.now() - KEPT).delete()


def directions(rules: Sequence[Rule]) -> frozenset[Direction]:
    return frozenset(direction for rule in rules for direction in rule.directions)


def _claim(key: UUID) -> DryRun | None:
    free = Q(state=DryRun.State.WAITING) | Q(state=DryRun.State.WORKING, wake_at__lt=timezone.now())
    working = {"state": DryRun.State.WORKING, "attempts": F("attempts") + 1, "wake_at": timezone.now() + LEASE}
    return DryRun.objects.get(pk=key) if DryRun.objects.filter(free, pk=key).update(**working) else None


def _look(run: DryRun, claimed: int) -> None:
    now, before = _screens(context.schema(), run.pk)
    wanted = directions([*now.rules, *(before.rules if before else ())])
    if run.messages is None:
        run.messages = messages.reader().count(wanted, run.since, MOST_MESSAGES)
    tally = Tally.read(run.found)
    until = time.monotonic() + PIECE_SECONDS
    while True:
        page = messages.reader().page(wanted, run.since, run.reached)
        if not _took(run, tally, page.messages[: MOST_MESSAGES - run.done], now, before, until):
            break
        run.reached = page.below
        if page.below is None or run.done >= MOST_MESSAGES:
            _ours(run, claimed).update(**_ended(DryRun.State.DONE), **_facts(run, tally))
            return
        if time.monotonic() > until:  # also where others wrote all of a page
            break
    _go_on(run, claimed, tally)


def _took(run: DryRun, tally: Tally, found: Sequence[Message], now: Screen, before: Screen | None, until: float) -> bool:
    """Whether all of them were looked at before the piece was over; one at least is."""
    for message in found:
        tally.take(message, now, before)
        run.done, run.reached = run.done + 1, message.id
        if time.monotonic() > until:
            return False
    return True


@lru_cache(4)
def _screens(schema: str, key: UUID) -> tuple[Screen, Screen | None]:
    """The rules that a run holds against messages, and those it is compared with: neither changes while it runs."""
    run = DryRun.objects.get(pk=key)
    return Screen(run.tried), Screen(run.live) if run.compares else None


def _facts(run: DryRun, tally: Tally) -> dict[str, object]:
    return {"found": tally.stored(), "done": run.done, "reached": run.reached, "messages": run.messages, "attempts": 0}


def _ours(run: DryRun, claimed: int) -> QuerySet[DryRun]:
    """The run as long as no other worker took it over: then its piece is told by that one."""
    return DryRun.objects.filter(pk=run.pk, state=DryRun.State.WORKING, attempts=run.attempts, done=claimed)


def _go_on(run: DryRun, claimed: int, tally: Tally | None = None, *, seconds: float = 0) -> None:
    """The next piece is another task, so that what waits in the same queue comes first."""
    facts = _facts(run, tally) if tally else {}
    with transaction.atomic():
        if _ours(run, claimed).update(state=DryRun.State.WAITING, wake_at=_in(seconds=seconds + 30), **facts):
            enqueue(TASK, run=str(run.pk), countdown=seconds or None)


def _end(run: DryRun, state: DryRun.State) -> bool:
    """False when it had ended already."""
    return bool(DryRun.objects.filter(pk=run.pk, state__in=DryRun.OPEN).update(**_ended(state)))


def _ended(state: DryRun.State) -> dict[str, object]:
    return {"state": state, "finished_at": timezone.now(), "wake_at": None}


def _in(*, seconds: float) -> datetime:
    return timezone.now() + timedelta(seconds=seconds)
