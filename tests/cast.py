"""The cast of the tests, always with two tenants: Acme (Alice owner, Bob agent, Vera visitor), Globex (Mallory, owner)."""

import functools
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import pytest
from django.core.cache import caches
from django.db import connection, connections, transaction
from django.test.utils import setup_databases, teardown_databases
from pytest_django.plugin import DjangoDbBlocker

from apps.conversations.models import Visitor
from apps.filters import live
from apps.tenants import context
from apps.tenants.creation import create_tenant
from apps.tenants.models import Tenant
from apps.tenants.web import hosts
from apps.tenants.workspace.models import Member, Role
from config.celery import app

PASSWORD = "correct horse battery staple"
ACME_HOST, GLOBEX_HOST = "acme.test", "globex.test"


@dataclass(frozen=True)
class Cast:
    acme: Tenant
    globex: Tenant
    alice: Member
    bob: Member
    mallory: Member
    vera: Visitor


@pytest.fixture(scope="session")
def django_db_setup(django_test_environment: None, django_db_blocker: DjangoDbBlocker) -> Iterator[None]:
    """The test database with both tenants in it, made once a run."""
    with django_db_blocker.unblock(), context.inside(context.PUBLIC):
        made = setup_databases(verbosity=0, interactive=False)
        for slug, host, language in (("acme", ACME_HOST, "en"), ("globex", GLOBEX_HOST, "zh-hans")):
            tenant = create_tenant(slug=slug, name=slug.title(), domains=[host], language=language)
            with context.inside(tenant):
                _hire(slug)
    yield
    with django_db_blocker.unblock(), context.inside(context.PUBLIC):
        for each in connections.all():
            each.close_pool()  # type: ignore[attr-defined]
        _end_other_sessions()
        teardown_databases(made, verbosity=0)


def _end_other_sessions() -> None:
    """A test that failed may have left a connection open; the database is dropped all the same."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT pg_terminate_backend(pid) FROM pg_stat_activity"
            " WHERE datname = current_database() AND pid <> pg_backend_pid()"
        )
    for each in connections.all():
        each.close_pool()  # type: ignore[attr-defined]


def _hire(slug: str) -> None:
    people = {"acme": [("alice", Role.OWNER), ("bob", Role.AGENT)], "globex": [("mallory", Role.OWNER)]}
    for name, role in people[slug]:
        Member.objects.create_user(name, password=PASSWORD, role=role, is_staff=True)
    if slug == "acme":
        Visitor.objects.create(name="Vera")


@pytest.fixture(autouse=True)
def _no_tenant_left_over() -> Iterator[None]:
    """Every test begins outside a tenant and asks the database for hosts and rules anew."""
    context.enter(None)
    hosts.forget()
    live.forget()
    yield
    context.enter(None)


@pytest.fixture
def cast(db: None) -> Iterator[Cast]:
    """Everybody, in a transaction that is rolled back. Enter a tenant with `context.inside(cast.acme)`."""
    yield _assemble()
    context.enter(context.PUBLIC)  # the rollback checks constraints with a cursor


@pytest.fixture
def acme(cast: Cast) -> Iterator[Cast]:
    """The cast, inside Acme."""
    with context.inside(cast.acme):
        yield cast


@pytest.fixture
def committed(django_db_setup: None, django_db_blocker: DjangoDbBlocker) -> Iterator[Cast]:
    """Everybody, with real commits: for sockets, tasks and threads. Both schemas are emptied of all but the cast afterwards."""
    with django_db_blocker.unblock():
        yield _assemble()
        _empty()
    caches["shared"].clear()  # one Valkey: clears every tenant's keys too


@pytest.fixture
def worker(monkeypatch: pytest.MonkeyPatch) -> None:
    """A worker that does at once what a page has tried."""
    app.loader.import_default_modules()
    monkeypatch.setattr("apps.tenants.trials.send", lambda name, _schema, kwargs: app.tasks[name].run(**kwargs))


KEPT = ("workspace_", "auth_", "django_", "llm_modelendpoint")
MANY = 500  # rows, of which deleting would leave more behind than making the table anew


@functools.cache
def _tables() -> list[str]:
    with connection.cursor() as cursor:
        cursor.execute("SELECT schemaname, tablename FROM pg_tables WHERE schemaname IN ('acme', 'globex')")
        return [f"{schema}.{name}" for schema, name in cursor.fetchall() if not name.startswith(KEPT)]


def _empty() -> None:
    """Only what has rows: to make a hundred tables anew takes longer than most tests."""
    with context.inside(context.PUBLIC), transaction.atomic(), connection.cursor() as cursor:
        asked = "SELECT '{0}', EXISTS (SELECT FROM {0} OFFSET {1}) WHERE EXISTS (SELECT FROM {0})"
        cursor.execute(" UNION ALL ".join(asked.format(table, MANY) for table in _tables()))
        full = cursor.fetchall()
        if many := [table for table, is_many in full if is_many]:
            cursor.execute(f"TRUNCATE {', '.join(many)} CASCADE")
        for table, is_many in full:
            if not is_many:
                cursor.execute(f"DELETE FROM {table}")  # noqa: S608
        cursor.execute(
            "SELECT setval(format('%%I.%%I', schemaname, sequencename)::regclass, 1, false) FROM pg_sequences"
            " WHERE schemaname IN ('acme', 'globex') AND last_value IS NOT NULL AND NOT sequencename LIKE ANY (%s)",
            [[f"{name}%" for name in KEPT]],
        )
        cursor.execute("DELETE FROM tenants_due WHERE schema IN ('acme', 'globex')")
    with context.inside(context.Schema("acme")):
        Visitor.objects.create(name="Vera")
        connection.close()


def _assemble() -> Cast:
    with context.inside(context.PUBLIC):
        acme, globex = (Tenant.objects.get(slug=slug) for slug in ("acme", "globex"))
    people: dict[str, Any] = {}
    for tenant, names in ((acme, ("alice", "bob")), (globex, ("mallory",))):
        with context.inside(tenant):
            people |= {name: Member.objects.get(username=name) for name in names}
    with context.inside(acme):
        vera = Visitor.objects.get(name="Vera")
    return Cast(acme=acme, globex=globex, vera=vera, **people)
