"""Tasks that pages leave to a worker, whose encoders some rules need."""

from apps.filters.trial import TASK, attempt
from apps.tenants import trials
from apps.tenants.tasks import tenant_task


@tenant_task(name=TASK, queue="turns")
def try_rule(trial: str) -> None:
    trials.carry_out(trial, attempt)
