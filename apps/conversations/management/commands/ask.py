"""`manage.py ask TENANT`: questions from standard input through the very turn that customers get, unrecorded."""

import json
import sys
from collections.abc import Iterator
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from apps.conversations.bot.story import Said
from apps.conversations.wire import frames
from apps.conversations.wire.texts import clean, is_blank
from apps.conversations.worker import rehearsal
from apps.conversations.worker.rehearsal import Rehearsal
from apps.tenants import context
from apps.tenants.management.named import tenant


class BadLine(ValueError):
    """The line holds no question; the message says what it should hold."""


class Command(BaseCommand):
    help = (
        "Ask the bot of a tenant, on its live release. Standard input holds a question a line, or a dialogue as "
        '{"say": ["…", "…"]}. Nothing is kept: no conversation, no trace, no remembered answer.'
    )

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("tenant", metavar="TENANT", help="its short name")
        parser.add_argument("--json", action="store_true", help="print one JSON object an answer")

    def handle(self, *args: Any, **options: Any) -> None:
        bad = 0
        with context.inside(tenant(options["tenant"])):
            rehearsal.warm()
            for number, line in _lines():
                try:
                    said = _said(line)
                except BadLine as problem:
                    bad += 1
                    self.stderr.write(f"line {number}: {problem}")
                    continue
                for turn, tried in enumerate(rehearsal.converse(said), 1):
                    self.stdout.write(_json(number, turn, tried) if options["json"] else _plain(tried))
                    self.stdout.flush()
        if bad:
            raise CommandError(f"Lines left out: {bad}.")


def _lines() -> Iterator[tuple[int, bytes]]:
    """The lines as bytes, because a line that is not UTF-8 must not take the others with it."""
    stream = getattr(sys.stdin, "buffer", sys.stdin)
    for number, line in enumerate(stream, 1):
        raw = line if isinstance(line, bytes) else line.encode()
        if raw.removeprefix(b"\xef\xbb\xbf").strip():
            yield number, raw.removeprefix(b"\xef\xbb\xbf").strip()


def _said(line: bytes) -> list[str]:
    """A customer's messages, one after the other. Raises BadLine."""
    try:
        text = line.decode()
    except UnicodeDecodeError as error:
        raise BadLine("It is not UTF-8.") from error
    said = _dialogue(text) if text.startswith("{") else [text]
    messages = [clean(each) for each in said]
    if any(not each or is_blank(each) for each in messages):
        raise BadLine("A message of it is empty.")
    if any(len(each) > frames.MOST_CHARACTERS for each in messages):
        raise BadLine(f"A message of it has more than {frames.MOST_CHARACTERS:,} characters.")
    return messages


def _dialogue(text: str) -> list[str]:
    wanted = 'Write a dialogue as {"say": ["first message", "second message"]}.'
    try:
        said = json.loads(text).get("say")
    except (ValueError, RecursionError) as error:
        raise BadLine(f"It is not JSON. {wanted}") from error
    if not isinstance(said, list) or not said or not all(isinstance(each, str) for each in said):
        raise BadLine(wanted)
    return said


def _json(line: int, turn: int, tried: Rehearsal) -> str:
    end = tried.end
    row: dict[str, object] = {
        "line": line,
        "turn": turn,
        "question": tried.question,
        "text": rehearsal.told(tried),
        "tier": end.tier if isinstance(end, Said) else None,
        "sources": [source.title for source in end.sources] if isinstance(end, Said) else [],
        "cause": "" if isinstance(end, Said) else str(end.cause),
        "ms": round(tried.ms, 1),
    }
    return json.dumps(row, ensure_ascii=False)


def _plain(tried: Rehearsal) -> str:
    end = tried.end
    how = f"cause {end.cause}" if not isinstance(end, Said) else "courtesy" if end.tier is None else f"tier {end.tier}"
    titles = "; ".join(source.title for source in end.sources) if isinstance(end, Said) else ""
    facts = ", ".join(part for part in (how, titles, f"{tried.ms:.0f} ms") if part)
    return f"> {tried.question}\n{rehearsal.told(tried)}\n  ({facts})\n"
