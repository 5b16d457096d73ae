"""`manage.py evaluate_filters FOLDER`: how well filters catch what they should, and leave alone what they should."""

import json
from dataclasses import asdict
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from apps.filters.evaluation import measures


class Command(BaseCommand):
    help = (
        "Measure filters on the sets of a folder: personal data, prompt injection, offence, and what the usual rules hit that "
        "they should not. Offence takes minutes. Needs no tenant and no database."
    )
    requires_system_checks = ()

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("folder", metavar="FOLDER", type=Path, help="a folder of sets")
        parser.add_argument("--json", action="store_true", help="print one JSON object a figure")

    def handle(self, *args: Any, folder: Path, **options: Any) -> None:
        if not folder.is_dir():
            raise CommandError(f"{folder} is no folder.")
        try:
            for figure in measures.figures(folder):
                facts = {**asdict(figure), "value": round(figure.value, 4)}
                told = json.dumps(facts, ensure_ascii=False) if options["json"] else "\t".join(map(str, facts.values()))
                self.stdout.write(told)
                self.stdout.flush()
        except ValueError as error:
            raise CommandError(str(error)) from error
