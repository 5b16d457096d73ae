"""`manage.py check_flow FILE…`: tells every mistake in flows, before anybody publishes them, and plays their dialogues."""

from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.utils import timezone

from apps.flows.definition import together
from apps.flows.definition.loading import Loaded
from apps.tenants import context


class Command(BaseCommand):
    help = (
        "Check flows, a file each, print every problem as FILE:LINE:COLUMN: sentence, and play their example dialogues. "
        "Exits with 1 on any error, and when a dialogue comes out otherwise."
    )
    requires_system_checks = ()

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("files", nargs="+", type=Path, metavar="FILE")

    def handle(self, *args: Any, **options: Any) -> None:
        texts = {str(file): _text(file) for file in options["files"]}
        found = together.load(texts, whole=False)
        wrong = False
        for file, loaded in found.items():
            for problem in loaded.problems:
                warning = "warning: " if problem.severity == "warning" else ""
                self.stdout.write(f"{file}:{problem.line}:{problem.column}: {warning}{problem.sentence}")
            wrong = wrong or loaded.definition is None
        with context.inside(context.PUBLIC):
            for told in _differences(found):
                self.stdout.write(told)
                wrong = True
        if wrong:
            raise SystemExit(1)


def _differences(found: Mapping[str, Loaded]) -> Iterator[str]:
    """Each dialogue of the files that came out otherwise than it says."""
    flows = {each.definition.name: each.definition for each in found.values() if each.definition}
    if not any(flow.dialogues for flow in flows.values()):
        return
    from apps.flows import dialogues  # what understands words takes a second to load

    for file, loaded in found.items():
        name = loaded.definition.name if loaded.definition else ""
        played = name and together.whole(name, found)
        for outcome in dialogues.play(flows, name, settings.LANGUAGE_CODE, timezone.localtime()) if played else ():
            if not outcome.passed:
                mark = loaded.read.mark(outcome.where(loaded.read))
                yield f"{file}:{mark.line}:{mark.column}: {outcome.sentence()}"


def _text(file: Path) -> str:
    try:
        return file.read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError) as error:
        raise CommandError(f"{file}: {error}") from error
