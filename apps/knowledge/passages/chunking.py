"""Markdown → the sections a search finds: cut at headings, then at paragraphs, then at sentences (Chinese ones too).

A section is a slice of the text, so its offsets lead back to the place; neighbours under one heading overlap a little, so
that a sentence keeps what it refers to. A table is cut between its rows, and each of its pieces begins with its header; one
that is too wide for that is told row by row, each cell with its column's name.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass

from apps.knowledge.passages import grids, tokens
from apps.knowledge.passages.grids import Grid

MOST_TOKENS = 400
OVERLAP_TOKENS = 60
_HEADING = re.compile(r" {0,3}(#{1,6})[ \t](.+)$")
_FENCE = re.compile(r" {0,3}(```|~~~)")
# After Chinese sentence marks at once, after Latin ones before a space, and after a line's end. (Here and below, what may
# repeat has one place to begin and nothing to give back, so that the time follows a text's length, whatever stands in it.)
_SENTENCE_END = re.compile(r"(?:[。！？；…]++[”’」』）)]*+|(?<![.!?;])[.!?;]++[\"')\]]*+(?=\s)|\n)\s*+")
_LINK = re.compile(r"!?\[([^\[\]\n]*)\]\((?:[^()\n]|\([^()\n]*\))*+\)")
_MARKUP = re.compile(
    r"^ {0,3}(?:#{1,6}|>|[-*+]|\d+[.)])[ \t]+|^(?=[ \t:|-]++$)(?=.*?---|[ \t]*+\|[ \t]*+:?-).*$|\\\||<br[ \t]*+/?>|[*_`~|]+",
    re.MULTILINE | re.IGNORECASE,
)


@dataclass(frozen=True)
class Section:
    """text == body[start:end], below its table's header where a table goes on, or what a wide table's rows say; heading is the
    path of headings above it, joined by " › ", without the article's title."""

    heading: str
    text: str
    start: int
    end: int


@dataclass(frozen=True)
class _Span:
    start: int
    end: int
    tokens: int
    above: str = ""  # what a section needs that begins with this part of a table: its header, or its row's name
    told: str | None = None  # instead of the slice


def cut(body: str) -> list[Section]:
    """All sections of a text, in order. Nothing but white space, headings and tables without a word stays outside of them."""
    found = (section for path, start, end in _under_headings(body) for section in _sections(body, path, start, end))
    return [section for section in found if section.text]


def estimate(text: str) -> int:
    """About how many tokens the bundled encoders make of a text (measured: 0.66 a Han character, 1 for 4.3 Latin ones)."""
    han = sum(1 for char in text if tokens.is_han(char))
    return round(0.7 * han + (len(text) - han) / 4)


def plain(text: str) -> str:
    """The text that is embedded and indexed: without Markdown's signs and link targets."""
    return _MARKUP.sub(" ", _LINK.sub(r"\1", text)).strip()


def _under_headings(body: str) -> Iterator[tuple[str, int, int]]:
    """(path, start, end) of the text below each heading; lines in code fences are no headings."""
    path: list[tuple[int, str]] = []
    start = position = 0
    fence = ""
    for line in body.splitlines(keepends=True):
        mark = _FENCE.match(line)
        if mark and (not fence or mark[1] == fence):
            fence = "" if fence else mark[1]
        heading = None if fence else _HEADING.match(line.rstrip("\r\n"))
        if heading:
            yield _joined(path), start, position
            level = len(heading[1])
            path = [(depth, title) for depth, title in path if depth < level] + [(level, plain(_opened(heading[2])))]
            start = position + len(line)
        position += len(line)
    yield _joined(path), start, position


def _opened(title: str) -> str:
    """A heading's title without the # signs that may close it. Not a pattern, which would try each space as the end."""
    title = title.strip(" \t")
    return title.rstrip("#").rstrip(" \t") or title[:1]


def _joined(path: list[tuple[int, str]]) -> str:
    return " › ".join(title for _level, title in path)


