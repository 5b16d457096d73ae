"""`manage.py evaluate_slots FOLDER`: how well slots are found in public sentences that people marked."""

import json
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from apps.flows.slots import evaluation


class Command(BaseCommand):
    help = "Measure the extraction of slots on restaurant8k, nlupp and smp2019: F1 of spans, by slot and in all."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("folder", type=Path, metavar="FOLDER", help="The folder of the data sets, or one set in it.")
        parser.add_argument("--json", action="store_true", help="Print one JSON object a set instead of a table.")

    def handle(self, *args: Any, **options: Any) -> None:
        try:
            for result in evaluation.evaluate(options["folder"]):
                told = result.told()
                self.stdout.write(json.dumps(told) if options["json"] else _table(told))
        except evaluation.NoSuchData as error:
            raise CommandError(str(error)) from error


def _table(told: dict[str, Any]) -> str:
    lines = [f"{told['set']}: {told['rows']} sentences, F1 {told['f1']:.3f} (overlapping: {told['f1_overlap']:.3f})"]
    for name, score in told["slots"].items():
        lines.append(
            f"  {name:16} {score['marked']:5} marked  P {score['precision']:.3f}  R {score['recall']:.3f}  F1 {score['f1']:.3f}"
        )
    return "\n".join(lines)
