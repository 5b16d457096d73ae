"""`manage.py import_knowledge FILE --tenant SLUG`: the import of the admin, in the foreground."""

from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from apps.knowledge import importing, tables
from apps.knowledge.models import Import
from apps.tenants import context
from apps.tenants.models import Tenant


class Command(BaseCommand):
    help = "Import a CSV or JSONL file with the columns question, answer, alternatives, language, category."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("file", type=Path)
        parser.add_argument("--tenant", required=True, metavar="SLUG")
        parser.add_argument("--skip-bad", action="store_true", help="Leave bad rows out instead of refusing the file.")

    def handle(self, *args: Any, **options: Any) -> None:
        path: Path = options["file"]
        if not path.is_file():
            raise CommandError(f"There is no file {path}.")
        with context.inside(tenant(options["tenant"])):
            try:
                job = importing.begin(path.name, path.read_bytes(), skip_bad=options["skip_bad"])
            except tables.Refused as refused:
                raise CommandError(str(refused)) from refused
            importing.run(job.pk)
            job.refresh_from_db()
        for row in job.report:
            self.stderr.write(f"line {row['line']}: {row['problem']}")
        if job.state != Import.State.LIVE:
            raise CommandError(job.problem)
        self.stdout.write(
            f"{job.rows} rows: {job.added} added, {job.changed} changed, {job.unchanged} unchanged, {job.bad} left out."
        )


def tenant(slug: str) -> Tenant:
    with context.inside(context.PUBLIC):
        found: Tenant | None = Tenant.objects.filter(slug=slug).first()
    if found is None:
        raise CommandError(f"There is no tenant “{slug}”.")
    return found
