"""`manage.py import_knowledge FILE --tenant SLUG`: the import of the admin, until its result is there."""

import time
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.utils import timezone

from apps.knowledge.intake import importing
from apps.knowledge.models import Import
from apps.tenants import context
from apps.tenants.management.named import tenant

LOOK_SECONDS = 0.5
ENDED = (Import.State.LIVE, Import.State.REFUSED, Import.State.FAILED)


class Command(BaseCommand):
    help = "Import a CSV, JSON or JSONL file with the columns question, answer, alternatives, language, category."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("file", type=Path)
        parser.add_argument("--tenant", required=True, metavar="SLUG")
        parser.add_argument("--skip-bad", action="store_true", help="Leave bad rows out instead of refusing the file.")

    def handle(self, *args: Any, **options: Any) -> None:
        path: Path = options["file"]
        if not path.is_file():
            raise CommandError(f"There is no file {path}.")
        with context.inside(tenant(options["tenant"])):
            job = importing.begin(path.name, path.read_bytes(), skip_bad=options["skip_bad"])
            self._finish(job)
        for row in job.report:
            self.stderr.write(f"line {row['line']}: {row['problem']}")
        if job.state != Import.State.LIVE:
            raise CommandError(job.problem)
        self.stdout.write(
            f"{job.rows} rows: {job.added} added, {job.changed} changed, {job.unchanged} unchanged, {job.bad} left out."
        )

    def _finish(self, job: Import) -> None:
        """Here, or by a worker that was quicker: then its end is waited for, and taken over should it be killed."""
        importing.run(job.pk)
        told = False
        while not self._has_ended(job):
            if not told:
                self.stdout.write("A worker has taken it up; waiting for its result …")
                told = True
            time.sleep(LOOK_SECONDS)
            if job.wake_at and job.wake_at < timezone.now():
                importing.run(job.pk)

    def _has_ended(self, job: Import) -> bool:
        try:
            job.refresh_from_db()
        except Import.DoesNotExist as error:
            raise CommandError("Somebody deleted the import while it ran.") from error
        return job.state in ENDED
