"""`manage.py evaluate_dialogues FOLDER`: how many turns customers need when all slots are read from every message."""

import json
from dataclasses import asdict
from itertools import groupby
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from apps.flows.rehearsal import evaluation, tasks
from apps.flows.rehearsal.evaluation import Result


class Command(BaseCommand):
    help = (
        "Walk the customers of sgd_single_domain and crosswoz through flows made of these data's schemas, reading all slots of "
        "every message, and one after the other. docs/slots.md says how."
    )
    requires_system_checks = ()

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("folder", type=Path, metavar="FOLDER", help="The folder of the data sets, or one set in it.")
        parser.add_argument("--json", action="store_true", help="Print one JSON object a set instead of a table.")

    def handle(self, *args: Any, **options: Any) -> None:
        try:
            found = list(tasks.found(options["folder"]))
        except tasks.NoSuchData as error:
            raise CommandError(str(error)) from error
        for _set, mine in groupby(found, lambda task: task.set):
            result = evaluation.evaluated(list(mine))
            self.stdout.write(json.dumps(asdict(result), ensure_ascii=False) if options["json"] else _table(result))


def _table(result: Result) -> str:
    head = f"{result.set}: {result.tasks} tasks of {result.needed} slots, {result.compared} compared; saved {result.saved:.1%}"
    lines = [f"  {name:16} {', '.join(f'{way} {value}' for way, value in getattr(result, name).items())}" for name in _ROWS]
    return "\n".join([head, *lines])


_ROWS = ("turns", "complete", "slot_accuracy", "exact", "joint_accuracy")
