"""A new tenant in well under two seconds: its schema is made from a dumped template, not by running all migrations.

The template is made by the migrations once for each state of them and kept as SQL text (`SchemaTemplate`). A dump keeps
names, constraints and vector dimensions exactly, where cloning functions lose them. Without `pg_dump` the migrations run.
"""

import hashlib
import subprocess
from collections.abc import Callable, Sequence

from django.conf import settings
from django.core.exceptions import ValidationError
from django.core.management import call_command
from django.db import connection, transaction
from django.db.migrations.loader import MigrationLoader
from django.utils.translation import gettext as _
from django_tenants.utils import app_labels, quote_schema_name, schema_exists

from apps.tenants import context
from apps.tenants.db import address
from apps.tenants.models import Domain, Due, Plan, SchemaTemplate, Tenant, check_slug
from apps.tenants.vault import keyring
from apps.tenants.web import hosts
from apps.tenants.web.origins import origin_of
from apps.tenants.workspace.models import DataKey, Site

TEMPLATE_SCHEMA = "yingda_template"

_furnish: list[Callable[[], None]] = []


def furnish(room: Callable[[], None]) -> Callable[[], None]:
    """Registers what a room puts into a new tenant; it runs inside the tenant, in the transaction that makes it."""
    _furnish.append(room)
    return room


def create_tenant(
    *,
    slug: str,
    name: str,
    domains: Sequence[str],
    language: str = "en",
    plan: Plan | None = None,
    origins: Sequence[str] = (),
) -> Tenant:
    """Make a tenant with its schema, hosts and site, ready to use. Raises ValidationError with a sentence for people."""
    names, sites = [hosts.checked(domain) for domain in domains], [origin_of(origin) for origin in origins]
    with context.inside(context.PUBLIC):
        _check(slug, names)
        sql = template_sql()
        with transaction.atomic():
            tenant: Tenant = Tenant.objects.create(slug=slug, schema_name=slug.replace("-", "_"), name=name, plan=plan)
            for position, domain in enumerate(names):
                Domain.objects.create(tenant=tenant, domain=domain, is_primary=position == 0)
            if sql is not None:
                _run_template(sql, tenant.schema_name)
                _furnish_tenant(tenant, language, sites)
        if sql is None:
            tenant.create_schema(check_if_exists=True, verbosity=0)
            with transaction.atomic():
                _furnish_tenant(tenant, language, sites)
    hosts.forget()
    return tenant


def template_sql() -> str | None:
    """The SQL of an empty tenant for today's migrations; made on first need. None when there is no pg_dump to make it."""
    state = migration_state()
    kept = SchemaTemplate.objects.filter(migrations=state).first()
    if kept:
        return kept.sql
    if not settings.PG_DUMP:
        return None
    sql = _build_template()
    SchemaTemplate.objects.exclude(migrations=state).delete()
    SchemaTemplate.objects.update_or_create(migrations=state, defaults={"sql": sql})
    return sql


def migration_state() -> str:
    """SHA-256 over the names of all migrations on disk that a tenant's schema takes."""
    labels = set(app_labels(settings.TENANT_APPS))
    loader = MigrationLoader(None, ignore_no_migrations=True)
    names = sorted(f"{app}.{name}" for app, name in loader.disk_migrations if app in labels)
    return hashlib.sha256("\n".join(names).encode()).hexdigest()


def drop_tenant(tenant: Tenant) -> None:
    """Delete a tenant and everything it holds, for good."""
    with context.inside(context.PUBLIC), transaction.atomic():
        Due.objects.filter(schema=tenant.schema_name).delete()
        tenant.delete(force_drop=True)
    hosts.forget()


def _check(slug: str, domains: Sequence[str]) -> None:
    check_slug(slug)
    if not domains:
        raise ValidationError(_("A tenant needs at least one host name."))
    if Tenant.objects.filter(slug=slug).exists() or schema_exists(slug.replace("-", "_"), case_sensitive=False):
        raise ValidationError(_("There is already a tenant “%s”.") % slug)
    taken = Domain.objects.filter(domain__in=domains).values_list("domain", flat=True).first()
    if taken or set(domains) & settings.PLATFORM_HOSTS:
        raise ValidationError(_("The host %s is already in use.") % (taken or ", ".join(domains)))


def _furnish_tenant(tenant: Tenant, language: str, origins: Sequence[str]) -> None:
    with context.inside(tenant):
        DataKey.objects.all().delete()  # none is in a template, and none of another tenant's would do
        keyring.make()
        Site.objects.create(name=tenant.name, language=language, allowed_origins=list(origins))
        for room in _furnish:
            room()


def _run_template(sql: str, schema: str) -> None:
    with connection.cursor() as cursor:
        cursor.execute(sql.replace(TEMPLATE_SCHEMA, quote_schema_name(schema)))


def _build_template() -> str:
    """Migrate a scratch schema, dump it, drop it. One builder at a time in the whole database."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_lock(hashtext(%s))", [TEMPLATE_SCHEMA])
        try:
            cursor.execute(f"DROP SCHEMA IF EXISTS {TEMPLATE_SCHEMA} CASCADE")
            cursor.execute(f"CREATE SCHEMA {TEMPLATE_SCHEMA}")
            _migrate_apart(TEMPLATE_SCHEMA)
            sql = _dump(TEMPLATE_SCHEMA)
        finally:
            cursor.execute(f"DROP SCHEMA IF EXISTS {TEMPLATE_SCHEMA} CASCADE")
            cursor.execute("SELECT pg_advisory_unlock(hashtext(%s))", [TEMPLATE_SCHEMA])
    return sql


def _migrate_apart(schema: str) -> None:
    """Migrates in a thread of its own, because migrate_schemas closes its connection, and ours holds the lock."""
    from concurrent.futures import ThreadPoolExecutor

    def run() -> None:
        with context.inside(context.PUBLIC):
            call_command("migrate_schemas", schema_name=schema, tenant=True, interactive=False, verbosity=0)
            connection.close()

    with ThreadPoolExecutor(1) as apart:
        apart.submit(run).result()


def _dump(schema: str) -> str:
    argv = [settings.PG_DUMP, "--schema", schema, "--no-owner", "--no-privileges", "--inserts", "--rows-per-insert=500"]
    target = ["--dbname", address.conninfo(password=None)]
    # The one environment variable pg_dump needs; an argument would show in the process list.
    done = subprocess.run(
        [*argv, *target], env={"PGPASSWORD": connection.settings_dict["PASSWORD"]}, capture_output=True, text=True, check=True
    )
    return "\n".join(line for line in done.stdout.splitlines() if not _concerns_session(line))


def _concerns_session(line: str) -> bool:
    """Lines that would change the session they run in, psql's own commands, and comments."""
    return line.startswith(("SET ", "SELECT pg_catalog.set_config", "\\", "--")) or not line.strip()
