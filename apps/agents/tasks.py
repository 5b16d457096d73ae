"""Wake-ups of the desk. The rows are the truth: each task looks at them anew and does what is still to be done."""

from apps.agents.channels.mail import incoming
from apps.agents.channels.mail import trial as mail_trial
from apps.agents.queue import queue
from apps.agents.tickets import errands, tickets, webhook
from apps.tenants import trials
from apps.tenants.tasks import tenant_task

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


@tenant_task(name="agents.file_ticket", queue="tickets")
def file_ticket(filing: str) -> None:
    tickets.of_filing(filing)


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


@tenant_task(name=mail_trial.TASK, queue="turns")
def try_mail(trial: str) -> None:
    trials.carry_out(trial, mail_trial.attempt)


@tenant_task(name="agents.read_mail", queue="tickets")
def read_mail() -> None:
    incoming.look()
