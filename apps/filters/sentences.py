"""Sentences of a text, for kinds of rules that judge one at a time."""

import re
from collections.abc import Iterator

from apps.filters.span import Span

LONGEST = 400  # characters; what goes on without an end is cut there, so that no stream waits for ever
_END = re.compile(r"[。！？；!?;]|[.](?=\s)|\n")


def sentences(text: str) -> list[Span]:
    """The places of all sentences that hold a letter or a digit, without the spaces around them."""
    return [trimmed for span in _pieces(text) if (trimmed := _trimmed(text, span))]


def unfinished(text: str) -> int:
    """The place where the last sentence begins, if it may still go on; the text's length if it has ended."""
    *_before, last = _pieces(text)
    return last.start


def _pieces(text: str) -> Iterator[Span]:
    """All of the text, piece by piece; what comes after the last end, even nothing, is the last piece."""
    start = 0
    while True:
        end = _END.search(text, start, start + LONGEST + 1)  # one more: a full stop is an end only before a space
        if end and end.end() - start <= LONGEST:
            place = end.end()
        elif len(text) - start > LONGEST:
            place = start + LONGEST
        else:
            break
        yield Span(start, place)
        start = place
    yield Span(start, len(text))


def _trimmed(text: str, span: Span) -> Span | None:
    said = text[span.start : span.end]
    if not any(map(str.isalnum, said)):
        return None
    return Span(span.start + len(said) - len(said.lstrip()), span.start + len(said.rstrip()))
