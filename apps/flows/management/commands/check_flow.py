"""`manage.py check_flow FILE…`: tells every mistake in flows, before anybody publishes them."""

from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.utils import timezone

from apps.flows import dialogues
from apps.flows.definition import together


class Command(BaseCommand):
    help = (
        "Check flows, a file each, play their example dialogues, and print every problem as FILE:LINE:COLUMN: sentence. Exits "
        "with 1 on any error. Flows that enter each other are given together."
    )
    requires_system_checks = ()

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("files", nargs="+", type=Path, metavar="FILE")

    def handle(self, *args: Any, **options: Any) -> None:
        texts = {str(file): _text(file) for file in options["files"]}
        wrong = False
        flows = together.load(texts, whole=False)
        for file, loaded in flows.items():
            for problem in (*loaded.problems, *dialogues.problems(flows, file, timezone.localtime())):
                warning = "warning: " if problem.severity == "warning" else ""
                self.stdout.write(f"{file}:{problem.line}:{problem.column}: {warning}{problem.sentence}")
                wrong = wrong or not warning
        if wrong:
            raise SystemExit(1)


def _text(file: Path) -> str:
    try:
        return file.read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError) as error:
        raise CommandError(f"{file}: {error}") from error
