"""The sweeper of dry runs: those whose piece was lost are woken, those of yesterday deleted."""

from datetime import timedelta

from django.db.models import Min

from apps.filters.models import DryRun
from apps.filters.past import dry_runs
from apps.tenants import due


@due.sweeper("filters.dry_runs", every=5, after=(dry_runs.TASK,))
def look() -> timedelta | None:
    dry_runs.wake()
    dry_runs.clear()
    told = DryRun.objects.aggregate(wake=Min("wake_at"), oldest=Min("created_at"))
    return due.until(told["wake"], told["oldest"] and told["oldest"] + dry_runs.KEPT)
