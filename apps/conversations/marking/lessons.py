"""A lesson, told as a story: somebody asks for it, a worker learns from the marks, and what it learnt can be taken into use.

The row is the truth: a lesson whose worker was killed is woken by the sweeper and begun anew. Nothing of it is in force: a rule
names the weights, and goes live by being saved, as any rule does.
"""

import time
from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

import structlog
from django.db import transaction
from django.db.models import F, Q, QuerySet
from django.utils import timezone
from django.utils.translation import gettext as _

from apps.conversations.models import Lesson, Mark
from apps.filters import checking, learning, starters
from apps.filters.learning import FEWEST, Marked
from apps.filters.models import Filter, Weights
from apps.filters.offence import model
from apps.filters.rule import Rule
from apps.tenants.refusal import Refusal
from apps.tenants.tasks import enqueue
from apps.tenants.vault import encryption
from apps.tenants.workspace.models import Member

log = structlog.get_logger(__name__)

TASK = "conversations.learn_marks"
LEASE, BEAT = timedelta(minutes=3), 30.0  # renewed every so many seconds while vectors are made
MOST_ATTEMPTS = 3
KEPT = 20  # lessons; weights stay


def begin(*, by: Member) -> Lesson:
    """Raises Refusal for marks that are too few to learn from, and where a lesson is being learnt."""
    offensive, safe = Mark.counts()
    if min(offensive, safe) < FEWEST:
        facts = {"few": FEWEST, "offensive": offensive, "safe": safe}
        told = _("It takes %(few)d marks of each side. There are %(offensive)d offensive ones and %(safe)d others.")
        raise Refusal("nothing_to_do", told % facts)
    with transaction.atomic():
        if Lesson.objects.filter(state__in=Lesson.OPEN).exists():
            raise Refusal("too_many", _("It is learning already. Wait until that has ended."))
        row = Lesson.objects.create(offensive=offensive, safe=safe, wake_at=_in(seconds=30), created_by=by)
        Lesson.objects.exclude(pk__in=list(Lesson.objects.values_list("pk", flat=True)[:KEPT])).delete()
        enqueue(TASK, lesson=str(row.pk))
    return row


def advance(key: str) -> None:
    """Learns. Harmless to call twice."""
    row = _claim(UUID(key))
    if row is None:
        return
    if row.attempts > MOST_ATTEMPTS:  # each of them killed its worker
        _end(row, Lesson.State.FAILED)
        return
    try:
        _end(row, Lesson.State.DONE, **_learnt(_Beat(row)))
    except Exception:
        log.exception("lesson_failed", lesson=key, attempt=row.attempts)
        _end(row, Lesson.State.FAILED)


def wake() -> datetime | None:
    """Wakes what was lost; → when there is to be looked again."""
    now = timezone.now()
    for key in Lesson.objects.filter(state__in=Lesson.OPEN, wake_at__lt=now).values_list("pk", flat=True):
        enqueue(TASK, lesson=str(key))
    Lesson.objects.filter(state=Lesson.State.WAITING, wake_at__lt=now).update(wake_at=_in(seconds=60))
    left = Lesson.objects.filter(state__in=Lesson.OPEN).order_by("wake_at").values_list("wake_at", flat=True)
    return left.first()


class _Beat:
    """Tells the sweeper that the worker lives."""

    def __init__(self, row: Lesson) -> None:
        self._row, self._told = row, time.monotonic()

    def __call__(self) -> None:
        if time.monotonic() - self._told > BEAT:
            self._told = time.monotonic()
            _mine(self._row).update(wake_at=timezone.now() + LEASE)


def _learnt(beat: Callable[[], None]) -> dict[str, Any]:
    """→ the fields of a lesson that has ended."""
    rows = [(str(encryption.shown(row, "text")), row.offensive) for row in Mark.objects.order_by("id")]
    marked = [Marked(text, offensive) for text, offensive in rows if text]
    sides = [sum(each.offensive for each in marked), sum(not each.offensive for each in marked)]
    if min(sides) < FEWEST:  # taken back since
        return {"found": {"few": True}}
    learnt = learning.learn(marked, model.shipped(), beat)
    found: dict[str, Any] = {
        "before": [learnt.before.offensive, learnt.before.safe],
        "held_out": [learnt.held_out.offensive, learnt.held_out.safe],
    }
    facts = {"offensive": sides[0], "safe": sides[1], "found": found}
    if not learnt.is_no_worse:
        return facts
    kept = Weights.keep(learnt.model.stored(), offensive=sides[0], safe=sides[1])
    found["examples"] = [_examples(rule, catch, let_pass, kept.digest) for rule, catch, let_pass in _rules()]
    return facts | {"weights": kept.digest}


def _rules() -> list[tuple[Rule, list[str], list[str]]]:
    """The tenant's rules of this kind with their examples; without one, that of the ready-made set."""
    rows = Filter.objects.filter(kind="classifier").order_by("order", "name")
    if rows:
        return [(row.rule, row.must_catch, row.must_pass) for row in rows]
    ready = next(each for starter in starters.starters() for each in starter.rules if each.kind == "classifier")
    return [(ready.rule(starters.ENGLISH), list(ready.must_catch), list(ready.must_pass))]


def _examples(rule: Rule, must_catch: list[str], must_pass: list[str], weights: str) -> dict[str, Any]:
    """How many examples of the rule fail by the shipped model, and by what was learnt."""
    failing = []
    for judge in ("", weights):
        settings = {key: value for key, value in rule.settings.items() if key != "weights"} | {"weights": judge}
        tried = Rule.read(rule.stored() | {"settings": settings})
        failing.append(len(checking.failures(tried, must_catch, must_pass)))
    return {"rule": rule.key, "name": rule.name, "n": len(must_catch) + len(must_pass), "failing": failing}


def _claim(key: UUID) -> Lesson | None:
    free = Q(state=Lesson.State.WAITING) | Q(state=Lesson.State.WORKING, wake_at__lt=timezone.now())
    working = {"state": Lesson.State.WORKING, "attempts": F("attempts") + 1, "wake_at": timezone.now() + LEASE}
    return Lesson.objects.get(pk=key) if Lesson.objects.filter(free, pk=key).update(**working) else None


def _end(row: Lesson, state: Lesson.State, **facts: Any) -> None:
    """Only by the worker that has it still."""
    _mine(row).update(state=state, finished_at=timezone.now(), wake_at=None, **facts)


def _mine(row: Lesson) -> QuerySet[Lesson]:
    return Lesson.objects.filter(pk=row.pk, state=Lesson.State.WORKING, attempts=row.attempts)


def _in(*, seconds: float) -> datetime:
    return timezone.now() + timedelta(seconds=seconds)
