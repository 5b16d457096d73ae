"""The check of a text while it is being written: problems with their places, the drawing, and the names for completion."""

from typing import Any, TypedDict

from apps.flows import proving
from apps.flows.admin import drawing
from apps.flows.definition.loading import Loaded
from apps.flows.definition.problem import Problem
from apps.flows.definition.reading import Read
from apps.flows.models.flows import DRAFT
from apps.flows.outcome import Outcome
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


class Dialogue(TypedDict):
    """`state`: open (not played on this text), passed or failed. `turn`: the line, from 1, at which it differed, and `problem`:
    where that stands, and what came instead."""

    name: str
    state: str
    turn: int
    said: str
    problem: Told


def check(text: str, name: str, pk: int) -> dict[str, Any]:
    """`graph` and `names` are None while the text is no YAML at all: the editor keeps what it has."""
    loaded = checked(text, name, pk)
    readable = isinstance(loaded.read.data, dict)
    return {
        "problems": [_told(problem) for problem in loaded.problems],
        "dialogues": _dialogues(loaded, proving.outcomes(name or DRAFT, proving.beside(name or DRAFT, text, pk))),
        "graph": drawing.drawn(loaded.read) if readable else None,
        "names": drawing.names(loaded.read) if readable else None,
    }


def _dialogues(loaded: Loaded, outcomes: list[Outcome] | None) -> list[Dialogue] | None:
    """None where the text can't be played."""
    if loaded.definition is None:
        return None
    found = outcomes or [Outcome(each.at, each.name) for each in loaded.definition.dialogues]
    return [_dialogue(loaded.read, each, played=outcomes is not None) for each in found]


def _dialogue(read: Read, outcome: Outcome, *, played: bool) -> Dialogue:
    problem = read.problem(outcome.where(read), outcome.difference())
    return {
        "name": outcome.called,
        "state": "open" if not played else "passed" if outcome.passed else "failed",
        "turn": outcome.turn,
        "said": outcome.said,
        "problem": _told(problem),
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
