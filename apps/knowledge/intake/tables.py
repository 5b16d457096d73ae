"""Files of questions and answers, as CSV, JSONL or a JSON list: question, answer, alternatives, language, category.

`read` never stops at the first bad row: it reports them all by line. Only a file that is no such file at all is refused.
"""

import csv
import io
import json
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import PurePath
from typing import Any

from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _

from apps.knowledge.intake import json_list
from apps.knowledge.models import Article, Kind, Revision
from apps.knowledge.passages import tokens
from apps.tenants.backoffice import spreadsheet
from apps.tenants.refusal import Refusal
from apps.tenants.workspace.models import LANGUAGES

COLUMNS = ("question", "answer", "alternatives", "language", "category")
LARGEST_FILE = 32 * 1024 * 1024
MOST_ROWS = 100_000
_LANGUAGE_NAMES = {
    "zh": "zh-hans",
    "zh-cn": "zh-hans",
    "zh_cn": "zh-hans",
    "zh_hans": "zh-hans",
    "中文": "zh-hans",
    "english": "en",
}


@dataclass(frozen=True)
class Row:
    line: int
    question: str
    answer: str
    alternatives: list[str]
    language: str
    category: str

    @property
    def key(self) -> tuple[str, str]:
        return self.language, normal(self.question)


@dataclass(frozen=True)
class Bad:
    line: int
    problem: str


def normal(question: str) -> str:
    """Two questions that differ only in case, space and end marks are the same one."""
    return "".join(question.lower().split()).rstrip("?？。.!！")


def read(name: str, data: bytes, *, language: str = "en") -> tuple[list[Row], list[Bad]]:
    """→ good rows, bad rows. `language` is that of rows which name none and whose script does not tell. Raises Refusal."""
    check_size(len(data))
    text = _decode(data)
    if not text.strip():
        raise Refusal("bad_file", _("The file is empty."))
    if PurePath(name).suffix.lower() in {".jsonl", ".ndjson", ".json"}:
        lines = _list(text) if text.lstrip().startswith("[") else _jsonl(text)
    else:
        lines = _csv(text)
    rows: list[Row] = []
    bad: list[Bad] = []
    seen: dict[tuple[str, str], int] = {}
    for line, cells in lines:
        if len(rows) + len(bad) >= MOST_ROWS:
            raise Refusal("too_long", _("The file has more than %d rows. Split it into smaller ones.") % MOST_ROWS)
        checked = cells if isinstance(cells, Bad) else _check(line, cells, language)
        if isinstance(checked, Row) and checked.key in seen:
            checked = Bad(line, _("The question of line %d is repeated.") % seen[checked.key])
        if isinstance(checked, Bad):
            bad.append(checked)
        else:
            seen[checked.key] = line
            rows.append(checked)
    if not rows and not bad:
        raise Refusal("bad_file", _("The file has column names, but no rows."))
    return rows, bad


