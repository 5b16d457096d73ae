"""`manage.py check_flow FILE…`: tells every mistake in flows, before anybody publishes them."""

from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from apps.flows.definition import together


class Command(BaseCommand):
    help = "Check flows, a file each, and print every problem as FILE:LINE:COLUMN: sentence. Exits with 1 on any error."
    requires_system_checks = ()

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("files", nargs="+", type=Path, metavar="FILE")

    def handle(self, *args: Any, **options: Any) -> None:
        texts = {str(file): _text(file) for file in options["files"]}
        wrong = False
        for file, loaded in together.load(texts, whole=False).items():
            for problem in loaded.problems:
                warning = "warning: " if problem.severity == "warning" else ""
                self.stdout.write(f"{file}:{problem.line}:{problem.column}: {warning}{problem.sentence}")
            wrong = wrong or loaded.definition is None
        if wrong:
            raise SystemExit(1)


def _text(file: Path) -> str:
    try:
        return file.read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError) as error:
        raise CommandError(f"{file}: {error}") from error
