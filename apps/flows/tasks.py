"""Tasks that pages leave to a worker. They use the turns' queue, whose many threads wait for other machines anyway."""

from apps.flows.trial import TASK, attempt
from apps.tenants import trials
from apps.tenants.tasks import tenant_task


@tenant_task(name=TASK, queue="turns")
def try_system(trial: str) -> None:
    trials.carry_out(trial, attempt)
