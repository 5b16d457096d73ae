"""Wake-ups of this room. The rows are the truth: each task looks at them anew and does what is still to be done."""

from collections.abc import Sequence
from datetime import timedelta
from uuid import UUID

import structlog
from django.db.models import Exists, OuterRef, Q
from django.utils import timezone

from apps.conversations import attachments, backlog
from apps.conversations.answering import answer, answer_backlog
from apps.conversations.fair_share import seats, share
from apps.conversations.models import Conversation, Handover, Owner, Turn
from apps.tenants import context
from apps.tenants.models import Tenant
from apps.tenants.tasks import for_each_tenant, tenant_task
from config.celery import app

log = structlog.get_logger(__name__)

WAITS_TOO_LONG = timedelta(seconds=5)


@tenant_task(name="conversations.take_turns", queue="turns")
def take_turns(conversations: Sequence[str] = ()) -> None:
    """Answer these, and then whatever waits in the tenant's backlog until nothing is left."""
    asked = [UUID(conversation) for conversation in conversations]
    if not asked and seats.are_awaited_by(context.schema()):
        return  # who waits looks into the backlog when it is let in
    with share.thread(context.schema()) as granted:
        if not granted:
            return  # the tenant's other threads come to what waits, and the sweeper to what was only named here
        if asked:
            answer(*asked)
        answer_backlog()


@app.task(name="conversations.sweep_all", queue="housekeeping")
def sweep_all() -> None:
    """Every few seconds, over all tenants: wake the bot for questions that wait although nobody works on them."""
    with context.inside(context.PUBLIC):
        tenants = list(Tenant.objects.filter(suspended=False))
    for tenant in tenants:
        with context.inside(tenant):
            sweep(tenant.schema_name)


def sweep(schema: str) -> int:
    """Put the tenant's forgotten questions back into its backlog and wake somebody; returns how many."""
    now = timezone.now()
    worked_on = Turn.objects.filter(
        conversation=OuterRef("pk"), epoch=OuterRef("epoch"), state=Turn.State.RUNNING, lease_until__gt=now
    )
    unattended = Handover.objects.filter(conversation=OuterRef("pk"), done_at=None, state=Handover.State.NOBODY)
    forgotten = Conversation.objects.filter(
        Q(owner=Owner.BOT) | Q(Exists(unattended), owner=Owner.QUEUE),
        ~Exists(worked_on),
        closed_at=None,
        waiting_since__lt=now - WAITS_TOO_LONG,
    )
    found = list(forgotten.values_list("pk", flat=True)[:1_000])
    if found:
        backlog.put(found, schema=schema, urgent=True)
        log.warning("questions_woken", tenant=schema, count=len(found))
    return len(found)


@tenant_task(name="conversations.sweep_files", queue="housekeeping")
def sweep_files() -> None:
    attachments.sweep()


@app.task(name="conversations.sweep_all_files", queue="housekeeping")
def sweep_all_files() -> None:
    for_each_tenant("conversations.sweep_files")
