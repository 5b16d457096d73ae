"""The platform's first page: each tenant's conversations, storage, failures and last activity, from where these are kept.

One statement for a page of tenants and no walk through them, because there may be hundreds. Nothing that customers wrote is
read.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.core.paginator import Page, Paginator
from django.db import connection
from django.http import HttpRequest
from psycopg import sql

from apps.tenants import context
from apps.tenants.backoffice.adminsite import platform_site
from apps.tenants.models import Tenant

A_PAGE = 50
DAYS = 7


@dataclass(frozen=True)
class Figures:
    """`conversations`: that went on in the last days; `undelivered`: mails and calls that nobody has sent again; `storage`:
    bytes of the database and of files; `oldest`: since when somebody waits for the bot."""

    conversations: int = 0
    active_at: datetime | None = None
    undelivered: int = 0
    storage: int = 0
    oldest: datetime | None = None


def numbers(request: HttpRequest) -> dict[str, Any]:
    rows = Tenant.objects.exclude(schema_name=context.PUBLIC_SCHEMA).order_by("name", "pk").prefetch_related("domains")
    page: Page[Tenant] = Paginator(rows, A_PAGE).get_page(request.GET.get("page"))
    found = figures([tenant.schema_name for tenant in page])
    told = [(tenant, found.get(tenant.schema_name)) for tenant in page]
    waiting = [each.oldest for each in found.values() if each.oldest]
    return {"page": page, "told": told, "days": DAYS, "oldest_question": min(waiting, default=None)}


def figures(schemas: Sequence[str]) -> dict[str, Figures]:
    """The figures by schema; one that is just being made, and has no tables yet, is left out."""
    ready = _ready(schemas)
    if not ready:
        return {}
    each = sql.SQL(" UNION ALL ").join(_FIGURES.format(schema=sql.Literal(name), **_tables(name)) for name in ready)
    with connection.cursor() as cursor:
        cursor.execute(each, {"days": DAYS})
        found = {schema: rest for schema, *rest in cursor.fetchall()}
        cursor.execute(_STORAGE, [list(ready)])
        stored = dict(cursor.fetchall())
    return {
        name: Figures(conversations, active_at, undelivered, int(stored.get(name, 0)) + int(files), oldest)
        for name, (conversations, active_at, undelivered, files, oldest) in found.items()
    }


def _ready(schemas: Sequence[str]) -> list[str]:
    with connection.cursor() as cursor:
        cursor.execute(_READY, [list(schemas)])
        return [name for (name,) in cursor.fetchall()]


def _tables(schema: str) -> dict[str, sql.Identifier]:
    names = {"conversation": "conversations_conversation", "file": "conversations_attachment", "dead": "agents_deadletter"}
    return {name: sql.Identifier(schema, table) for name, table in names.items()}


_READY = "SELECT schemaname FROM pg_tables WHERE tablename = 'agents_deadletter' AND schemaname = ANY(%s)"

# Conversations by the index of their last change, those that wait by the one of waiting: neither is read whole.
_FIGURES = sql.SQL("""
SELECT {schema},
    (SELECT count(*) FROM {conversation} WHERE changed_at > now() - make_interval(days => %(days)s)),
    (SELECT max(changed_at) FROM {conversation}),
    (SELECT count(*) FROM {dead} WHERE resent_at IS NULL),
    (SELECT coalesce(sum(size), 0) FROM {file}),
    (SELECT min(waiting_since) FROM {conversation} WHERE waiting_since IS NOT NULL AND owner = 'bot')
""")

_STORAGE = """
SELECT n.nspname, sum(pg_total_relation_size(c.oid))
FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace
WHERE n.nspname = ANY(%s) AND c.relkind = 'r'
GROUP BY n.nspname
"""

platform_site.add_overview(numbers)
