"""Questions with what is expected of the bot: a row of JSON a line, either one question or a dialogue.

    {"id": "en-001", "kind": "typo", "question": "do u delvier to canda", "expected": {"points": [["6–10", "6 to 10"], "$19"]}}
    {"id": "en-d01", "kind": "follow_up", "dialogue": [{"question": "…", "expected": {…}}, {"question": "…", "expected": {…}}]}

`expected` is one of

- `points`: what the answer must say, each a string or a list of strings of which one will do; `not`: what it must not say;
  `articles`: titles of which one should be cited (alone, without points, being cited is enough); `language`: `en` or `zh-hans`,
  when the answer should be in it, or be introduced in it. How strings are found in an answer is told in `judging`.
- `{"refuse": true}`: the knowledge does not hold it.
- `{"courtesy": true}`: a polite word is answered politely, without knowledge and without a person.
- `{"person": true}`: the customer wishes for a person and gets one.

A turn of a dialogue may have a `kind` of its own; its id is that of the row with the turn's number.
"""

import json
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path
from typing import Any

from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from apps.conversations.wire.frames import MOST_CHARACTERS
from apps.conversations.wire.texts import clean, is_blank
from apps.llm import languages
from apps.tenants.refusal import Refusal

ROW = {"id", "kind", "question", "dialogue", "expected"}
WHAT = {"points", "not", "articles", "language", "refuse", "courtesy", "person"}
WANTED = gettext_lazy("Write an object with id, kind, expected and question, or with id, kind and dialogue.")
LONGEST_NAME = 64  # characters of an id and of a kind
MOST_TURNS = 20


class BadRow(Refusal):
    """The sentence says what the row should hold."""

    def __init__(self, sentence: str | Promise) -> None:
        super().__init__("bad_file", sentence)


class End(StrEnum):
    """The ways a turn should end."""

    ANSWER = "answer"
    REFUSE = "refuse"
    COURTESY = "courtesy"
    PERSON = "person"


@dataclass(frozen=True)
class Expected:
    end: End
    points: tuple[tuple[str, ...], ...] = ()
    never: tuple[str, ...] = ()
    articles: tuple[str, ...] = ()
    language: str = ""


@dataclass(frozen=True)
class Question:
    id: str
    kind: str
    text: str
    expected: Expected


@dataclass(frozen=True)
class Row:
    """One customer's messages, one after the other; a single question is a dialogue of one."""

    id: str
    kind: str
    turns: tuple[Question, ...]

    @property
    def is_dialogue(self) -> bool:
        return len(self.turns) > 1


def read(path: Path) -> tuple[list[Row], list[str]]:
    """The rows of a file, and a sentence with the line's number for each that cannot be read. Raises OSError."""
    rows, problems = read_lines(path.read_bytes())
    if not rows and not problems:
        return [], [f"{path} holds no questions."]
    return rows, [f"{path}, line {number}: {problem}" for number, problem in problems]


def read_lines(data: bytes) -> tuple[list[Row], list[tuple[int, str]]]:
    """The rows, and for each line that cannot be read its number and a sentence."""
    rows: list[Row] = []
    problems: list[tuple[int, str]] = []
    seen: set[str] = set()
    for number, line in enumerate(data.removeprefix(b"\xef\xbb\xbf").splitlines(), 1):
        if not line.strip():
            continue
        try:
            row = parse(line)
            names = dict.fromkeys([row.id, *(turn.id for turn in row.turns)])
            known = next((name for name in names if name in seen), None)
            if known is not None:
                raise BadRow(_("The id “%s” stands twice.") % known)
        except BadRow as problem:
            problems.append((number, str(problem)))
            continue
        seen.update(names)
        rows.append(row)
    return rows, problems


def parse(line: bytes) -> Row:
    """Raises BadRow."""
    try:
        found = json.loads(line.decode())
    except UnicodeDecodeError as error:
        raise BadRow(_("It is not UTF-8.")) from error
    except (ValueError, RecursionError) as error:
        raise BadRow(_("It is not JSON.") + f" {WANTED}") from error
    return row_of(found)


def row_of(found: object) -> Row:
    """A row of JSON as read. Raises BadRow."""
    if not isinstance(found, dict) or ("question" in found) == ("dialogue" in found):
        raise BadRow(WANTED)
    _only(found, ROW)
    name, kind = _name(found.get("id"), "id"), _name(found.get("kind"), "kind")
    if "question" in found:
        return Row(name, kind, (_question(found, name, kind),))
    return Row(name, kind, tuple(_turns(found, name, kind)))


