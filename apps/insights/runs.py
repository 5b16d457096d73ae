"""The run of a set, told as a story: it is begun, asks its questions in pieces of a second, ends, and is counted.

Between two pieces the worker's other tasks have their turn, so nothing waits behind a long set. The row is the truth: a piece
that is lost is woken by the sweeper and goes on behind the last question that was kept.
"""

import time
from datetime import datetime, timedelta

import structlog
from django.db import transaction
from django.db.models import F, Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from apps.conversations.bot.story import Said
from apps.conversations.worker import rehearsal
from apps.insights import evaluation, faults, questions
from apps.insights.evaluation import Asked
from apps.insights.models import EvaluationSet, Item, Result, Run
from apps.releases import publishing
from apps.releases.models import Release
from apps.tenants import due
from apps.tenants.refusal import Refusal
from apps.tenants.tasks import enqueue
from apps.tenants.workspace.models import Member

log = structlog.get_logger(__name__)
TASK = "insights.evaluate"
CHANGED = "insights.changed"  # a set may wish to be run: it has new questions, or its last run has ended
PIECE_SECONDS = 1.0
LEASE = timedelta(minutes=3)  # of a piece; one question to a slow model takes far less
LONGEST = timedelta(minutes=30)  # then a run ends itself
MOST_ATTEMPTS = 4
WITH_RESULTS, MOST_RUNS = 20, 200  # of a set: runs whose results are kept, and runs whose totals are


def begin(chosen: EvaluationSet, *, release: int | None = None, by: Member | None = None) -> Run:
    """Asks a release, the live one by default, in the background. Raises Refusal for a set that is empty, or is being run."""
    with transaction.atomic():
        EvaluationSet.objects.select_for_update().get(pk=chosen.pk)
        if chosen.open_run:
            raise Refusal("taken", _("This set is being run already."))
        count = chosen.items.count()
        if not count:
            raise Refusal("nothing_to_do", _("This set has no questions yet."))
        number = release or publishing.active().number
        run = Run(set=chosen, release=number, items=count, created_by=by, wake_at=_in(seconds=30))
        run.save()
        enqueue(TASK, run=run.pk)
    return run


def advance(number: int) -> None:
    """Asks the next piece. Harmless to call twice."""
    run = _claim(number)
    if run is None:
        return
    if run.created_at < timezone.now() - LONGEST:
        _end(run, Run.State.OVERDUE)
        return
    try:
        if _ask(run):
            _finish(run)
    except Exception as error:
        log.exception("run_failed", run=number, attempt=run.attempts)
        if run.attempts >= MOST_ATTEMPTS:
            _end(run, Run.State.FAILED, str(error) or type(error).__name__)
        else:
            _pause(run, seconds=10)


def cancel(run: Run) -> bool:
    """Ends it where it is; what was asked so far stays without totals. False when it had ended already."""
    return _end(run, Run.State.CANCELLED)


def wake() -> int:
    """Wakes runs of the tenant of the moment whose piece was lost, and ends those that nobody ends. → how many."""
    for run in Run.objects.filter(state__in=Run.OPEN, created_at__lt=timezone.now() - LONGEST - LEASE):
        _end(run, Run.State.OVERDUE)
    late = list(Run.objects.filter(state__in=Run.OPEN, wake_at__lt=timezone.now()).values_list("pk", flat=True))
    for number in late:
        enqueue(TASK, run=number)
    Run.objects.filter(pk__in=late, state=Run.State.WAITING).update(wake_at=_in(seconds=60))
    return len(late)


def run_at_once(chosen: EvaluationSet) -> Run:
    """The same in the foreground, for commands. Raises Refusal as `begin` does."""
    run = begin(chosen)
    while run.is_open:
        advance(run.pk)
        run.refresh_from_db()
    return run


def _claim(number: int) -> Run | None:
    free = Q(state=Run.State.WAITING) | Q(state=Run.State.WORKING, wake_at__lt=timezone.now())
    working = {"state": Run.State.WORKING, "attempts": F("attempts") + 1, "wake_at": timezone.now() + LEASE}
    return Run.objects.get(pk=number) if Run.objects.filter(free, pk=number).update(**working) else None


def _ask(run: Run) -> bool:
    """Whether the last question has been asked. A run that was cancelled meanwhile is left as it is."""
    release = Release.objects.get(number=run.release)
    until = time.monotonic() + PIECE_SECONDS
    for item in Item.objects.filter(set=run.set_id, pk__gt=run.reached).order_by("pk")[:1000]:
        if not _keep(run, item, list(evaluation.ask(item.row, release=release))):
            return False
        if time.monotonic() > until:
            _pause(run)
            return False
    return True


def _keep(run: Run, item: Item, asked: list[Asked]) -> bool:
    """Whether the run is still ours; then the results are kept."""
    with transaction.atomic():
        ours = Run.objects.filter(pk=run.pk, state=Run.State.WORKING, reached__lt=item.pk)
        if not ours.update(reached=item.pk, done=F("done") + 1, attempts=0, wake_at=timezone.now() + LEASE):
            return False
        Result.objects.bulk_create(_result(run, item, each) for each in asked)
    return True


def _result(run: Run, item: Item, asked: Asked) -> Result:
    end = asked.tried.end
    fault, words = faults.of(asked)
    return Result(
        run=run,
        item=item,
        label=asked.question.id,
        kind=asked.kind,
        question=asked.question.text,
        expected=questions.written_expected(asked.question.expected),
        end=asked.end,
        in_dialogue=asked.in_dialogue,
        verdict=asked.verdict,
        shown=asked.shown,
        fault=fault,
        words=words,
        text=rehearsal.told(asked.tried),
        tier=end.tier if isinstance(end, Said) else None,
        cause="" if isinstance(end, Said) else end.cause,
        sources=[source.title for source in end.sources] if isinstance(end, Said) else [],
        found=evaluation.found(asked.tried),
        place=asked.place,
        hit=asked.hit,
        article=faults.article_of(asked) or None,
        ms=asked.tried.ms,
    )


def _pause(run: Run, *, seconds: float = 0) -> None:
    """The next piece is another task, so that what waits in the same queue comes first."""
    with transaction.atomic():
        ours = Run.objects.filter(pk=run.pk, state=Run.State.WORKING)
        if ours.update(state=Run.State.WAITING, wake_at=_in(seconds=seconds + 30)):
            enqueue(TASK, run=run.pk, countdown=seconds or None)


def _finish(run: Run) -> None:
    totals = evaluation.totals(Result.objects.filter(run=run).iterator(500))
    if _end(run, Run.State.DONE, totals=totals):
        _trim(run.set_id)


def _end(run: Run, state: Run.State, problem: str = "", **facts: object) -> bool:
    """False when it had ended already."""
    ended = {"state": state, "problem": problem[:500], "finished_at": timezone.now(), "wake_at": None, **facts}
    due.tell(CHANGED)
    return bool(Run.objects.filter(pk=run.pk, state__in=Run.OPEN).update(**ended))


def _trim(set_id: int) -> None:
    numbers = list(Run.objects.filter(set=set_id).order_by("-pk").values_list("pk", flat=True))
    Result.objects.filter(run__in=numbers[WITH_RESULTS:]).delete()
    Run.objects.filter(pk__in=numbers[MOST_RUNS:]).delete()


def _in(*, seconds: float) -> datetime:
    return timezone.now() + timedelta(seconds=seconds)
