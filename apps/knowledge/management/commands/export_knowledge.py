"""`manage.py export_knowledge FILE --tenant SLUG`: all Q&A as CSV or JSONL, by the file's ending; - writes JSONL to stdout."""

from collections.abc import Iterable
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandParser

from apps.knowledge.intake import importing, tables
from apps.tenants import context
from apps.tenants.management.named import tenant


class Command(BaseCommand):
    help = "Export all Q&A of a tenant as CSV or JSONL; the file can be imported again."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("file", help="*.csv, *.jsonl, or - for JSONL on standard output")
        parser.add_argument("--tenant", required=True, metavar="SLUG")
        parser.add_argument("--language", default="", choices=["", "en", "zh-hans"])

    def handle(self, *args: Any, **options: Any) -> None:
        path: str = options["file"]
        with context.inside(tenant(options["tenant"])):
            articles = importing.exported(options["language"])
            lines: Iterable[str] = (tables.write_csv if path.lower().endswith(".csv") else tables.write_jsonl)(articles)
            if path == "-":
                for line in lines:
                    self.stdout.write(line, ending="")
                return
            with Path(path).open("w", encoding="utf-8", newline="") as file:
                file.writelines(lines)