def written(row: Row) -> dict[str, Any]:
    """The row as JSON, so that `row_of` reads the same again."""
    turns = list(written_turns(row))
    if len(turns) == 1:
        return {"id": row.id, "kind": row.kind, **turns[0]}
    return {"id": row.id, "kind": row.kind, "dialogue": turns}


def written_turns(row: Row) -> Iterator[dict[str, Any]]:
    """Each turn with its `question` and `expected`, and its `kind` where that is another than the row's."""
    for turn in row.turns:
        kind = {"kind": turn.kind} if turn.kind != row.kind and row.is_dialogue else {}
        yield {"question": turn.text, "expected": written_expected(turn.expected), **kind}


def written_expected(expected: Expected) -> dict[str, Any]:
    if expected.end != End.ANSWER:
        return {expected.end.value: True}
    facts: Iterable[tuple[str, Any]] = (
        ("points", [one_of[0] if len(one_of) == 1 else list(one_of) for one_of in expected.points]),
        ("not", list(expected.never)),
        ("articles", list(expected.articles)),
        ("language", expected.language),
    )
    return {name: value for name, value in facts if value}


def expected_of(found: object) -> Expected:
    """The expectation that JSON as read holds. Raises BadRow."""
    return _expected(found)


def _turns(row: dict[str, Any], name: str, kind: str) -> Iterator[Question]:
    turns = row["dialogue"]
    if "expected" in row or not isinstance(turns, list) or not turns or not all(isinstance(turn, dict) for turn in turns):
        raise BadRow(_("Write a dialogue as a list of objects with question and expected."))
    if len(turns) > MOST_TURNS:
        raise BadRow(_("Its dialogue has more than %d questions.") % MOST_TURNS)
    for number, turn in enumerate(turns, 1):
        _only(turn, {"question", "expected", "kind"})
        yield _question(turn, f"{name}.{number}", _name(turn.get("kind", kind), "kind"))


def _question(found: dict[str, Any], name: str, kind: str) -> Question:
    text = clean(_text(found.get("question"), "question"))
    if is_blank(text):
        raise BadRow(_("Its question is empty."))
    if len(text) > MOST_CHARACTERS:
        raise BadRow(_("Its question has more than %s characters.") % f"{MOST_CHARACTERS:,}")
    return Question(name, kind, text, _expected(found.get("expected")))


def _expected(found: object) -> Expected:
    if not isinstance(found, dict):
        raise BadRow(_("Its expected is not an object."))
    _only(found, WHAT)
    instead = [end for end in (End.REFUSE, End.COURTESY, End.PERSON) if end in found]
    if instead:
        if len(found) > 1 or found[instead[0]] is not True:
            raise BadRow(_("Write %s alone.") % f'{{"{instead[0]}": true}}')
        return Expected(instead[0])
    points, articles = _list(found, "points"), _texts(found, "articles")
    if not points and not articles:
        raise BadRow(_("Its expected names none of points, articles, refuse, courtesy and person."))
    wanted = found.get("language", "")
    if wanted and wanted not in languages.ALL:
        raise BadRow(_("Its language is none of %s.") % ", ".join(languages.ALL))
    one_of = tuple(_texts({"points": point if isinstance(point, list) else [point]}, "points") for point in points)
    if not all(one_of):
        raise BadRow(_("One of its points is an empty list."))
    return Expected(End.ANSWER, one_of, _texts(found, "not"), articles, wanted)


def _list(found: dict[str, Any], name: str) -> list[Any]:
    value = found.get(name, [])
    if not isinstance(value, list):
        raise BadRow(_("Its %s is not a list.") % name)
    return value


def _texts(found: dict[str, Any], name: str) -> tuple[str, ...]:
    return tuple(_text(each, name) for each in _list(found, name))


def _text(value: object, name: str) -> str:
    text = clean(value) if isinstance(value, str) else ""
    if not text.strip():
        raise BadRow((_("Its %s holds something that is not text.") if name in WHAT else _("It has no %s.")) % name)
    return text.strip()


def _name(value: object, name: str) -> str:
    text = _text(value, name)
    if len(text) > LONGEST_NAME:
        raise BadRow(_("Its %(name)s has more than %(most)d characters.") % {"name": name, "most": LONGEST_NAME})
    return text


def _only(found: dict[str, Any], known: set[str]) -> None:
    unknown = sorted(set(found) - known)
    if unknown:
        raise BadRow(
            _("It has “%(name)s”, which is none of %(known)s.") % {"name": unknown[0], "known": ", ".join(sorted(known))}
        )
