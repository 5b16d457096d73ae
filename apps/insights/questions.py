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
from collections.abc import Iterator
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path
from typing import Any

from apps.conversations.wire.frames import MOST_CHARACTERS
from apps.conversations.wire.texts import clean, is_blank
from apps.llm import languages

ROW = {"id", "kind", "question", "dialogue", "expected"}
WHAT = {"points", "not", "articles", "language", "refuse", "courtesy", "person"}
WANTED = "Write an object with id, kind, expected and question, or with id, kind and dialogue."


class BadRow(ValueError):
    """The message is a sentence that says what the row should hold."""


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

    turns: tuple[Question, ...]

    @property
    def is_dialogue(self) -> bool:
        return len(self.turns) > 1


def read(path: Path) -> tuple[list[Row], list[str]]:
    """The rows of a file, and a sentence with the line's number for each that cannot be read. Raises OSError."""
    rows: list[Row] = []
    problems: list[str] = []
    seen: set[str] = set()
    for number, line in enumerate(path.read_bytes().removeprefix(b"\xef\xbb\xbf").splitlines(), 1):
        if not line.strip():
            continue
        try:
            row = parse(line)
            known = next((turn.id for turn in row.turns if turn.id in seen), None)
            if known is not None:
                raise BadRow(f"The id “{known}” stands twice.")
        except BadRow as problem:
            problems.append(f"{path}, line {number}: {problem}")
            continue
        seen.update(turn.id for turn in row.turns)
        rows.append(row)
    if not rows and not problems:
        problems.append(f"{path} holds no questions.")
    return rows, problems


def parse(line: bytes) -> Row:
    """Raises BadRow."""
    try:
        found = json.loads(line.decode())
    except UnicodeDecodeError as error:
        raise BadRow("It is not UTF-8.") from error
    except (ValueError, RecursionError) as error:
        raise BadRow(f"It is not JSON. {WANTED}") from error
    if not isinstance(found, dict) or ("question" in found) == ("dialogue" in found):
        raise BadRow(WANTED)
    _only(found, ROW)
    name, kind = _text(found.get("id"), "id"), _text(found.get("kind"), "kind")
    if "question" in found:
        return Row((_question(found, name, kind),))
    return Row(tuple(_turns(found, name, kind)))


def _turns(row: dict[str, Any], name: str, kind: str) -> Iterator[Question]:
    turns = row["dialogue"]
    if "expected" in row or not isinstance(turns, list) or not turns or not all(isinstance(turn, dict) for turn in turns):
        raise BadRow("Write a dialogue as a list of objects with question and expected.")
    for number, turn in enumerate(turns, 1):
        _only(turn, {"question", "expected", "kind"})
        yield _question(turn, f"{name}.{number}", _text(turn.get("kind", kind), "kind"))


def _question(found: dict[str, Any], name: str, kind: str) -> Question:
    text = clean(_text(found.get("question"), "question"))
    if is_blank(text):
        raise BadRow("Its question is empty.")
    if len(text) > MOST_CHARACTERS:
        raise BadRow(f"Its question has more than {MOST_CHARACTERS:,} characters.")
    return Question(name, kind, text, _expected(found.get("expected")))


def _expected(found: object) -> Expected:
    if not isinstance(found, dict):
        raise BadRow("Its expected is not an object.")
    _only(found, WHAT)
    instead = [end for end in (End.REFUSE, End.COURTESY, End.PERSON) if end in found]
    if instead:
        if len(found) > 1 or found[instead[0]] is not True:
            raise BadRow(f'Write {{"{instead[0]}": true}} alone.')
        return Expected(instead[0])
    points, articles = _list(found, "points"), _texts(found, "articles")
    if not points and not articles:
        raise BadRow("Its expected names none of points, articles, refuse, courtesy and person.")
    wanted = found.get("language", "")
    if wanted and wanted not in languages.ALL:
        raise BadRow(f"Its language is none of {', '.join(languages.ALL)}.")
    one_of = tuple(_texts({"points": point if isinstance(point, list) else [point]}, "points") for point in points)
    if not all(one_of):
        raise BadRow("One of its points is an empty list.")
    return Expected(End.ANSWER, one_of, _texts(found, "not"), articles, wanted)


def _list(found: dict[str, Any], name: str) -> list[Any]:
    value = found.get(name, [])
    if not isinstance(value, list):
        raise BadRow(f"Its {name} is not a list.")
    return value


def _texts(found: dict[str, Any], name: str) -> tuple[str, ...]:
    return tuple(_text(each, name) for each in _list(found, name))


def _text(value: object, name: str) -> str:
    if not isinstance(value, str) or not value.strip():
        raise BadRow(f"Its {name} holds something that is not text." if name in WHAT else f"It has no {name}.")
    return value.strip()


def _only(found: dict[str, Any], known: set[str]) -> None:
    unknown = sorted(set(found) - known)
    if unknown:
        raise BadRow(f"It has “{unknown[0]}”, which is none of {', '.join(sorted(known))}.")