def _sections(body: str, path: str, start: int, end: int) -> Iterator[Section]:
    held: list[_Span] = []
    size = 0
    fresh = False  # whether `held` has more than the overlap with the section before
    for span in _spans(body, start, end):
        if fresh and size + span.tokens > MOST_TOKENS:
            yield _section(body, path, held)
            held, fresh = _tail(held, MOST_TOKENS - span.tokens - estimate(span.above)), False
            size = sum(each.tokens for each in held)
        if not held:
            size += estimate(span.above)
        held.append(span)
        size += span.tokens
        fresh = True
    if fresh:
        yield _section(body, path, held)


def _section(body: str, path: str, held: list[_Span]) -> Section:
    start, end = held[0].start, held[-1].end
    text = body[start:end]
    if any(span.told is not None for span in held):
        return Section(path, held[0].above + "".join(_pieces(body, held)).strip(), start, end)
    start += len(text) - len(text.lstrip())
    end -= len(text) - len(text.rstrip())
    return Section(path, held[0].above + body[start:end], start, end)


def _pieces(body: str, held: list[_Span]) -> Iterator[str]:
    before = held[0].start
    for span in held:
        yield body[before : span.start]
        yield body[span.start : span.end] if span.told is None else span.told
        before = max(before, span.end)


def _tail(held: list[_Span], room: int) -> list[_Span]:
    """The last sentences, up to the overlap, that leave room for the next one."""
    tail: list[_Span] = []
    size = 0
    for span in reversed(held[1:]):
        if span.above or span.told is not None:
            break  # a row says all by itself, below its header
        size += span.tokens
        if size > min(OVERLAP_TOKENS, room):
            break
        tail.insert(0, span)
    return tail


def _spans(body: str, start: int, end: int) -> Iterator[_Span]:
    """Sentences and rows of tables, in order."""
    for grid in grids.within(body, start, end):
        yield from _prose(body, start, grid.start)
        yield from _rows(grid)
        start = grid.end
    yield from _prose(body, start, end)


def _prose(body: str, start: int, end: int) -> Iterator[_Span]:
    """Sentences; one without an end is cut where it gets too long."""
    for first, last in _sentences(body, start, end):
        sentence = body[first:last]
        if not sentence.strip():
            continue
        for place, piece in _parts(sentence):
            yield _Span(first + place, first + place + len(piece), min(max(estimate(piece), 1), MOST_TOKENS))


def _parts(text: str) -> Iterator[tuple[int, str]]:
    parts = -(-estimate(text) // MOST_TOKENS) or 1
    step = -(-len(text) // parts)
    for place in range(0, len(text), step):
        if text[place : place + step].strip():
            yield place, text[place : place + step]


def _rows(grid: Grid) -> Iterator[_Span]:
    sizes = [max(estimate(grid.body[slice(*row)]), 1) for row in grid.rows]
    above = estimate(grid.heading)
    if above + sum(sizes) > MOST_TOKENS and (above > MOST_TOKENS // 3 or above + max(sizes) > MOST_TOKENS or not grid.heading):
        yield from _told(grid)
        return
    if grid.heading:
        yield _Span(*grid.head, above)
    for row, size in zip(grid.rows, sizes, strict=True):
        yield _Span(*row, size, above=grid.heading)


def _told(grid: Grid) -> Iterator[_Span]:
    """The rows without their table: it is too wide, or has no header that could stand above its pieces."""
    if grid.heading:
        start, end = grid.head
        yield _Span(start, end, 0, told="\n")
        for name in grid.unfilled:
            for _place, piece in _parts(name + "\n"):
                yield _Span(end, end, min(max(estimate(piece), 1), MOST_TOKENS), told=piece)
        yield _Span(end, end, 0, told="\n")
    for start, end in grid.rows:
        lines = grid.told((start, end)) if grid.heading else [" – ".join(grid.told((start, end)))]
        for number, line in enumerate([*lines, ""]):
            for _place, piece in _parts(line + "\n"):
                size = min(max(estimate(piece), 1), MOST_TOKENS)
                above = f"{lines[0][:80]}\n" if number else ""  # which row it is
                yield _Span(start if not number else end, end, size, above, told=piece)
        yield _Span(end, end, 0, told="\n")


def _sentences(body: str, start: int, end: int) -> Iterator[tuple[int, int]]:
    first = start
    for found in _SENTENCE_END.finditer(body, start, end):
        yield first, found.end()
        first = found.end()
    if first < end:
        yield first, end
