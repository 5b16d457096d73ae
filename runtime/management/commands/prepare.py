"""`manage.py prepare`: bring the database to this version: extension, migrations of every schema, the demo if wanted."""

import io
from typing import Any

from django.conf import settings
from django.core.management import call_command
from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.db import connection
from django.db.migrations.loader import MigrationLoader
from django.db.utils import DatabaseError, ProgrammingError

from runtime import welcome
from runtime.folder import Folder
from runtime.services import postgres, schemas, stack


class Command(BaseCommand):
    help = "Brings the database to this version; safe to repeat. Run it once before the processes of a new version start."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--demo", action="store_true", help="also load the two demo shops")
        parser.add_argument("--state", default="", help="the digest of the code, when the caller has it already")

    def handle(self, *args: Any, demo: bool, state: str, **options: Any) -> None:
        self._extension()
        self._refuse_newer()
        self.stdout.write("migrating every schema")
        call_command("migrate_schemas", shared=True, interactive=False, verbosity=0)
        for schema in schemas.behind():
            call_command("migrate_schemas", schema_name=schema, tenant=True, interactive=False, verbosity=0)
        self._encrypt()
        if demo:
            self.stdout.write("loading the demo shops")
            call_command("demo", "--load", stdout=self.stdout)
            self._keep_guide()
        self._mark(state or stack.state_of_code())
        self.stdout.write("the database is ready for this version")

    def _encrypt(self) -> None:
        """Encrypts what older versions stored plain or under SECRET_KEY. A missing key stops nothing but what it locks."""
        self.stdout.write("encrypting what stands in an older form")
        told = io.StringIO()
        try:
            call_command("rotate_keys", "--data", stdout=told)
        except CommandError as problem:
            self.stdout.write(told.getvalue().strip())
            self.stdout.write(f"Secrets stay closed until their key is back (docs/operating.md, “Keys”). {problem}")

    def _extension(self) -> None:
        """Creates the extension in a database that the operator brought; `make run` and the Docker image have done it as the
        superuser."""
        with connection.cursor() as cursor:
            cursor.execute("SELECT 1 FROM pg_extension WHERE extname = 'vector'")
            if cursor.fetchone():
                return
            try:
                cursor.execute("CREATE SCHEMA IF NOT EXISTS extensions")
                cursor.execute("CREATE EXTENSION vector SCHEMA extensions")
            except DatabaseError as problem:
                raise CommandError(
                    "The database has no pgvector and this user may not add it. As its superuser run: CREATE SCHEMA "
                    "extensions; CREATE EXTENSION vector SCHEMA extensions; GRANT USAGE ON SCHEMA extensions TO PUBLIC;"
                ) from problem

    def _refuse_newer(self) -> None:
        """A database that a newer version migrated must not be served by an older one."""
        loader = MigrationLoader(None, ignore_no_migrations=True)
        with connection.cursor() as cursor:
            try:
                cursor.execute("SELECT app, name FROM public.django_migrations")
            except ProgrammingError:
                return  # a database that was never migrated
            unknown = sorted(
                f"{app}.{name}"
                for app, name in cursor.fetchall()
                if app in loader.migrated_apps and (app, name) not in loader.disk_migrations
            )
        if unknown:
            raise CommandError(f"This database was used by a newer version, which made {unknown[-1]}: run that version.")

    def _mark(self, state: str) -> None:
        name = connection.ops.quote_name(connection.settings_dict["NAME"])
        with connection.cursor() as cursor:
            cursor.execute(f"COMMENT ON DATABASE {name} IS %s", [postgres.PREPARED + state])

    def _keep_guide(self) -> None:
        """Keeps the lines a start ends with, which must not wait for Django."""
        told = io.StringIO()
        call_command("demo", "--json", stdout=told)
        folder = Folder(settings.DATA_DIR)
        folder.run.mkdir(parents=True, exist_ok=True)
        welcome.keep(folder, told.getvalue())
