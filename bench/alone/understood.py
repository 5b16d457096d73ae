"""What customers say in a flow, understood in a process that does nothing else. `python -m bench.alone.understood` prints
seconds as JSON: of each sentence, whose vector is made on the way, and of as many others' vectors alone."""

import json
import sys
import time
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path

import django
from django.test.utils import override_settings

SHOP = Path(__file__).resolve().parents[2] / "demo" / "acme"
HERE = {"default": {"BACKEND": "django.core.cache.backends.locmem.LocMemCache"}}
NOW = datetime(2026, 11, 30, 10, 0, tzinfo=UTC)


def measured() -> dict[str, list[float]]:
    """In the demo shop's return, which waits for an order number; all five flows of the shop may be wished for."""
    from apps.flows.definition import together
    from apps.flows.engine import journey
    from apps.flows.engine.said import Begun
    from apps.flows.understanding import understand
    from apps.llm.embeddings import embedder

    loaded = together.load({file.stem: file.read_text() for file in sorted((SHOP / "flows").glob("*.yaml"))})
    flows = {name: each.definition for name, each in loaded.items() if each.definition}
    place = journey.start(flows, "returns", "run", Begun(intent="return"), 0.0).place
    said = [json.loads(line)["text"] for line in (SHOP / "questions" / "wishes.jsonl").read_text().splitlines()]
    understand.prepare(flows, ())
    one, other = said[::2], said[1::2]

    def understood(text: str) -> object:
        return understand.understand(flows, place, text, language="en", now=NOW)

    understood("Is anybody there?")
    return {
        "understood": [_timed(understood, text) for text in one],
        "encoded": [_timed(embedder().embed_query, text) for text in other],
    }


def _timed(work: Callable[[str], object], text: str) -> float:
    began = time.perf_counter()
    work(text)
    return time.perf_counter() - began


def main() -> None:
    from apps.tenants import context

    with override_settings(CACHES=HERE), context.inside(context.PUBLIC):  # where no database is asked for vectors
        sys.stdout.write(json.dumps(measured()))


if __name__ == "__main__":
    django.setup()
    main()
