"""Finds the tenant a host belongs to: the first thing that happens to every HTTP request and socket.

Anybody may ask for any name. Known names are remembered apart from unknown ones, so that strangers push none of them out.
Unknown names are looked up many at once, on a thread of their own, at most `1 / PAUSE` times a second.
"""

import re
import time
from collections import OrderedDict
from collections.abc import Awaitable, Callable
from contextlib import suppress
from dataclasses import dataclass
from threading import Lock
from typing import cast

import structlog
from django.conf import settings
from django.core.exceptions import ValidationError
from django.db import DatabaseError
from django.utils.translation import gettext as _

from apps.tenants import context, standing
from apps.tenants.live.gathering import Gathered
from apps.tenants.live.loops import PerLoop
from apps.tenants.live.threads import Threads
from apps.tenants.models import Domain, Tenant
from apps.tenants.web import places

log = structlog.get_logger(__name__)

KNOWN_SECONDS = 30.0
TASK_SECONDS = 5.0  # so long a worker goes on by a plan that was changed
UNKNOWN_SECONDS = 1.0  # short, so that a tenant made a moment ago is reachable at once
MOST_UNKNOWN = 10_000
MOST_TENANTS = 10_000
PAUSE = 0.05  # so long the first to ask for a new name waits for others who do
MOST_AT_ONCE = 500
LONGEST_NAME = 253  # characters, RFC 1035


@dataclass(frozen=True)
class _Remembered:
    tenant: context.HasSchema | None
    until: float


_NAME = re.compile(r"[a-z0-9]([a-z0-9-]*[a-z0-9])?(\.[a-z0-9]([a-z0-9-]*[a-z0-9])?)*")
_thread = Threads("hosts", 1)  # not the visitors', who have been let in already
_known: dict[str, _Remembered] = {}  # at most all hosts there are
_unknown: OrderedDict[str, float] = OrderedDict()  # until when; the oldest are forgotten first
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
    if not name.isascii():
        with suppress(places.NoPlace):
            name = places.host(name)  # browsers ask for 商店.test as xn--czrs0t.test
    if not _NAME.fullmatch(name) or len(name) > LONGEST_NAME or "/" in typed:
        raise ValidationError(_("“%s” is not a valid host name. Write it like acme.example.com.") % typed[:100])
    return name


def find(host: str) -> context.HasSchema | None:
    """The tenant of a host, `context.PUBLIC` for the platform's own hosts, None for a stranger's or a suspended tenant's."""
    name = hostname(host)
    tenant, sure = _recall(name)
    if not sure:
        tenant = _look_up({name}).get(name)
    return None if tenant and standing.is_suspended(tenant.schema_name) else tenant


async def afind(host: str) -> context.HasSchema | None:
    name = hostname(host)
    tenant, sure = _recall(name)
    if not sure:
        asking = _again if name in _known else _anew
        tenant = (await asking()({name})).get(name)
    return None if tenant and await standing.ais_suspended(tenant.schema_name) else tenant


def forget() -> None:
    """Ask the database again; tests and the platform admin call it after a change."""
    with _lock:
        _known.clear()
        _unknown.clear()
        _by_schema.clear()
    standing.forget()


def forget_tenant(schema: str, change: str) -> None:
    """The same for one tenant, once for each change: thousands of its sockets hear of it within a moment."""
    if _changes.get(schema) == change:
        return
    with _lock:
        if len(_changes) >= MOST_TENANTS:
            _changes.clear()
        _changes[schema] = change
        _by_schema.pop(schema, None)
        for name in [name for name, known in _known.items() if known.tenant and known.tenant.schema_name == schema]:
            del _known[name]
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
    """The limit of the tenant's plan, 0 for no limit; None when it is suspended. Changes are known after TASK_SECONDS."""
    tenant = of_schema(context.schema())
    if tenant is None:
        return None
    return tenant.plan.messages_per_minute if tenant.plan else 0


def _recall(name: str) -> tuple[context.HasSchema | None, bool]:
    """→ the tenant, and whether that is sure. A text that can be no host name is nobody's, without asking."""
    if name in settings.PLATFORM_HOSTS:
        return context.PUBLIC, True
    now, known = time.monotonic(), _known.get(name)
    if known and known.until > now:
        return known.tenant, True
    return None, _unknown.get(name, 0.0) > now or len(name) > LONGEST_NAME or not _NAME.fullmatch(name)


def _look_up(names: set[str]) -> dict[str, context.HasSchema]:
    """Asks the database. While that is away, hosts that were known stay known."""
    try:
        found = _ask(names)
    except DatabaseError as error:
        last = {name: known.tenant for name in names if (known := _known.get(name)) and known.tenant}
        if len(last) < len(names):
            raise
        log.warning("tenants_from_memory", hosts=len(names), error=str(error))
        return last
    now = time.monotonic()
    with _lock:
        for name in names:
            _known.pop(name, None)
            _unknown.pop(name, None)
            if name in found:
                _known[name] = _Remembered(found[name], now + KNOWN_SECONDS)
            else:
                _unknown[name] = now + UNKNOWN_SECONDS
        while len(_unknown) > MOST_UNKNOWN:
            _unknown.popitem(last=False)
    return found


def _ask(names: set[str]) -> dict[str, context.HasSchema]:
    with context.inside(context.PUBLIC):
        rows = Domain.objects.select_related("tenant__plan").filter(domain__in=names, tenant__suspended=False)
        return {row.domain: row.tenant for row in rows}


def _gathered(pause: float) -> Callable[[], Gathered[str, context.HasSchema]]:
    def look_up(names: set[str]) -> Awaitable[dict[str, context.HasSchema]]:
        return _thread(_look_up)(names)  # looked up anew each time, as tests replace it

    return PerLoop(lambda: Gathered(look_up, pause, MOST_AT_ONCE))


_again, _anew = _gathered(0.0), _gathered(PAUSE)


def _keep(where: dict[str, _Remembered], name: str, tenant: context.HasSchema | None, seconds: float) -> _Remembered:
    found = _Remembered(tenant, time.monotonic() + (seconds if tenant else UNKNOWN_SECONDS))
    with _lock:
        if len(where) >= MOST_TENANTS:
            where.clear()
        where[name] = found
    return found
