"""Microsoft's Presidio with its default recognisers, to compare with, where the optional package is installed."""

from collections.abc import Callable, Iterable, Sequence
from importlib import import_module
from importlib.util import find_spec

from apps.filters.span import Span


def engine(types: Sequence[str]) -> Callable[[str], Iterable[Span]] | None:
    """A finder of places of these types in English; None where `presidio_analyzer` is not installed."""
    if find_spec("presidio_analyzer") is None:
        return None
    analyzer = import_module("presidio_analyzer").AnalyzerEngine()

    def find(text: str) -> list[Span]:
        found = analyzer.analyze(text=text, language="en", entities=list(types))
        return [Span(each.start, each.end, each.entity_type) for each in found]

    return find
