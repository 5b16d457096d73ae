"""Every set that wishes so is run on the live release, and neither a run nor a candidate waits for ever."""

from datetime import timedelta

from django.db.models import Min
from django.utils import timezone, translation

from apps.insights import gate, runs
from apps.insights.models import EvaluationSet, Run
from apps.releases import publishing
from apps.releases.models import Release
from apps.tenants import due
from apps.tenants.refusal import Refusal
from apps.tenants.workspace.models import Site

SETTLED = timedelta(seconds=15)  # several saves in a row make one run, on the last of their releases


@due.sweeper("insights.runs", every=5, after=(runs.TASK, publishing.PUBLISHED, publishing.WAITING, runs.CHANGED))
def look() -> timedelta | None:
    with translation.override(Site.load().language):
        waiting = gate.look()  # first: what customers wait for is asked before what is live already
    if not EvaluationSet.objects.exists():
        return None
    runs.wake()
    waits = [waiting, begin_due(), due.until(Run.objects.filter(state__in=Run.OPEN).aggregate(at=Min("wake_at"))["at"])]
    return min((wait for wait in waits if wait is not None), default=None)


def begin_due() -> timedelta | None:
    """Begins a run of each set that has none on the live release. → how long until the release has settled."""
    live = Release.objects.filter(active=True).first()
    if live is None:
        return None
    asked = Run.objects.filter(release=live.number).values("set")
    wishing = EvaluationSet.objects.filter(on_publish=True, items__isnull=False).exclude(pk__in=asked).distinct()
    waiting = [each for each in wishing if each.open_run is None]
    if not waiting:
        return None  # one that is being run on an older release tells when it has ended
    wait = (live.activated_at or live.created_at) + SETTLED - timezone.now()
    if wait > timedelta():
        return wait
    for each in waiting:
        try:
            runs.begin(each)
        except Refusal:  # somebody was faster
            continue
    return None
