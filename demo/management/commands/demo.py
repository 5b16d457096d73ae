"""`manage.py demo`: load the two demo shops, and tell where they are and who may log in."""

import json
from typing import Any

from django.core.management.base import BaseCommand, CommandParser

from demo import guide, loading


class Command(BaseCommand):
    help = "Tells where the demo shops are and who may log in; --load makes them first and is safe to repeat."
    requires_system_checks = ()

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--load", action="store_true", help="make what is missing of the two shops")
        parser.add_argument("--json", action="store_true", dest="as_json", help="print for scripts")

    def handle(self, *args: Any, load: bool, as_json: bool, **options: Any) -> None:
        if load:
            for line in loading.load():
                (self.stderr if as_json else self.stdout).write(line)
        if as_json:
            self.stdout.write(json.dumps(guide.guide(), ensure_ascii=False, indent=1))
        elif not load:
            self.stdout.write("\n".join(guide.lines(guide.guide())))
