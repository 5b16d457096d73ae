"""Tasks that pages leave to a worker. They use the turns' queue, whose many threads wait for models anyway."""

from apps.llm.trial import ask, rank
from apps.tenants import trials
from apps.tenants.tasks import tenant_task


@tenant_task(name="llm.try_endpoint", queue="turns")
def try_endpoint(trial: str) -> None:
    trials.carry_out(trial, ask)


@tenant_task(name="llm.try_reranker", queue="turns")
def try_reranker(trial: str) -> None:
    trials.carry_out(trial, rank)
