"""The sweepers of filters: dry runs whose piece was lost are woken, those of yesterday deleted; a rule whose own code keeps
failing is switched off."""

from datetime import timedelta

from django.db.models import Min
from django.utils import translation

from apps.filters import faults
from apps.filters.models import DryRun
from apps.filters.past import dry_runs
from apps.tenants import due
from apps.tenants.workspace.models import Site


@due.sweeper("filters.dry_runs", every=5, after=(dry_runs.TASK,))
def look() -> timedelta | None:
    dry_runs.wake()
    dry_runs.clear()
    told = DryRun.objects.aggregate(wake=Min("wake_at"), oldest=Min("created_at"))
    return due.until(told["wake"], told["oldest"] and told["oldest"] + dry_runs.KEPT)


@due.sweeper("filters.faults", every=5, after=(faults.NOTED,))
def failing() -> timedelta | None:
    """Due when a fault was noted, and when the oldest is to be forgotten."""
    with translation.override(Site.load().language):
        faults.switch_off_failing()
    return due.until(faults.forget())
