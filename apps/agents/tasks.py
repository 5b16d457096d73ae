"""Wake-ups of the desk. The rows are the truth: each task looks at them anew and does what is still to be done."""

import structlog

from apps.agents import errands, queue, sweeping, tickets, webhook
from apps.tenants import context, trials
from apps.tenants.models import Tenant
from apps.tenants.tasks import tenant_task
from config.celery import app

log = structlog.get_logger(__name__)
GATHER_SECONDS = 0.1


@tenant_task(name="agents.dispatch", queue="housekeeping")
def dispatch() -> None:
    queue.dispatch(gather=GATHER_SECONDS)


@tenant_task(name="agents.end_offers", queue="housekeeping")
def end_offers() -> None:
    queue.end_offers()


@tenant_task(name="agents.take_message", queue="tickets")
def take_message(handover: str) -> None:
    tickets.of_message(handover)


@tenant_task(name="agents.run_errand", queue="tickets")
def run_errand(errand: int) -> None:
    errands.run(errand)


@tenant_task(name="agents.run_errands", queue="tickets")
def run_errands(kind: str) -> None:
    """A way out is free for this tenant."""
    errands.run_next(kind)


@tenant_task(name="agents.try_webhook", queue="turns")
def try_webhook(trial: str) -> None:
    """On the queue of the turns, whose many threads wait for other machines anyway."""
    trials.carry_out(trial, webhook.attempt)


@app.task(name="agents.sweep_all", queue="housekeeping")
def sweep_all() -> None:
    """Every two seconds, over all tenants: move on every state whose timer ended, wake every errand that waits."""
    with context.inside(context.PUBLIC):
        tenants = list(Tenant.objects.filter(suspended=False))
    total, whole = sweeping.Found(), True
    for tenant in tenants:
        with context.inside(tenant):
            try:
                with queue.alone("sweep") as held:  # a sweep that takes longer than its interval is not joined by the next
                    total += sweeping.sweep() if held else sweeping.Found()
                    whole = whole and held
            except Exception:  # one tenant's trouble is not the next one's
                log.exception("sweep_failed", tenant=tenant.slug)
    if whole:
        total.measure()
