"""Which tenant a host belongs to: the first thing every HTTP request and socket is asked."""

import re
import time
from dataclasses import dataclass
from threading import Lock
from typing import cast

import structlog
from django.conf import settings
from django.core.exceptions import ValidationError
from django.db import DatabaseError
from django.utils.translation import gettext as _

from apps.tenants import context, standing
from apps.tenants.models import Domain, Tenant
from apps.tenants.threads import in_thread

log = structlog.get_logger(__name__)

KNOWN_SECONDS = 30.0
TASK_SECONDS = 5.0  # so long a worker goes on by a plan that was changed
UNKNOWN_SECONDS = 1.0  # short, so that a tenant made a moment ago is reachable at once
MOST_HOSTS = 10_000
LONGEST_NAME = 253  # characters, RFC 1035


@dataclass(frozen=True)
class _Remembered:
    tenant: context.HasSchema | None
    until: float


_NAME = re.compile(r"[a-z0-9]([a-z0-9-]*[a-z0-9])?(\.[a-z0-9]([a-z0-9-]*[a-z0-9])?)*")
_remembered: dict[str, _Remembered] = {}
_by_schema: dict[str, _Remembered] = {}
_changes: dict[str, str] = {}  # by schema, the last one heard of
_lock = Lock()


def hostname(header: str) -> str:
    """`Acme.localhost:8000` → `acme.localhost`."""
    name = header.strip().lower()
    if name.startswith("["):  # an IPv6 literal
        return name.partition("]")[0] + "]"
    return name.partition(":")[0].rstrip(".")


def checked(typed: str) -> str:
    """A host name as somebody types it → as it is kept. Raises ValidationError with a sentence for people."""
    name = hostname(typed)
    if not _NAME.fullmatch(name) or len(name) > LONGEST_NAME or "/" in typed:
        raise ValidationError(_("“%s” is no host name. Write it as acme.example.com.") % typed[:100])
    return name


def find(host: str) -> context.HasSchema | None:
    """The tenant of a host, `context.PUBLIC` for the platform's own hosts, None for a stranger's or a suspended tenant's."""
    name = hostname(host)
    remembered = _recall(name)
    tenant = remembered.tenant if remembered else _look_up(name)
    return None if tenant and standing.is_suspended(tenant.schema_name) else tenant


async def afind(host: str) -> context.HasSchema | None:
    name = hostname(host)
    remembered = _recall(name)
    tenant = remembered.tenant if remembered else await in_thread(_look_up)(name)
    return None if tenant and await standing.ais_suspended(tenant.schema_name) else tenant


def forget() -> None:
    """Ask the database again; tests and the platform admin call it after a change."""
    with _lock:
        _remembered.clear()
        _by_schema.clear()
    standing.forget()


def forget_tenant(schema: str, change: str) -> None:
    """The same for one tenant, once for each change: thousands of its sockets hear of it within a moment."""
    if _changes.get(schema) == change:
        return
    with _lock:
        if len(_changes) >= MOST_HOSTS:
            _changes.clear()
        _changes[schema] = change
        _by_schema.pop(schema, None)
        for name in [name for name, known in _remembered.items() if known.tenant and known.tenant.schema_name == schema]:
            del _remembered[name]
    standing.forget()


def of_schema(schema: str) -> Tenant | None:
    """The tenant of a schema, as tasks name it; None when there is none or it is suspended."""
    remembered = _by_schema.get(schema)
    if remembered is None or remembered.until <= time.monotonic():
        with context.inside(context.PUBLIC):
            tenant = Tenant.objects.select_related("plan").filter(schema_name=schema, suspended=False).first()
        remembered = _keep(_by_schema, schema, tenant, TASK_SECONDS)
    tenant = cast("Tenant | None", remembered.tenant)
    return None if tenant and standing.is_suspended(schema) else tenant


def messages_per_minute() -> int | None:
    """What the plan of the tenant of the moment grants, 0 for without limit; None when it is suspended. A change is known
    after TASK_SECONDS."""
    tenant = of_schema(context.schema())
    if tenant is None:
        return None
    return tenant.plan.messages_per_minute if tenant.plan else 0


def _recall(name: str) -> _Remembered | None:
    remembered = _remembered.get(name)
    return remembered if remembered and remembered.until > time.monotonic() else None


def _look_up(name: str) -> context.HasSchema | None:
    """Asks the database. While that is away, a host that was known stays known."""
    try:
        return _ask(name)
    except DatabaseError as error:
        last = _remembered.get(name)
        if last is None or last.tenant is None:
            raise
        log.warning("tenants_from_memory", host=name, error=str(error))
        return last.tenant


def _ask(name: str) -> context.HasSchema | None:
    tenant: context.HasSchema | None
    if len(name) > LONGEST_NAME:
        return None  # no host is called so; a stranger does not choose how much is remembered
    if name in settings.PLATFORM_HOSTS:
        tenant = context.PUBLIC
    else:
        with context.inside(context.PUBLIC):
            row = Domain.objects.select_related("tenant__plan").filter(domain=name, tenant__suspended=False).first()
        tenant = row.tenant if row else None
    _keep(_remembered, name, tenant, KNOWN_SECONDS)
    return tenant


def _keep(where: dict[str, _Remembered], name: str, tenant: context.HasSchema | None, seconds: float) -> _Remembered:
    found = _Remembered(tenant, time.monotonic() + (seconds if tenant else UNKNOWN_SECONDS))
    with _lock:
        if len(where) >= MOST_HOSTS:
            where.clear()
        where[name] = found
    return found
