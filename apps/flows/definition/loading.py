"""A flow, read from its text: what it is, or all that is wrong with it."""

from dataclasses import dataclass
from itertools import islice

from django.utils.translation import gettext as _

from apps.flows.definition import building, checking, reading, shape
from apps.flows.definition.definition import Definition
from apps.flows.definition.problem import Problem, sorted_by_place
from apps.flows.definition.reading import Path, Read

MOST_PROBLEMS = 100  # that are told: nobody reads on, and looking for names that are like a wrong one takes time


@dataclass(frozen=True)
class Loaded:
    """`definition` is None when any problem is an error. `read`: the data behind it, with the places of its parts."""

    definition: Definition | None
    problems: tuple[Problem, ...]
    read: Read


def load(text: str, name: str = "") -> Loaded:
    """Any text gives a definition or problems, never an exception. `name` is the flow's where the text says none."""
    read = reading.read(text)
    problems = list(read.problems[:MOST_PROBLEMS]) or list(islice(shape.check(read), MOST_PROBLEMS))
    definition = None
    if not problems:
        definition = building.build(read, name, lambda path: problems.append(_no_time(read, path)))
        problems += islice(checking.check(definition, read), MOST_PROBLEMS)
    if any(problem.severity == "error" for problem in problems):
        definition = None
    return Loaded(definition, sorted_by_place(problems), read)


def _no_time(read: Read, path: Path) -> Problem:
    return read.problem(path, _("This is no length of time; write it as `30 minutes`, `45s`, or as a number of seconds."))