def check_size(size: int) -> None:
    if size > LARGEST_FILE:
        raise Refusal("too_long", _("The file is larger than %d MB. Split it into smaller ones.") % (LARGEST_FILE // 2**20))


def write_csv(articles: Iterable[Article]) -> Iterator[str]:
    """Writes CSV with a byte order mark, so that spreadsheets read Chinese."""
    yield "\ufeff" + spreadsheet.line(COLUMNS)
    for article in articles:
        cells = (article.title, article.body, _joined(article.alternatives), article.language, article.category)
        yield spreadsheet.line(cells)


def write_jsonl(articles: Iterable[Article]) -> Iterator[str]:
    for article in articles:
        values = (article.title, article.body, article.alternatives, article.language, article.category)
        yield json.dumps(dict(zip(COLUMNS, values, strict=True)), ensure_ascii=False) + "\n"


def _decode(data: bytes) -> str:
    if data.startswith((b"\xff\xfe", b"\xfe\xff")):
        encodings = ["utf-16"]
    elif b"\x00" in data:
        raise Refusal("bad_file", _("This is not a text file: it contains NUL bytes. Save it as CSV (UTF-8) or JSONL."))
    else:
        encodings = ["utf-8-sig", "gb18030"]
    for encoding in encodings:
        try:
            text = data.decode(encoding)
        except UnicodeDecodeError:
            continue
        if "\x00" not in text:
            return text
    raise Refusal("bad_file", _("The text is neither UTF-8 nor GB18030 (GBK). Save the file as UTF-8."))


def _csv(text: str) -> Iterator[tuple[int, dict[str, Any] | Bad]]:
    first = text.lstrip().splitlines()[0]
    delimiter = max(",;\t", key=first.count)
    csv.field_size_limit(LARGEST_FILE)
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=delimiter, strict=True)
    try:
        header = _trimmed([name.strip().lower() for name in next(reader)])
        _check_columns(header)
        before = reader.line_num
        for cells in reader:
            line, before = before + 1, reader.line_num
            if not any(cell.strip() for cell in cells):
                continue
            cells = _trimmed(cells, len(header))
            if len(cells) > len(header):
                yield (
                    line,
                    Bad(
                        line,
                        _("The row has %(cells)d cells, the header %(header)d.") % {"cells": len(cells), "header": len(header)},
                    ),
                )
            else:
                yield line, {name: _unquoted(cell) for name, cell in zip(header, cells, strict=False)}
    except csv.Error as error:
        sentence = _("Line %(line)d is not CSV: %(error)s.") % {"line": reader.line_num, "error": error}
        raise Refusal("bad_file", sentence) from error


def _trimmed(cells: list[str], least: int = 0) -> list[str]:
    """The cells without the empty ones that spreadsheets leave at the end of a row."""
    end = len(cells)
    while end > least and not cells[end - 1].strip():
        end -= 1
    return cells[:end]


def _check_columns(header: list[str]) -> None:
    missing = [name for name in ("question", "answer") if name not in header]
    if missing:
        raise Refusal(
            "bad_file",
            _("The file has no column %(missing)s; its first line must name the columns %(columns)s.")
            % {"missing": ", ".join(missing), "columns": ", ".join(COLUMNS)},
        )
    unknown = [name for name in header if name not in COLUMNS]
    if unknown or len(set(header)) < len(header):
        raise Refusal(
            "bad_file",
            _("The column “%(name)s” is unknown or appears twice. Use %(columns)s.")
            % {"name": (unknown or header)[0][:50], "columns": ", ".join(COLUMNS)},
        )


def _jsonl(text: str) -> Iterator[tuple[int, dict[str, Any] | Bad]]:
    for line, raw in enumerate(text.split("\n"), start=1):
        if not raw.strip():
            continue
        try:
            value = json.loads(raw)
        except (ValueError, RecursionError):
            yield line, Bad(line, _("The line is not JSON."))
            continue
        yield line, _object(line, value)


def _list(text: str) -> Iterator[tuple[int, dict[str, Any] | Bad]]:
    try:
        for line, value in json_list.values(text):
            yield line, _object(line, value)
    except json_list.Broken as error:
        sentence = _("Line %d is not JSON: a list has a comma between its rows and ends with ].") % error.line
        raise Refusal("bad_file", sentence) from error


def _object(line: int, value: object) -> dict[str, Any] | Bad:
    if not isinstance(value, dict):
        return Bad(line, _("The line is not a JSON object."))
    if unknown := sorted(set(value) - set(COLUMNS)):
        return Bad(line, _("Unknown field “%s”.") % unknown[0][:50])
    return value


def _check(line: int, cells: dict[str, Any], language: str) -> Row | Bad:
    try:
        texts = {name: _text(name, cells.get(name)) for name in ("question", "answer", "language", "category")}
        alternatives = _alternatives(cells.get("alternatives"))
        named = texts["language"].lower()
        if not named:
            named = "zh-hans" if tokens.language_of(texts["question"]) == "zh-hans" else language
        row = Row(
            line=line,
            question=" ".join(texts["question"].split()),
            answer=texts["answer"].replace("\r\n", "\n").strip(),
            alternatives=alternatives,
            language=_LANGUAGE_NAMES.get(named, named),
            category=texts["category"],
        )
        _validate(row)
    except ValidationError as error:
        return Bad(line, " ".join(error.messages))
    return row


def _validate(row: Row) -> None:
    """Checks a row by the same rules as an article that is typed in."""
    if row.language not in dict(LANGUAGES):
        raise ValidationError(_("Language “%s” is unknown; use en or zh-hans.") % row.language[:20])
    if not row.question:
        raise ValidationError(_("The question is empty."))
    if not row.answer:
        raise ValidationError(_("The answer is empty."))
    Revision(**content(row)).clean_fields(exclude={"article", "number", "source", "created_by"})


def content(row: Row) -> dict[str, Any]:
    return {
        "kind": Kind.QA.value,
        "title": row.question,
        "body": row.answer,
        "alternatives": row.alternatives,
        "language": row.language,
        "category": row.category,
        "url": "",
        "status": "published",
    }


def _text(name: str, value: object) -> str:
    if value is None:
        return ""
    if not isinstance(value, str):
        raise ValidationError(_("“%s” is not text.") % name)
    return value.strip()


def _alternatives(value: object) -> list[str]:
    """A list; in CSV lines, or parts between | signs, or a JSON list."""
    if isinstance(value, str):
        try:
            value = json.loads(value) if value.startswith("[") else value.replace("|", "\n").split("\n")
        except ValueError as error:
            raise ValidationError(_("“alternatives” is not a list.")) from error
    if value is None:
        return []
    if not isinstance(value, list) or not all(isinstance(text, str) for text in value):
        raise ValidationError(_("“alternatives” is not a list."))
    return list(dict.fromkeys(" ".join(text.split()) for text in value if text.strip()))


def _joined(alternatives: list[str]) -> str:
    plain = all("|" not in text and not text.startswith("[") for text in alternatives)
    return " | ".join(alternatives) if plain else json.dumps(alternatives, ensure_ascii=False)


def _unquoted(cell: str) -> str:
    return cell[1:] if cell.startswith("'") and cell[1:].startswith(spreadsheet.FORMULA) else cell
