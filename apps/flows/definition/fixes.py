"""States that a flow goes to and does not have, each with the empty state that would do for a beginning."""

import difflib
from collections.abc import Iterator, Mapping
from typing import Any

import yaml
from django.utils.translation import gettext as _

from apps.flows.definition import conditions
from apps.flows.definition.building import condition
from apps.flows.definition.definition import DEFAULT, Definition
from apps.flows.definition.names import sound
from apps.flows.definition.problem import Problem
from apps.flows.definition.reading import Path, Read


def targets(definition: Definition, read: Read, state: Mapping[str, Any], path: Path) -> Iterator[Problem]:
    transitions = state.get("transitions", ())
    for at, each in enumerate(transitions):
        if each["target"] not in definition.states:
            yield _missing(definition, read, state, (*path, "transitions", at, "target"), each["target"], at)
    for key in ("on_timeout", "on_error"):
        if key in state and state[key] not in definition.states:
            yield _missing(definition, read, state, (*path, key), state[key], None)
    if "timeout" in state and "on_timeout" not in state:
        yield read.problem((*path, "timeout"), _("A `timeout` needs `on_timeout`: where does the flow go then?"), key=True)
    if "on_timeout" in state and "timeout" not in state:
        yield read.problem((*path, "on_timeout"), _("`on_timeout` needs a `timeout`: after how long?"), key=True)


def _missing(definition: Definition, read: Read, state: Mapping[str, Any], path: Path, name: str, at: int | None) -> Problem:
    told = _("There is no state “%(name)s”.") % {"name": name}
    if near := difflib.get_close_matches(name, definition.states, 1, 0.75):
        told += " " + _("Did you mean “%(name)s”?") % {"name": near[0]}
    problem = read.problem(path, told)
    asked, back = _asked(definition, state, name, at, bool(read.data.get("slots")))
    lines = _state(name, asked, state["name"] if back else "")
    if not (indented := _indentation(read)):
        return problem
    indent, end = indented
    fix = "".join(f"{' ' * indent}{line}\n" for line in lines)
    return Problem(problem.line, problem.column, told, end_column=problem.end_column, fix=fix, fix_line=end)


def _asked(definition: Definition, state: Mapping[str, Any], name: str, at: int | None, declared: bool) -> tuple[str, bool]:
    """→ the slot to ask for, and whether the flow then goes back to where it came from: it does where it came by `default`, for
    want of a slot that the other conditions speak of."""
    transitions = state.get("transitions", ())
    if at is not None and condition(transitions[at]).strip() == DEFAULT:
        for each in transitions[:at]:
            for word in conditions.named(condition(each)):
                if word.removeprefix("has_") in definition.known and word.startswith("has_"):
                    return word.removeprefix("has_"), True
    own = "".join(char if char.isalnum() else "_" for char in name)
    if declared and own not in definition.known:
        return next(iter(definition.known)), False
    return own if sound(own) else f"slot_{own}", False


def _state(name: str, slot: str, back: str) -> list[str]:
    after = ["  transitions:", "    - condition: default", f"      target: {_scalar(back)}"] if back else []
    end = [] if back else ["    - type: end"]
    asks = ["    - type: ask", "      params:", f"        slots: [{_scalar(slot)}]"]
    return [f"- name: {_scalar(name)}", "  actions:", *asks, *end, *after]


def _scalar(text: str) -> str:
    """A text as YAML has it, in quotes where it needs them."""
    written: str = yaml.safe_dump(text, allow_unicode=True, width=10_000, default_flow_style=True)
    return written.removesuffix("\n...\n").rstrip("\n")


def _indentation(read: Read) -> tuple[int, int] | None:
    """→ how far states are indented, and the line after the last of them; None where they stand in one line."""
    marks = [read.mark(("states", at)) for at in range(len(read.data["states"]))]
    lines = [mark.line for mark in marks]
    first = read.lines[lines[0] - 1]
    indent = len(first) - len(first.lstrip(" "))
    if not first.lstrip(" ").startswith("-") or len(set(lines)) < len(lines):
        return None
    end = lines[-1]
    while end < len(read.lines) and (not read.lines[end].strip() or _deeper(read.lines[end], indent)):
        end += 1
    while not read.lines[end - 1].strip():
        end -= 1
    return indent, end + 1


def _deeper(line: str, indent: int) -> bool:
    return len(line) - len(line.lstrip(" ")) > indent
