"""Wake-ups of this room. The rows are the truth: each task looks at them anew and does what is still to be done."""

from datetime import timedelta
from uuid import UUID

import structlog
from django.db.models import Exists, OuterRef, Q
from django.utils import timezone
from redis.exceptions import RedisError

from apps.conversations import attachments
from apps.conversations.answer import answer
from apps.conversations.fair_share import share
from apps.conversations.models import Conversation, Handover, Owner, Turn
from apps.tenants import context, valkey
from apps.tenants.models import Tenant
from apps.tenants.tasks import for_each_tenant, send, tenant_task
from config.celery import app

log = structlog.get_logger(__name__)

WAITS_TOO_LONG = timedelta(seconds=5)
WAKE_AGAIN_SECONDS = 15


@tenant_task(name="conversations.take_turn", queue="turns")
def take_turn(conversation: str, epoch: int) -> None:
    for question in share.questions(context.schema(), UUID(conversation), epoch):
        answer(*question)


@app.task(name="conversations.sweep_all", queue="housekeeping")
def sweep_all() -> None:
    """Every few seconds, over all tenants: wake the bot for questions that wait although nobody works on them."""
    with context.inside(context.PUBLIC):
        tenants = list(Tenant.objects.filter(suspended=False))
    for tenant in tenants:
        with context.inside(tenant):
            sweep(tenant.schema_name)


def sweep(schema: str) -> int:
    """Wake each forgotten question of the tenant once; returns how many."""
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
    woken = _not_lately(schema, list(forgotten.values_list("pk", "epoch")[:1_000]))
    for conversation, epoch in woken:
        send("conversations.take_turn", schema, {"conversation": str(conversation), "epoch": epoch})
    if woken:
        log.warning("questions_woken", tenant=schema, count=len(woken))
    return len(woken)


def _not_lately(schema: str, questions: list[tuple[UUID, int]]) -> list[tuple[UUID, int]]:
    """Without those that were woken a moment ago: behind a long queue, more tasks would only make it longer."""
    try:
        pipe = valkey.client().pipeline(transaction=False)
        for conversation, epoch in questions:
            pipe.set(valkey.key("woken", conversation, epoch, schema=schema), 1, nx=True, ex=WAKE_AGAIN_SECONDS)
        return [question for question, first in zip(questions, pipe.execute(), strict=True) if first]
    except (RedisError, OSError) as error:
        log.warning("woken_anyway", error=str(error))
        return questions


@tenant_task(name="conversations.sweep_files", queue="housekeeping")
def sweep_files() -> None:
    attachments.sweep()


@app.task(name="conversations.sweep_all_files", queue="housekeeping")
def sweep_all_files() -> None:
    for_each_tenant("conversations.sweep_files")
