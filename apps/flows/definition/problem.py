"""A mistake in the text of a flow, and where it stands: one sentence for the person who writes it."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Literal

Severity = Literal["error", "warning"]


@dataclass(frozen=True)
class Problem:
    """Line and columns count from 1, columns in code points; `end_column` is one past the last, 0 where it is not known. A flow
    with an error can't be published; one with a warning can.

    `fix`: whole lines of YAML that would do away with the problem, to be put before the line `fix_line`.
    """

    line: int
    column: int
    sentence: str
    severity: Severity = "error"
    end_column: int = 0
    fix: str = ""
    fix_line: int = 0

    @property
    def place(self) -> tuple[int, int]:
        return self.line, self.column

    def __str__(self) -> str:
        return f"{self.line}:{self.column}: {self.sentence}"


def sorted_by_place(problems: Iterable[Problem]) -> tuple[Problem, ...]:
    """In the order of the text, each once."""
    return tuple(dict.fromkeys(sorted(problems, key=lambda problem: problem.place)))
