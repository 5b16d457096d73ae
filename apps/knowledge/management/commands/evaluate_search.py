"""`manage.py evaluate_search FOLDER`: how well the product's own ingestion and search do on questions with known answers."""

from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from apps.knowledge import evaluation


class Command(BaseCommand):
    help = (
        "Measure search on a folder with *corpus*.jsonl (doc_id, text or questions and answer, title?, bank?) and "
        "*queries*.jsonl (query_id, query, gold_doc_ids, bank?), in a scratch tenant that is dropped afterwards."
    )

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("folders", nargs="+", metavar="FOLDER")
        parser.add_argument("--most", type=int, default=0, help="Ask only this many questions of each bank.")
        parser.add_argument("--ablation", action="store_true", help="Ask again without each part of the search, and compare.")
        parser.add_argument("--json", action="store_true", help="Print one JSON object a bank instead of a table.")

    def handle(self, *args: Any, **options: Any) -> None:
        for folder in options["folders"]:
            try:
                say = self.stderr.write
                results = evaluation.evaluate(folder, most=options["most"], ablate=options["ablation"], say=say)
            except evaluation.NoSuchData as error:
                raise CommandError(str(error)) from error
            for line in evaluation.lines(folder, results, as_json=options["json"]):
                self.stdout.write(line)
