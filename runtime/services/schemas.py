"""Finds the tenants whose schemas lack a migration of this version.

An upgrade that changes the platform's tables alone has nothing to do in a thousand tenants, and should see that in seconds.
"""

from django.db.migrations.loader import MigrationLoader
from psycopg import sql

from apps.tenants.db import many
from apps.tenants.models import Tenant

TABLE = "django_migrations"


def behind() -> list[str]:
    """Their names, in the order of the tenants; without a table of migrations one lacks them all. Call it in `public`."""
    loader = MigrationLoader(None, ignore_no_migrations=True)
    wanted = {f"{app}.{name}" for app, name in loader.disk_migrations}
    schemas = list(Tenant.objects.order_by("pk").values_list("schema_name", flat=True))
    applied = {schema: set(names or ()) for schema, names in many.ask(schemas, [TABLE], _applied)}
    return [schema for schema in schemas if not wanted <= applied.get(schema, set())]


def _applied(schema: str, tables: set[str]) -> sql.Composable | None:
    one = sql.SQL("SELECT {}::text, array_agg(app || '.' || name) FROM {}")
    return one.format(sql.Literal(schema), sql.Identifier(schema, TABLE)) if tables else None
