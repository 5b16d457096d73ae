"""Loads a demo shop's procedures, which ask the demo's order system."""

from collections.abc import Iterator

from apps.flows.definition.loading import load as load_flow
from apps.flows.models import Flow
from apps.releases import publishing
from demo.shops import Shop


def load(shop: Shop) -> Iterator[str]:
    """Loads into the tenant of the moment, unless it has flows already."""
    files = sorted((shop.folder / "flows").glob("*.yaml"))
    if not files or Flow.objects.exists():
        return
    for place, file in enumerate(files, 1):
        text = file.read_text(encoding="utf-8")
        definition = load_flow(text, file.stem).definition
        Flow.objects.create(name=definition.name if definition else file.stem, text=text, enabled=True, order=place)
    publishing.activate(publishing.publish())  # the tests have played their dialogues, and nobody waits here for a worker
    yield f"{len(files)} flows"
