"""The sweepers of flows: a call is forgotten a month after it was made, with what came back; a release's intents are learnt;
dialogues that a release waits for are played."""

from datetime import timedelta

from django.core.cache import cache
from django.utils import timezone, translation

from apps.flows import part, proving
from apps.flows.models import Call
from apps.flows.models.calls import KEPT, MADE
from apps.releases.models import Release
from apps.releases.publishing import PUBLISHED, WAITING
from apps.tenants import due
from apps.tenants.tasks import enqueue
from apps.tenants.workspace.models import Site

AT_ONCE = 1_000
LEARNT_WITHIN = PLAYED_WITHIN = timedelta(seconds=30)


@due.sweeper("flows.calls", every=600, after=(MADE,))
def calls() -> timedelta | None:
    """Due a month after the oldest call was made. Ids follow the time, so the oldest are found without an index of it."""
    oldest = list(Call.objects.order_by("pk").values_list("pk", "at")[:AT_ONCE])
    past = timezone.now() - KEPT
    Call.objects.filter(pk__in=[pk for pk, at in oldest if at < past]).delete()
    left = [at for _pk, at in oldest if at >= past]
    return due.until(left[0] + KEPT) if left else (timedelta() if oldest else None)


@due.sweeper("flows.dialogues", every=5, after=(WAITING, PUBLISHED, proving.TASK))
def dialogues() -> timedelta | None:
    """Due until a worker has played what a release waits for."""
    if proving.lacking():
        if cache.add("flows.dialogues.asked", True, PLAYED_WITHIN.total_seconds() / 2):
            enqueue(proving.TASK)
        return PLAYED_WITHIN
    with translation.override(Site.load().language):
        proving.settle()
    return None


@due.sweeper("flows.learning", every=10, after=(PUBLISHED, "flows.learn"))
def learning() -> timedelta | None:
    """Due until a worker has learnt the live release's intents, so that no customer waits for it. Were it lost, the first turn
    would do it."""
    live = Release.objects.filter(active=True).first()  # `active()` would publish the first
    if live is None or not part.of(live) or cache.get(learnt(live)):
        return None
    enqueue("flows.learn")
    return LEARNT_WITHIN


def learnt(release: Release) -> str:
    """The cache's key that says so."""
    return f"flows.learnt.{release.number}"
