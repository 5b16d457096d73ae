"""`manage.py screen TENANT`: texts from standard input through the filters of the live release, unrecorded."""

import json
import sys
import time
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from apps.filters import part
from apps.filters.rule import Direction, Where
from apps.filters.screening.screen import Screen
from apps.filters.screening.veil import Veil
from apps.releases import publishing
from apps.tenants import context
from apps.tenants.management.named import tenant

DIRECTIONS = (Direction.FROM_CUSTOMER, Direction.FROM_BOT, Direction.TO_MODEL)


class Command(BaseCommand):
    help = (
        "Screen texts by the filters of a tenant's live release. Standard input holds one a line; for each one JSON object is "
        "printed: text, action, out, hits and ms. Nothing is kept."
    )

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("tenant", metavar="TENANT", help="its short name")
        parser.add_argument("--direction", choices=DIRECTIONS, default=Direction.FROM_CUSTOMER)
        parser.add_argument("--language", default="", help="en or zh-hans; without it rules of every language are looked at")
        parser.add_argument("--flow", default="", help="the flow in which it is said")

    def handle(self, *args: Any, **options: Any) -> None:
        where = Where(Direction(options["direction"]), "", options["flow"], options["language"])
        stream = getattr(sys.stdin, "buffer", sys.stdin)
        bad = 0
        with context.inside(tenant(options["tenant"])):
            screen = part.of(publishing.active()) or Screen([])
            for number, line in enumerate(stream, 1):
                try:
                    text = (line if isinstance(line, str) else line.decode()).rstrip("\r\n")
                except UnicodeDecodeError:
                    bad += 1
                    self.stderr.write(f"line {number}: It is not UTF-8.")
                    continue
                self.stdout.write(json.dumps(_screened(screen, text, where), ensure_ascii=False))
                self.stdout.flush()
        if bad:
            raise CommandError(f"Lines left out: {bad}.")


def _screened(screen: Screen, text: str, where: Where) -> dict[str, Any]:
    """A text as it would go on; to a model it is covered."""
    began = time.perf_counter()
    screened = screen.screened(text, where)
    out = Veil(screen, where).cover(text)[0] if where.direction == Direction.TO_MODEL else screened.text
    took = (time.perf_counter() - began) * 1000
    hits = [
        {"rule": hit.rule.name, "kind": hit.rule.kind, "what": hit.span.what, "start": hit.span.start, "end": hit.span.end}
        for hit in screened.hits
    ]
    return {"text": text, "action": screened.action, "out": out, "hits": hits, "ms": round(took, 3)}
