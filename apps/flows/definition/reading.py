"""YAML as flows are written in it: plain data, and where each part of it stands in the text.

The YAML 1.2 that people expect: `no`, `on` and `1:30` are texts, `010` keeps its zero; only true, false, null and decimal
numbers are more than texts. What would surprise is refused: a key given twice, anchors and aliases, tags, several documents.
"""

import math
import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, NoReturn

import yaml
from django.utils.translation import gettext as _

from apps.flows.definition.problem import Problem, Severity, sorted_by_place

MOST_BYTES = 256 * 1024
MOST_PARTS = 25_000
DEEPEST = 24

Path = tuple[str | int, ...]

_UNPRINTABLE = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x84\x86-\x9f\ud800-\udfff\ufffe\uffff]")
# Line ends for YAML 1.1, for no editor: they would shift every line after them.
_OTHER_ENDS = re.compile("[\x85\u2028\u2029]")
_LINE_END = re.compile("\r\n|\r|\n")
_INTEGER = re.compile(r"[-+]?(0|[1-9][0-9]{0,15})")
_FLOAT = re.compile(r"[-+]?(0|[1-9][0-9]{0,15})(\.[0-9]{1,15})?([eE][-+]?[0-9]{1,3})?")
_WORDS = {word: value for name, value in (("true", True), ("false", False), ("null", None)) for word in (name, name.title())}
_WORDS |= {"TRUE": True, "FALSE": False, "NULL": None, "~": None, "": None}


@dataclass(frozen=True)
class Mark:
    """Where a part stands: lines and columns from 1, the end one past the last. `style`: "" for a plain text, its quote, `|`
    or `>`; None for lists and mappings."""

    line: int
    column: int
    end_line: int
    end_column: int
    style: str | None = None

    def ends_on(self, line: int) -> int:
        return self.end_column if self.end_line == line else 0


@dataclass
class Read:
    """`data`: dicts with texts as keys, lists, texts, numbers, booleans, None. `values` and `keys`: the parser's event for the
    value, or the key, of a path, made a mark when it is asked for, as that takes time and most never are."""

    data: Any = None
    problems: tuple[Problem, ...] = ()
    values: dict[Path, Any] = field(default_factory=dict, repr=False)
    keys: dict[Path, Any] = field(default_factory=dict, repr=False)
    lines: tuple[str, ...] = ()

    def problem(
        self, path: Path, sentence: str, *, key: bool = False, at: int | None = None, severity: Severity = "error"
    ) -> Problem:
        """`at`: the character of the text at `path` that it is about."""
        mark = _mark(self.keys[path]) if key and path in self.keys else self.mark(path)
        if at is None:
            return Problem(mark.line, mark.column, sentence, severity, mark.ends_on(mark.line))
        line, column = self._within(path, mark, at)
        return Problem(line, column, sentence, severity)

    def mark(self, path: Path) -> Mark:
        """The place of a path, or of the nearest part around it that is written down."""
        while path and path not in self.values:
            path = path[:-1]
        return _mark(self.values[path]) if path in self.values else Mark(1, 1, 1, 1)

    def _within(self, path: Path, mark: Mark, at: int) -> tuple[int, int]:
        """Where a character of a text stands, as far as the way it is written lets one say; else where the text begins."""
        if mark.style == "|":
            return self._within_block(path, mark, at)
        quotes = 0 if mark.style == "" else 1
        length = len(self._text(path))
        if mark.line == mark.end_line and mark.end_column - mark.column == length + 2 * quotes:
            return mark.line, mark.column + quotes + at
        return mark.line, mark.column

    def _within_block(self, path: Path, mark: Mark, at: int) -> tuple[int, int]:
        before = self._text(path)[:at].split("\n")
        lines = self.lines[mark.line : mark.end_line]
        indent = next((len(line) - len(line.lstrip(" ")) for line in lines if line.strip()), 0)
        return mark.line + len(before), indent + len(before[-1]) + 1

    def _text(self, path: Path) -> str:
        found: Any = self.data
        for step in path:
            found = found[step]
        return found if isinstance(found, str) else ""


