"""`manage.py evaluate_intents FOLDER`: how well intents are understood, and what is none of them."""

import json
from dataclasses import asdict
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError, CommandParser

from apps.flows.understanding import evaluation, sets
from apps.flows.understanding.evaluation import Result
from apps.flows.understanding.keeping import File

_COLUMNS = ("set", "part", "sentences", "accuracy", "macro_f1", "named", "in_scope", "out_of_scope", "best", "threshold")


class Command(BaseCommand):
    help = (
        "Train the local intent engine on the sets of a folder (docs/understanding.md has their form) and ask it. "
        "Needs no tenant and no database."
    )
    requires_system_checks = ()

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("folder", metavar="FOLDER", type=Path, help="a set, or a folder of sets")
        parser.add_argument("--json", action="store_true", help="print one JSON object a set")

    def handle(self, *args: Any, folder: Path, **options: Any) -> None:
        if not folder.is_dir():
            raise CommandError(f"{folder} is no folder.")
        kept = File(settings.DATA_DIR / "sentences.sqlite")
        count = 0
        try:
            for chosen in sets.found(folder):
                for result in evaluation.evaluated(chosen, kept):
                    self._tell(result, count, as_json=options["json"])
                    count += 1
        except ValueError as error:
            raise CommandError(str(error)) from error
        if not count:
            raise CommandError(f"{folder} holds no set of sentences with intents.")

    def _tell(self, result: Result, count: int, *, as_json: bool) -> None:
        facts = asdict(result)
        if as_json:
            self.stdout.write(json.dumps(facts, ensure_ascii=False))
        else:
            if not count:
                self.stdout.write("\t".join(_COLUMNS))
            self.stdout.write("\t".join("" if facts[name] is None else str(facts[name]) for name in _COLUMNS))
        self.stdout.flush()
