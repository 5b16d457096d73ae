"""`manage.py play_flow FILE [--tenant SLUG] [--language zh-hans] [--json]`: plays a flow with the lines of standard input,
or its example dialogues.

Where the flow asks a colleague (`?`, or `asks` in the JSON) the next line is the answer. So it is where it calls a system (`!`,
or `calls`) and no tenant's are asked: JSON of the slots, `fails` or `times out`. An empty line is an answer that does not come.
"""

import json
import sys
from argparse import ArgumentParser
from collections.abc import Sequence
from dataclasses import asdict
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone, translation

from apps.flows import calls, dialogues
from apps.flows.definition.definition import Definition
from apps.flows.definition.loading import load
from apps.flows.engine.said import Returned
from apps.flows.engine.step import Request
from apps.flows.outcome import Outcome
from apps.flows.outside import Nobody
from apps.flows.play import Play
from apps.tenants import context
from apps.tenants.management.named import tenant
from apps.tenants.workspace.models import Site


class Asking(Nobody):
    """The tenant's systems are asked for what they really answer."""

    def call(self, request: Request) -> Returned:
        return calls.make(request)


class Command(BaseCommand):
    help = "Plays a flow with the customer's lines from standard input, one line of output each."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("file", type=Path, help="the flow's YAML")
        parser.add_argument("--tenant", help="ask this tenant's systems; without it the next line is what one answers")
        parser.add_argument("--language", default="", help="of the customer: en or zh-hans")
        told = "play its example dialogues instead, and exit with 1 when one comes out otherwise"
        parser.add_argument("--dialogues", action="store_true", help=told)
        parser.add_argument(
            "--json", action="store_true", help="one JSON a line: said, reply, state, slots, ended; asks, calls"
        )

    def handle(self, *args: Any, **options: Any) -> None:
        definition = _definition(options["file"])
        flows = {definition.name: definition}
        language = options["language"] or definition.language or settings.LANGUAGE_CODE
        if options["dialogues"]:
            with context.inside(context.PUBLIC):
                self._hold(dialogues.play(flows, definition.name, language, timezone.localtime()), as_json=options["json"])
        elif options["tenant"]:
            with context.inside(tenant(options["tenant"])):
                now = timezone.localtime(timezone=ZoneInfo(Site.load().timezone))
                self._play(Play(flows, definition.name, language, now, Asking()), as_json=options["json"])
        else:
            self._play(Play(flows, definition.name, language, timezone.localtime()), as_json=options["json"])

    def _hold(self, outcomes: Sequence[Outcome], *, as_json: bool) -> None:
        for each in outcomes:
            plain = f"{each.called}: passed" if each.passed else each.sentence()
            self.stdout.write(json.dumps(each.stored(), ensure_ascii=False) if as_json else plain)
        if not all(each.passed for each in outcomes):
            raise SystemExit(1)

    def _play(self, play: Play, *, as_json: bool) -> None:
        with translation.override(play.language):
            for said in (line.rstrip("\n") for line in sys.stdin):
                if not said and not play.awaited:  # an empty line is an answer that does not come, and nothing else
                    continue
                played = asdict(play.say(said))
                if as_json:
                    told = {name: played[name] for name in ("said", "reply", "state", "slots", "ended")}
                    told |= {name: played[name] for name in ("asks", "calls") if played[name]}
                    self.stdout.write(json.dumps(told, ensure_ascii=False))
                else:
                    lines = [f"> {said}", *played["reply"], f"  [{played['state']}] {played['ended']}".rstrip()]
                    if asks := played["asks"]:
                        lines.append(f"? {asks['question']} [{' / '.join(asks['choices'])}]")
                    if calls := played["calls"]:
                        slots = ", ".join(each["name"] for each in calls["slots"])
                        lines.append(f"! {calls['request']} {calls['sent']}".rstrip() + f" [{slots}]")
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
