"""`manage.py evaluation_set TENANT NAME`: a stored set from the command line: files taken in, run now, given out."""

from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from apps.insights import evaluation, runs, sets
from apps.insights.models import EvaluationSet, Run
from apps.tenants import context
from apps.tenants.management.named import tenant
from apps.tenants.refusal import Refusal


class Command(BaseCommand):
    help = "Take questions into an evaluation set of a tenant, run it on the live release, or print it (docs/insights.md)."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("tenant", metavar="TENANT", help="its short name")
        parser.add_argument("name", metavar="NAME", help="the set's name; --take makes it where it is missing")
        parser.add_argument("--take", metavar="FILE.jsonl", type=Path, nargs="+", default=[], help="take these in")
        parser.add_argument("--run", action="store_true", help="ask all of it now and print the totals")
        parser.add_argument("--export", action="store_true", help="print its questions as JSONL")

    def handle(self, *args: Any, name: str, take: list[Path], run: bool, export: bool, **options: Any) -> None:
        with context.inside(tenant(options["tenant"])):
            chosen = EvaluationSet.objects.filter(name=name).first()
            if chosen is None and not take:
                raise CommandError(f"There is no evaluation set “{name}”.")
            chosen = chosen or EvaluationSet.objects.create(name=name)
            try:
                for path in take:
                    self._take_in(chosen, path)
                if run:
                    self._run(chosen)
            except Refusal as refusal:
                raise CommandError(str(refusal)) from refusal
            for line in sets.export(chosen) if export else ():
                self.stdout.write(line, ending="")

    def _take_in(self, chosen: EvaluationSet, path: Path) -> None:
        try:
            taken = sets.take_in(chosen, path.read_bytes())
        except OSError as error:
            raise CommandError(f"{path} cannot be read: {error.strerror}.") from error
        for number, problem in taken.problems:
            self.stderr.write(f"{path}, line {number}: {problem}")
        if taken.problems:
            raise CommandError(f"Nothing of {path} was taken in. Lines to correct: {len(taken.problems)}.")
        self.stderr.write(f"{path}: added {taken.added}, changed {taken.changed}, unchanged {taken.unchanged}")

    def _run(self, chosen: EvaluationSet) -> None:
        run = runs.run_at_once(chosen)
        if run.state != Run.State.DONE:
            raise CommandError(f"The run ended early: {run.get_state_display()}. {run.problem}".strip())
        self.stdout.write("\n".join(evaluation.table(run.totals)))
