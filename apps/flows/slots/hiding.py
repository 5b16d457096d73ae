"""The places of a text in which something stands that a flow calls sensitive."""

from collections.abc import Iterable
from datetime import UTC, datetime

from apps.flows.definition.definition import Slot
from apps.flows.slots import kinds

Span = tuple[int, int]  # from, to before (code points)


def places(slots: Iterable[Slot], text: str, language: str) -> list[Span]:
    """In order, none over another. Whatever is of such a slot's kind counts, also what the customer took back again; free text
    is all that was said."""
    now = datetime.now(UTC)
    found = sorted((each.start, each.end) for slot in slots for each in kinds[slot.kind].read(slot, text, language, now))
    spans: list[Span] = []
    for start, end in found:
        if spans and start < spans[-1][1]:
            spans[-1] = (spans[-1][0], max(end, spans[-1][1]))
        else:
            spans.append((start, end))
    return spans
