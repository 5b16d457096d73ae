"""The check of a text while it is being written: problems with their places, the drawing, and the names for completion."""

from typing import Any, TypedDict

from apps.flows.admin import drawing
from apps.flows.definition.problem import Problem
from apps.flows.shelf import checked


class Told(TypedDict):
    """Lines and columns from 1, in code points; the column after the last one, 0 when it is not known. `fix`: lines to be put
    before the line `fixLine`."""

    line: int
    column: int
    endColumn: int
    severity: str
    sentence: str
    fix: str
    fixLine: int


def check(text: str, name: str, pk: int) -> dict[str, Any]:
    """`graph` and `names` are None while the text is no YAML at all: the editor keeps what it has."""
    loaded = checked(text, name, pk)
    readable = isinstance(loaded.read.data, dict)
    return {
        "problems": [_told(problem) for problem in loaded.problems],
        "graph": drawing.drawn(loaded.read) if readable else None,
        "names": drawing.names(loaded.read) if readable else None,
    }


def _told(problem: Problem) -> Told:
    return {
        "line": problem.line,
        "column": problem.column,
        "endColumn": problem.end_column,
        "severity": problem.severity,
        "sentence": problem.sentence,
        "fix": problem.fix,
        "fixLine": problem.fix_line,
    }
