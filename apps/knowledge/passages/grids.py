"""Markdown tables in a text: where their rows stand, and what a row says when it is shown without its table."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property

# (What may repeat gives nothing back, as in chunking: the time follows a line's length.)
_DIVIDER = re.compile(r"[ \t]*+(?:(?:[-*+]|\d++[.)])[ \t]++)?\|?[ \t]*+:?-++:?[ \t]*+(?:\|[ \t]*+:?-++:?[ \t]*+)*+\|?[ \t]*+$")
_ITEM = re.compile(r"\A[ \t]*+(?:[-*+]|\d{1,9}[.)])[ \t]++(?=\|)")
_CELL_END = re.compile(r"(?<!\\)\|")
_BREAK = re.compile(r"<br[ \t]*+/?>", re.IGNORECASE)


@dataclass(frozen=True)
class Grid:
    """`rows`: where each line below the divider begins and ends, its line's end included. `head`: header and divider."""

    body: str
    start: int
    end: int
    head: tuple[int, int]
    rows: tuple[tuple[int, int], ...]

    @cached_property
    def heading(self) -> str:
        """The lines that a piece of the table needs above it, each at its line's beginning: also of a table in a list."""
        lines = self.body[slice(*self.head)].splitlines()
        return "".join(_ITEM.sub("", line).strip() + "\n" for line in lines)

    @cached_property
    def columns(self) -> list[str]:
        return cells(self.body[slice(*self.head)].splitlines()[0]) if self.head[0] < self.head[1] else []

    @cached_property
    def unfilled(self) -> list[str]:
        """The names of columns in which no row has a word: no row tells them."""
        filled = {place for row in self.rows for place, cell in enumerate(cells(self.body[slice(*row)])) if cell}
        return [name for place, name in enumerate(self.columns) if place not in filled and any(map(str.isalnum, name))]

    def told(self, row: tuple[int, int]) -> list[str]:
        """A row as lines “column: cell”, without a sign of the table."""
        found = cells(self.body[slice(*row)])
        names = [*self.columns, *[""] * len(found)]
        return [f"{name}: {cell}" if name else cell for name, cell in zip(names, found, strict=False) if cell]


def within(body: str, start: int, end: int) -> Iterator[Grid]:
    """Tables with a header, and at least two lines in a row that begin and end with | without one."""
    lines = list(_lines(body, start, end))
    at, fence = 0, ""
    while at < len(lines):
        first, last = lines[at]
        line = body[first:last].strip()
        if line[:3] in ("```", "~~~") and (not fence or line[:3] == fence):
            fence = "" if fence else line[:3]
        below = body[slice(*lines[at + 1])].rstrip("\r\n") if at + 1 < len(lines) else ""
        headed = "|" in line and "|" in below and bool(_DIVIDER.match(below))
        stop = at + (2 if headed else 0)
        while not fence and stop < len(lines) and _is_row(body[slice(*lines[stop])], headed):
            stop += 1
        if not fence and (headed or stop >= at + 2):
            head = (first, lines[at + 1][1]) if headed else (first, first)
            rows = tuple(lines[at + 2 if headed else at : stop])
            yield Grid(body, first, lines[stop - 1][1], head, rows)
            at = stop
        else:
            at += 1


def cells(row: str) -> list[str]:
    """The texts of a row's cells, with line breaks as spaces and escaped signs read."""
    inner = _ITEM.sub("", row).strip()
    inner = inner.removeprefix("|")
    if inner.endswith("|") and not inner.endswith("\\|"):
        inner = inner[:-1]
    return [_on_one_line(cell).replace("\\|", "|").strip() for cell in _CELL_END.split(inner)]


def _on_one_line(cell: str) -> str:
    return " ".join(part.strip(" \t") for part in _BREAK.split(cell))


def _is_row(line: str, headed: bool) -> bool:
    text = line.strip()
    return "|" in text if headed else len(text) > 2 and text[0] == text[-1] == "|"


def _lines(body: str, start: int, end: int) -> Iterator[tuple[int, int]]:
    while start < end:
        stop = body.find("\n", start, end)
        stop = end if stop < 0 else stop + 1
        yield start, stop
        start = stop
