"""Tasks that pages leave to a worker, whose encoders some rules need."""

from apps.filters.past import dry_runs
from apps.filters.trial import TASK, attempt
from apps.tenants import gently, trials
from apps.tenants.tasks import tenant_task


@tenant_task(name=TASK, queue="turns")
def try_rule(trial: str) -> None:
    trials.carry_out(trial, attempt)


@tenant_task(name=dry_runs.TASK, queue="ingest")
def dry_run(run: str) -> None:
    gently.run(lambda: dry_runs.advance(run))
