"""Loads a demo shop's procedures, which ask the demo's order system."""

from collections.abc import Iterator

from apps.flows.models import Flow
from apps.releases import publishing
from demo.shops import Shop


def load(shop: Shop) -> Iterator[str]:
    """Loads into the tenant of the moment, unless it has flows already."""
    files = sorted((shop.folder / "flows").glob("*.yaml"))
    if not files or Flow.objects.exists():
        return
    rows = [(file.stem, file.read_text(encoding="utf-8")) for file in files]
    Flow.objects.bulk_create(
        Flow(name=name, text=text, enabled=True, order=place) for place, (name, text) in enumerate(rows, 1)
    )
    publishing.publish()
    yield f"{len(rows)} flows"