class _Stop(Exception):
    """Nothing can be read from here on."""

    def __init__(self, problem: Problem) -> None:
        self.problem = problem


def read(text: str) -> Read:
    """Never raises: what can't be read is told in `problems`, and then `data` is None."""
    text = text.removeprefix("\ufeff")
    lines = tuple(_LINE_END.split(text))
    try:
        _look_over(text)
        return _Reader(_OTHER_ENDS.sub(" ", text), lines).read()
    except _Stop as stop:
        return Read(problems=(stop.problem,), lines=lines)


def _look_over(text: str) -> None:
    if len(text.encode(errors="replace")) > MOST_BYTES:
        told = _("A flow may have %(most)s KB at most.") % {"most": MOST_BYTES // 1024}
        raise _Stop(Problem(1, 1, told))
    if found := _UNPRINTABLE.search(text):
        before = _LINE_END.split(text[: found.start()])
        told = _("A character that can't be printed stands here (U+%(code)s).") % {"code": f"{ord(found[0]):04X}"}
        raise _Stop(Problem(len(before), len(before[-1]) + 1, told))


class _Reader:
    """Builds data from the parser's events, so that each part is seen once, with its place."""

    def __init__(self, text: str, lines: tuple[str, ...]) -> None:
        self.loader = yaml.CSafeLoader(text)
        self.found = Read(lines=lines)
        self.told: list[Problem] = []

    def read(self) -> Read:
        try:
            self._documents()
        except yaml.MarkedYAMLError as error:
            self.told.append(_complaint(error, self.found.lines))
        except yaml.YAMLError as error:
            self.told.append(Problem(1, 1, _("This is no valid YAML: %(problem)s.") % {"problem": error}))
        except _Stop as stop:
            self.told.append(stop.problem)
        finally:
            self.loader.dispose()
        self.found.problems = sorted_by_place(self.told)
        if self.told:
            self.found.data = None
        return self.found

    def _documents(self) -> None:
        self._next()  # the stream
        if isinstance(first := self._next(), yaml.StreamEndEvent):
            told = _("The flow is empty: it needs `states`.")
            raise _Stop(Problem(1, 1, told))
        if first.version or first.tags:
            _stop(first, _("A line that begins with a percent sign can't be used here."))
        self.found.data = self._value(self._next(), ())
        self._next()  # the document's end
        if not isinstance(second := self._next(), yaml.StreamEndEvent):
            _stop(second, _("A second document begins here: a file holds one flow."))

    def _next(self) -> Any:
        return self.loader.get_event()

    def _value(self, event: Any, path: Path) -> Any:
        if isinstance(event, yaml.AliasEvent):
            _stop(event, _("Aliases (*%(name)s) can't be used: write the part again.") % {"name": event.anchor})
        if event.anchor:
            self.told.append(_problem(event, _("Anchors (&%(name)s) can't be used.") % {"name": event.anchor}))
        if event.tag:
            self.told.append(_problem(event, _("Tags (%(tag)s) can't be used.") % {"tag": _short(event.tag)}))
        if len(self.found.values) > MOST_PARTS:
            _stop(event, _("The flow has too many parts: it ends here."))
        if len(path) > DEEPEST:
            _stop(event, _("This is nested too deeply."))
        self.found.values[path] = event
        if isinstance(event, yaml.ScalarEvent):
            return event.value if event.style else _resolved(event.value)
        return self._list(path) if isinstance(event, yaml.SequenceStartEvent) else self._mapping(path)

    def _list(self, path: Path) -> list[Any]:
        found: list[Any] = []
        while not isinstance(event := self._next(), yaml.SequenceEndEvent):
            found.append(self._value(event, (*path, len(found))))
        return found

    def _mapping(self, path: Path) -> dict[str, Any]:
        found: dict[str, Any] = {}
        while not isinstance(event := self._next(), yaml.MappingEndEvent):
            key = self._key(event, path)
            inner = (*path, key)
            if key in found:
                self.told.append(_problem(event, _("The key “%(key)s” is given twice.") % {"key": key}))
                inner = (*path, f"{key}\0")  # so that the first one keeps its place
                self._value(self._next(), inner)
                continue
            self.found.keys[inner] = event
            found[key] = self._value(self._next(), inner)
        return found

    def _key(self, event: Any, path: Path) -> str:
        if isinstance(event, yaml.ScalarEvent):
            if event.anchor or event.tag:
                _stop(event, _("Anchors and tags can't be used in a key."))
            return str(event.value)
        if isinstance(event, yaml.AliasEvent):
            _stop(event, _("Aliases (*%(name)s) can't be used: write the part again.") % {"name": event.anchor})
        if isinstance(event, yaml.MappingStartEvent) and event.flow_style:
            _stop(event, _("A text that begins with braces needs quotes around it."), back=1)
        return _stop(event, _("A key has to be a text."))


def _resolved(text: str) -> Any:
    if text in _WORDS:
        return _WORDS[text]
    if _INTEGER.fullmatch(text):
        return int(text)
    if _FLOAT.fullmatch(text) and math.isfinite(number := float(text)):
        return number
    return text


def _mark(event: Any) -> Mark:
    start, end = event.start_mark, event.end_mark
    return Mark(start.line + 1, start.column + 1, end.line + 1, end.column + 1, getattr(event, "style", None))


def _problem(event: Any, sentence: str, back: int = 0) -> Problem:
    mark = _mark(event)
    return Problem(mark.line, max(mark.column - back, 1), sentence, end_column=mark.ends_on(mark.line))


def _stop(event: Any, sentence: str, back: int = 0) -> NoReturn:
    raise _Stop(_problem(event, sentence, back))


def _short(tag: str) -> str:
    return tag.replace("tag:yaml.org,2002:", "!!")


def _complaint(error: yaml.MarkedYAMLError, lines: tuple[str, ...]) -> Problem:
    """The parser's complaint in the words of somebody who writes a flow."""
    problem, mark = error.problem or "", error.problem_mark
    known = _sentences()
    part = next((each for each in known if each in problem), "")
    sentence = known.get(part) or _("This is no valid YAML: %(problem)s.") % {"problem": problem}
    if part.startswith(("did not find expected ',' or", "found unexpected end")) and error.context_mark:
        mark = error.context_mark  # where the bracket or the quote was opened
    line, column = (mark.line, mark.column) if mark else (0, 0)
    if line >= len(lines):  # the parser is past the end
        line, column = len(lines) - 1, len(lines[-1])
    if part.startswith("found character") and line < len(lines):
        sentence = _stumbled(lines[line][column : column + 1])
    return Problem(line + 1, column + 1, sentence)


def _sentences() -> Mapping[str, str]:
    return {
        "mapping values are not allowed": _("A key can't begin here. A text with a colon in it needs quotes around it."),
        "found character that cannot start": "",
        "did not find expected ',' or ']'": _("The list that begins here is not closed: a comma or ] is missing."),
        "did not find expected ',' or '}'": _("The mapping that begins here is not closed: a comma or } is missing."),
        "found unexpected end of stream": _("The quote that begins here is not closed."),
        "found unexpected document indicator": _("A quote is not closed before this line."),
        "did not find expected '-'": _("This does not stand under the list above it: check how far it is indented."),
        "did not find expected key": _("This does not fit what stands above it: check how far it is indented, and its quotes."),
        "could not find expected ':'": _("A colon is missing after the key above."),
        "block sequence entries are not allowed": _("A list can't begin here: put its first “-” on a line of its own."),
        "found unknown escape": _("Such a backslash is not known: write the text in single quotes, or the backslash twice."),
        "did not find expected node content": _("Something is missing here: a value, or the closing bracket."),
    }


def _stumbled(char: str) -> str:
    if char == "\t":
        return _("A tab stands here: indent by spaces.")
    return _("A text that begins with “%(char)s” needs quotes around it.") % {"char": char}
