"""The sweepers of flows: a call is forgotten a month after it was made, with what came back; a release's intents are learnt."""

from datetime import timedelta

from django.utils import timezone

from apps.flows.models import Call
from apps.flows.models.calls import KEPT, MADE
from apps.releases.publishing import PUBLISHED
from apps.tenants import due
from apps.tenants.tasks import enqueue

AT_ONCE = 1_000


@due.sweeper("flows.calls", every=600, after=(MADE,))
def calls() -> timedelta | None:
    """Due a month after the oldest call was made. Ids follow the time, so the oldest are found without an index of it."""
    oldest = list(Call.objects.order_by("pk").values_list("pk", "at")[:AT_ONCE])
    past = timezone.now() - KEPT
    Call.objects.filter(pk__in=[pk for pk, at in oldest if at < past]).delete()
    left = [at for _pk, at in oldest if at >= past]
    return due.until(left[0] + KEPT) if left else (timedelta() if oldest else None)


@due.sweeper("flows.learning", every=2, after=(PUBLISHED,))
def learning() -> None:
    """Has a new release's intents learnt before a customer waits for it. If that is lost, the first turn does it."""
    enqueue("flows.learn")
