"""`manage.py prepare` does its work once, and refuses a database that a newer version has used."""

import io
from typing import Any

import pytest
from django.core.management import CommandError, call_command
from django.db import connection
from django.db.migrations.recorder import MigrationRecorder

from apps.tenants import context
from apps.tenants.models import Tenant
from apps.tenants.workspace.models import DataKey, Site
from runtime.services import postgres, schemas
from tests.cast import Cast


def comment() -> str:
    with connection.cursor() as cursor:
        cursor.execute("SELECT shobj_description(oid, 'pg_database') FROM pg_database WHERE datname = current_database()")
        row = cursor.fetchone()
    return str(row[0])


@pytest.mark.usefixtures("cast")
def test_the_database_says_which_code_it_was_prepared_for() -> None:
    with context.inside(context.PUBLIC):
        call_command("prepare", "--state", "abc123", verbosity=0)
        assert comment() == f"{postgres.PREPARED}abc123"


def test_what_stands_plain_is_encrypted_and_a_missing_key_stops_nobody(cast: Cast) -> None:
    with context.inside(cast.acme), connection.cursor() as cursor:
        cursor.execute("UPDATE workspace_site SET identity_secret = 'plain'")
    told = io.StringIO()
    with context.inside(context.PUBLIC):
        call_command("prepare", verbosity=0, stdout=told)
    with context.inside(cast.acme), connection.cursor() as cursor:
        cursor.execute("SELECT identity_secret FROM workspace_site")
        assert cursor.fetchone()[0].startswith("v2.")
        assert Site.load().identity_secret == "plain"
        DataKey.objects.update(master="gone")
    with context.inside(context.PUBLIC):
        call_command("prepare", verbosity=0, stdout=told)
    assert "“gone” is not in YINGDA_MASTER_KEYS" in told.getvalue()
    assert "Secrets stay closed until their key is back" in told.getvalue()
    assert told.getvalue().endswith("the database is ready for this version\n")


@pytest.mark.usefixtures("cast")
def test_a_database_of_a_newer_version_is_refused() -> None:
    with context.inside(context.PUBLIC):
        MigrationRecorder(connection).record_applied("tenants", "9999_from_the_future")
        with pytest.raises(CommandError, match=r"newer version, which made tenants\.9999_from_the_future"):
            call_command("prepare", verbosity=0)


@pytest.mark.usefixtures("committed")
def test_only_schemas_that_lack_a_migration_are_migrated(monkeypatch: pytest.MonkeyPatch) -> None:
    migrated: list[str] = []

    def call(name: str, *words: str, **options: Any) -> None:
        if name == "migrate_schemas":
            migrated.append(options.get("schema_name", "public"))
        call_command(name, *words, **options)

    monkeypatch.setattr("runtime.management.commands.prepare.call_command", call)
    with context.inside(context.PUBLIC):
        call_command("prepare", verbosity=0)
        assert migrated == ["public"]
        assert schemas.behind() == []
        with connection.cursor() as cursor:
            cursor.execute("DELETE FROM globex.django_migrations WHERE app = 'sessions'")
            cursor.execute("DROP TABLE globex.django_session")
        assert schemas.behind() == ["globex"]
        call_command("prepare", verbosity=0)
        assert migrated == ["public", "public", "globex"]
        with connection.cursor() as cursor:
            cursor.execute("SELECT count(*) FROM globex.django_session")
        assert schemas.behind() == []
    connection.close()


@pytest.mark.usefixtures("committed")
def test_a_schema_that_was_never_migrated_lacks_everything() -> None:
    with context.inside(context.PUBLIC):
        Tenant.objects.create(slug="initech", schema_name="initech", name="Initech")
        try:
            assert schemas.behind() == ["initech"]
        finally:
            Tenant.objects.filter(slug="initech").delete()
    connection.close()
