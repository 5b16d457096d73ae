"""The gate before a release: a candidate waits for a run of every set that refuses, goes live when it meets their bars, and
stays back otherwise. Nothing waits for ever: a run that cannot be done, or that nobody does, ends the waiting too.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta

from django.db.models import QuerySet
from django.utils import timezone
from django.utils.translation import gettext as _

from apps.insights import bars, figures, runs
from apps.insights.bars import Standing
from apps.insights.models import EvaluationSet, Run
from apps.releases import checks, publishing
from apps.releases.models import Candidate
from apps.tenants import due
from apps.tenants.refusal import Refusal

LONGEST = runs.LONGEST + runs.LEASE + timedelta(minutes=2)  # then it is held back, whatever its runs do
SILENT = timedelta(minutes=3)  # without an answer somebody should look whether the workers are up


@dataclass(frozen=True)
class Checked:
    """A set that the candidate must meet. `run`: its run on it, None before that begins."""

    set: EvaluationSet
    run: Run | None

    @property
    def problem(self) -> str:
        """Why it is not met, in a sentence; "" where it is, and while that is open."""
        if self.run is None or self.run.is_open:
            return ""
        if self.run.state != Run.State.DONE:
            named = {"name": self.set.name, "how": self.run.get_state_display()}
            return _("Its run by “%(name)s” ended early (%(how)s).") % named
        standing = Standing(self.set, self.run, figures.share(self.run))
        return bars.sentence(standing) if standing.is_below else ""


def refusing() -> QuerySet[EvaluationSet]:
    """The sets that a release must meet."""
    wanted = EvaluationSet.objects.filter(below=EvaluationSet.Below.REFUSE, bar__isnull=False)
    return wanted.filter(items__isnull=False).distinct()


def checked(candidate: Candidate) -> list[Checked]:
    """Each such set with its run since the candidate began to wait."""
    asked = Run.objects.filter(release=candidate.pk, created_at__gte=candidate.since)
    return [Checked(each, asked.filter(set=each).first()) for each in refusing()]


def is_silent(candidate: Candidate, every: Sequence[Checked]) -> bool:
    """Whether nothing has been asked of it for so long that the workers may be away."""
    waits = candidate.state == Candidate.State.WAITING and candidate.since < timezone.now() - SILENT
    return waits and not any(each.run and each.run.done for each in every)


def look() -> timedelta | None:
    """Begins the runs of the candidate that waits, or decides about it. → how long until it is held back all the same."""
    _cancel_overtaken()
    candidate = publishing.waiting()
    if candidate is None:
        return None
    every = checked(candidate)
    ahead = due.until(candidate.since + LONGEST)
    if ahead is None or ahead <= timedelta():
        publishing.hold_back(candidate, _("It could not be checked in time. See whether the workers are up."))
        return None
    for each in every:
        if each.run is None:
            _begin(each.set, candidate)
    return None if publishing.settle(candidate) else ahead


def verdict(candidate: Candidate) -> str | None:
    every = checked(candidate)
    if any(each.run is None or each.run.is_open for each in every):
        return None
    return " ".join(each.problem for each in every if each.problem)


checks.register("insights.bars", wanted=lambda _before, _after: refusing().exists(), verdict=verdict)


def _begin(chosen: EvaluationSet, candidate: Candidate) -> None:
    """A run that began by itself gives way; one that somebody wished for tells when it has ended."""
    going = chosen.open_run
    if going and going.created_by_id is None:
        runs.cancel(going)
    try:
        runs.begin(chosen, release=candidate.pk)
    except Refusal:  # it is being run, or lost its last question a moment ago
        return


def _cancel_overtaken() -> None:
    overtaken = Candidate.objects.filter(state=Candidate.State.OVERTAKEN).values("pk")
    for run in Run.objects.filter(state__in=Run.OPEN, release__in=overtaken):
        runs.cancel(run)
