"""Standing: which tenants are suspended, and the signal to open sockets that something about their people has changed.

The row is the truth and the signal a wake-up: a socket that hears it reads the rows anew, and each of its verbs reads them
too, so that a lost signal leaves nobody a power they lost. Django's own doors also write these rows (log-out, the forms for
passwords, commands), so Django's signals send ours, not a verb.
"""

import asyncio
import hashlib
import time
import uuid
from typing import Any
from uuid import UUID

import structlog
from django.contrib.sessions.models import Session
from django.db import DatabaseError, transaction
from django.db.models import Q
from django.db.models.signals import post_delete, post_save, pre_delete, pre_save
from django.utils import timezone

from apps.tenants import context
from apps.tenants.live import fanout
from apps.tenants.live.loops import PerLoop
from apps.tenants.live.threads import Threads
from apps.tenants.models import Domain, Plan, Tenant

log = structlog.get_logger(__name__)

KNOWN_SECONDS = 1.0
Suspended = frozenset[str]

_thread = Threads("standing", 1)  # never behind a rush of visitors: what they say waits for this once a second
_suspended: Suspended = frozenset()
_until = 0.0


def is_suspended(schema: str) -> bool:
    """Whether a tenant is suspended, from a copy of the table at most a second old: one query a process, for all tenants."""
    return schema in (_suspended if time.monotonic() < _until else _ask())


async def ais_suspended(schema: str) -> bool:
    return schema in (_suspended if time.monotonic() < _until else await _asking()())


def forget() -> None:
    global _until
    _until = 0.0


def _ask() -> Suspended:
    """While the database is away, what was known stays known."""
    global _suspended, _until
    if time.monotonic() < _until:
        return _suspended
    try:
        with context.inside(context.PUBLIC):
            _suspended = frozenset(Tenant.objects.filter(suspended=True).values_list("schema_name", flat=True))
    except DatabaseError as error:
        log.warning("suspended_from_memory", error=str(error))
    _until = time.monotonic() + KNOWN_SECONDS
    return _suspended


class _Asking:
    """All who wait on one loop wait for one question."""

    def __init__(self) -> None:
        self._coming: asyncio.Task[Suspended] | None = None

    async def __call__(self) -> Suspended:
        if self._coming is None or self._coming.done():
            self._coming = asyncio.create_task(self._run())
        return await asyncio.shield(self._coming)

    async def _run(self) -> Suspended:
        return await _thread(_ask)()


_asking = PerLoop(_Asking)


def of_tenant(schema: str | None = None) -> str:
    """The group of all sockets of a tenant, its customers' and its agents'."""
    return f"{schema or context.schema()}.tenant"


def of_member(member: UUID, schema: str | None = None) -> str:
    """The group of one member's sockets."""
    return f"{schema or context.schema()}.m.{member.hex}"


def of_session(key: str, schema: str | None = None) -> str:
    """The group of the sockets of one log-in. A session's key is a secret, and a group's name is not."""
    return f"{schema or context.schema()}.s.{hashlib.sha256(key.encode()).hexdigest()[:32]}"


def tell_change(group: str) -> None:
    """After the commit, has the sockets that listen here ask anew. `change` tells one change from another."""
    message = {"type": "standing.changed", "change": uuid.uuid4().hex}
    transaction.on_commit(lambda: fanout.tell(group, message))


def _of_a_member(instance: Any, update_fields: frozenset[str] | None = None, **_more: Any) -> None:
    if context.get() is not None and update_fields != frozenset({"last_login"}):  # which each log-in writes
        tell_change(of_member(instance.pk))


def _of_an_ended_session(instance: Session, **_more: Any) -> None:
    if context.get() is not None and instance.expire_date > timezone.now():  # those swept later were heard of by asking
        tell_change(of_session(instance.session_key))


def _of_a_site(**_more: Any) -> None:
    if context.get() is not None:
        tell_change(of_tenant())


def _of_a_tenant(instance: Tenant, **_more: Any) -> None:
    tell_change(of_tenant(instance.schema_name))


def _of_a_host(instance: Domain, **_more: Any) -> None:
    """Called before and after a save, so that the tenant who had the host hears of it too."""
    for tenant in Tenant.objects.filter(Q(pk=instance.tenant_id) | Q(domains=instance.pk)):
        tell_change(of_tenant(tenant.schema_name))


def _of_a_plan(instance: Plan, **_more: Any) -> None:
    for schema in Tenant.objects.filter(plan=instance.pk).values_list("schema_name", flat=True):
        tell_change(of_tenant(schema))


def listen() -> None:
    """Called once, when all models are there."""
    from apps.tenants.workspace.models import Member, Site

    for receiver, sender, signals in (
        (_of_a_member, Member, (post_save, post_delete)),
        (_of_an_ended_session, Session, (post_delete,)),
        (_of_a_site, Site, (post_save,)),
        (_of_a_tenant, Tenant, (post_save, post_delete)),
        (_of_a_host, Domain, (pre_save, post_save, pre_delete)),
        (_of_a_plan, Plan, (post_save,)),
    ):
        for signal in signals:
            signal.connect(receiver, sender=sender, dispatch_uid=f"standing.{sender.__name__}")
