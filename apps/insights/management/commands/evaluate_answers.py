"""`manage.py evaluate_answers TENANT FILE.jsonl…`: the bot's answers to questions with known answers, judged by rule."""

import json
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from apps.conversations.worker import rehearsal
from apps.insights import ablation, evaluation, questions, thresholds
from apps.insights.questions import Row
from apps.tenants import context
from apps.tenants.management.named import tenant


class Command(BaseCommand):
    help = (
        "Ask the bot of a tenant, on its live release, the questions and dialogues of files (docs/search.md has their format), "
        "and judge each answer by rule. Nothing is kept: no conversation, no trace, no remembered answer."
    )

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("tenant", metavar="TENANT", help="its short name")
        parser.add_argument("files", nargs="+", metavar="FILE.jsonl", type=Path)
        parser.add_argument("--ablation", action="store_true", help="ask again without each part, and print how that compares")
        parser.add_argument("--thresholds", action="store_true", help="print how many reach which score, and are right then")
        parser.add_argument("--json", action="store_true", help="print one JSON object an answer, and the totals as the last")

    def handle(self, *args: Any, **options: Any) -> None:
        rows = self._read(options["files"])
        results: list[evaluation.Asked] = []
        with context.inside(tenant(options["tenant"])):
            rehearsal.warm()
            if options["ablation"]:
                for line in ablation.lines(rows):
                    self.stdout.write(line)
                    self.stdout.flush()
                return
            for row in rows:
                for result in evaluation.ask(row):
                    results.append(result)
                    if options["json"]:
                        self.stdout.write(evaluation.as_json(result))
                        self.stdout.flush()
        if options["thresholds"]:
            self.stdout.write("\n".join(thresholds.lines(results)))
            return
        sums = evaluation.totals(results)
        if options["json"]:
            self.stdout.write(json.dumps({"totals": sums}, ensure_ascii=False))
        else:
            self.stdout.write("\n".join(evaluation.table(sums)))

    def _read(self, files: list[Path]) -> list[Row]:
        """Everything is read before anything is asked: figures over what is left of a file would mean nothing."""
        rows: list[Row] = []
        bad = 0
        for path in files:
            try:
                found, problems = questions.read(path)
            except OSError as error:
                raise CommandError(f"{path} cannot be read: {error.strerror}.") from error
            rows += found
            bad += len(problems)
            for problem in problems:
                self.stderr.write(problem)
        if bad:
            raise CommandError(f"Nothing was asked. Lines to correct: {bad}.")
        return rows
