"""`manage.py play_flow FILE [--tenant SLUG] [--language zh-hans] [--json]`: plays a flow with the lines of standard input.

Where the flow asks a colleague (`?`, or `asks` in the JSON) the next line is the answer; an empty one is none in time.
"""

import json
import sys
from argparse import ArgumentParser
from dataclasses import asdict
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone, translation

from apps.flows import calls
from apps.flows.definition.definition import Definition
from apps.flows.definition.loading import load
from apps.flows.play import Play
from apps.tenants import context
from apps.tenants.management.named import tenant
from apps.tenants.workspace.models import Site


class Command(BaseCommand):
    help = "Plays a flow with the customer's lines from standard input, one line of output each."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("file", type=Path, help="the flow's YAML")
        parser.add_argument("--tenant", help="ask this tenant's systems; without it every call fails")
        parser.add_argument("--language", default="", help="of the customer: en or zh-hans")
        parser.add_argument("--json", action="store_true", help="one JSON a line: said, reply, state, slots, ended, asks")

    def handle(self, *args: Any, **options: Any) -> None:
        definition = _definition(options["file"])
        flows = {definition.name: definition}
        language = options["language"] or definition.language or settings.LANGUAGE_CODE
        if not options["tenant"]:
            self._play(Play(flows, definition.name, language, timezone.localtime()), as_json=options["json"])
            return
        with context.inside(tenant(options["tenant"])):
            now = timezone.localtime(timezone=ZoneInfo(Site.load().timezone))
            self._play(Play(flows, definition.name, language, now, calls.make), as_json=options["json"])

    def _play(self, play: Play, *, as_json: bool) -> None:
        with translation.override(play.language):
            for said in (line.rstrip("\n") for line in sys.stdin):
                if not said and not play.asks:  # an empty line is a colleague who does not answer, and nothing else
                    continue
                played = asdict(play.say(said))
                if as_json:
                    told = {name: played[name] for name in ("said", "reply", "state", "slots", "ended")}
                    told |= {"asks": played["asks"]} if played["asks"] else {}
                    self.stdout.write(json.dumps(told, ensure_ascii=False))
                else:
                    lines = [f"> {said}", *played["reply"], f"  [{played['state']}] {played['ended']}".rstrip()]
                    if asks := played["asks"]:
                        lines.append(f"? {asks['question']} [{' / '.join(asks['choices'])}]")
                    self.stdout.write("\n".join(lines))


def _definition(file: Path) -> Definition:
    try:
        text = file.read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError) as error:
        raise CommandError(f"{file}: {error}") from error
    loaded = load(text)
    if loaded.definition is None:
        raise CommandError("\n".join(f"{file}:{each.line}:{each.column}: {each.sentence}" for each in loaded.problems))
    return loaded.definition
