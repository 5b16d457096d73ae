"""Celery inside tenants: `enqueue` writes the tenant into a header, a tenant task runs inside it or not at all.

The row is the truth and the task a wake-up: a task that could not be sent is logged and left to the sweeper of its row.
"""

import math
from collections.abc import Callable
from datetime import timedelta
from threading import Lock
from typing import Any

import structlog
from amqp.exceptions import AMQPError, MessageNacked
from celery import Task, current_app, shared_task
from django.conf import settings
from django.db import transaction
from kombu.exceptions import OperationalError

from apps.tenants import context, due, sweeping
from apps.tenants.web import hosts

log = structlog.get_logger(__name__)
HEADER = "tenant"
CONFIRM_SECONDS = 5.0
GRACE = timedelta(seconds=5)  # what a task may take before a sweeper looks whether it must be sent again
# RabbitMQ also refuses what it cannot place: a full queue, one of another type, a countdown before the first worker came.
NOT_SENT = (OperationalError, OSError, AMQPError, MessageNacked)
_importing = Lock()


class TenantTask(Task):  # type: ignore[type-arg]
    """Runs inside the tenant named by the message's header. Without one, or for a suspended tenant, it refuses."""

    abstract = True

    def __call__(self, *args: Any, **kwargs: Any) -> Any:
        schema = (self.request.headers or {}).get(HEADER) or getattr(self.request, HEADER, None)
        if not schema:
            raise context.OutsideTenant(f"Task {self.name} came without a tenant; send it with enqueue().")
        tenant = hosts.of_schema(schema)
        if tenant is None:
            log.warning("task_without_tenant", task=self.name, tenant=schema)
            return None
        with context.inside(tenant), structlog.contextvars.bound_contextvars(tenant=tenant.slug):
            return self.run(*args, **kwargs)


def tenant_task(*, name: str, queue: str, **options: Any) -> Callable[[Callable[..., Any]], Any]:
    """Declares a task that runs inside a tenant, on one of the queues turns, ingest, tickets, housekeeping."""
    from config.celery import app

    return app.task(base=TenantTask, name=name, queue=queue, **options)


def enqueue(name: str, *, countdown: float | None = None, **kwargs: Any) -> None:
    """Send a task for the tenant of the moment, after the running transaction has committed; in it, tell the sweepers that
    listen to its name."""
    schema = context.current().schema_name
    due.tell(name, timedelta(seconds=countdown or 0) + GRACE)
    transaction.on_commit(lambda: send(name, schema, kwargs, countdown=countdown))


def send(name: str, schema: str, kwargs: dict[str, Any], *, countdown: float | None = None) -> None:
    """Send now. A broker that is away costs time, never the work: the row waits for its sweeper."""
    if name not in current_app.tasks:  # only workers import the rooms' tasks when they start
        with _importing:  # while one thread imports, Celery tells a second one that all is done
            current_app.loader.import_default_modules()
    if countdown and settings.BROKER_KIND == "rabbitmq":
        countdown = math.ceil(countdown)  # its delays are whole seconds, which Celery cuts off, refusing a zero
    try:
        _hand_over(name, kwargs=kwargs, headers={HEADER: schema}, countdown=countdown)
    except NOT_SENT as error:
        log.warning("task_not_sent", task=name, tenant=schema, error=str(error))


def _hand_over(name: str, *, again: bool = True, **options: Any) -> None:
    """A line to RabbitMQ that broke while idle is only noticed by sending on it: then once more, on a new one.

    A RabbitMQ out of memory or disk takes the message and confirms nothing; another try would hang in closing the line.
    """
    queue = getattr(current_app.tasks[name], "queue", None)
    try:
        current_app.send_task(name, queue=queue, retry=False, confirm_timeout=CONFIRM_SECONDS, **options)
    except OperationalError as error:
        if not again or settings.BROKER_KIND != "rabbitmq" or isinstance(error.__cause__, TimeoutError):
            raise
        _hand_over(name, again=False, **options)


@shared_task(name="tenants.sweep_due", queue="housekeeping")
def sweep_due() -> None:
    """Every two seconds: whatever is due, of all tenants."""
    sweeping.sweep_due()
