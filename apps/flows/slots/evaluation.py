"""Public sentences whose slots people marked: how many of the spans the extraction finds, and how many it makes up."""

import json
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from typing import Any

from apps.flows.definition.definition import Slot
from apps.flows.slots.extraction import extract

NOW = datetime(2022, 3, 15, 9, 0)  # spans do not hang on it
HELD_OUT = 10  # every tenth row

Span = tuple[int, int]
Marked = tuple[str, int, int]  # slot, start, end


class NoSuchData(Exception):
    """The folder has none of the sets."""


@dataclass(frozen=True)
class Row:
    text: str
    marked: frozenset[Marked]
    asked: tuple[str, ...] = ()


@dataclass(frozen=True)
class Set:
    """`slots`: what is read from its sentences. `names`: its own names of slots → ours; others are not measured."""

    name: str
    file: str
    language: str
    slots: Sequence[Slot]
    names: Mapping[str, str]
    rows: Callable[[Sequence[dict[str, Any]], Mapping[str, str]], Iterator[Row]]


@dataclass
class Score:
    """Spans that were marked, found, and both; `touched`: found ones that share a character with a marked one of their slot."""

    marked: int = 0
    found: int = 0
    right: int = 0
    touched: int = 0

    def f1(self, right: int) -> float:
        return round(2 * right / max(self.marked + self.found, 1), 4)

    def told(self) -> dict[str, float | int]:
        return {
            "marked": self.marked,
            "precision": round(self.right / max(self.found, 1), 4),
            "recall": round(self.right / max(self.marked, 1), 4),
            "f1": self.f1(self.right),
            "f1_overlap": self.f1(self.touched),
        }


@dataclass
class Result:
    name: str
    rows: int = 0
    slots: dict[str, Score] = field(default_factory=dict)

    def told(self) -> dict[str, Any]:
        names = ("marked", "found", "right", "touched")
        total = Score(*(sum(getattr(each, name) for each in self.slots.values()) for name in names))
        slots = {name: each.told() for name, each in self.slots.items()}
        return {"set": self.name, "rows": self.rows, **total.told(), "slots": slots}


def _restaurant(rows: Sequence[dict[str, Any]], names: Mapping[str, str]) -> Iterator[Row]:
    for row in rows[HELD_OUT - 1 :: HELD_OUT]:
        marked = frozenset((names[each["slot"]], each["start"], each["end"]) for each in row["slots"] if each["slot"] in names)
        yield Row(row["text"], marked, tuple(names[name] for name in row["requested_slots"] if name in names))


def _nlupp(rows: Sequence[dict[str, Any]], names: Mapping[str, str]) -> Iterator[Row]:
    for row in rows:
        slots = row.get("slots") or {}
        yield Row(row["text"], frozenset((names[name], *each["span"]) for name, each in slots.items() if name in names))


def _smp(rows: Sequence[dict[str, Any]], names: Mapping[str, str]) -> Iterator[Row]:
    """Its slots are texts; each is where it first stands in the sentence."""
    for row in rows:
        marked = set()
        for name, said in row["slots"].items():
            for each in said if isinstance(said, list) else [said]:
                if name in names and each in row["text"]:
                    start = row["text"].index(each)
                    marked.add((names[name], start, start + len(each)))
        yield Row(row["text"], frozenset(marked))


SETS = (
    Set(
        "restaurant8k",
        "restaurant8k/train_0.jsonl",
        "en",
        (
            Slot("people", "number", label="people"),
            Slot("date", "date"),
            Slot("time", "time"),
            Slot("first_name", "text", label="first name"),
            Slot("last_name", "text", label="last name"),
        ),
        {name: name for name in ("people", "date", "time", "first_name", "last_name")},
        _restaurant,
    ),
    Set(
        "nlupp",
        "nlupp/banking.jsonl",
        "en",
        (
            Slot("date", "date"),
            Slot("date_from", "date", label="from date"),
            Slot("date_to", "date", label="to date"),
            Slot("time", "time"),
            Slot("time_from", "time", label="from time"),
            Slot("time_to", "time", label="to time"),
            Slot("amount_of_money", "money"),
            Slot("person_name", "text", label="name"),
        ),
        {
            name: name
            for name in ("date", "date_from", "date_to", "time", "time_from", "time_to", "amount_of_money", "person_name")
        },
        _nlupp,
    ),
    Set(
        "smp2019",
        "smp2019_ecdt_nlu/dev.jsonl",
        "zh-hans",
        (Slot("date", "date"), Slot("time", "time")),
        {"datetime_date": "date", "startDate_date": "date", "datetime_time": "time", "startDate_time": "time"},
        _smp,
    ),
)


def evaluate(folder: Path) -> Iterator[Result]:
    """The sets that are in a folder, or the one set that the folder is."""
    known = [(each, path) for each in SETS if (path := _file(folder, each))]
    if not known:
        raise NoSuchData(f"None of {', '.join(each.file for each in SETS)} is in {folder}.")
    for each, path in known:
        rows = [json.loads(line) for line in path.read_text(encoding="utf-8").splitlines() if line.strip()]
        yield _score(each, list(each.rows(rows, each.names)))


def _file(folder: Path, each: Set) -> Path | None:
    inside, itself = folder / each.file, folder / Path(each.file).name
    if inside.is_file():
        return inside
    return itself if folder.name == Path(each.file).parent.name and itself.is_file() else None


def _score(each: Set, rows: Sequence[Row]) -> Result:
    result = Result(each.name, len(rows), {slot.name: Score() for slot in each.slots})
    for row in rows:
        spans = extract(each.slots, row.text, asked=row.asked, language=each.language, now=NOW).spans
        found = {(name, *span) for name, span in spans.items()}
        for name, score in result.slots.items():
            mine, marked = {one for one in found if one[0] == name}, {one for one in row.marked if one[0] == name}
            score.marked += len(marked)
            score.found += len(mine)
            score.right += len(mine & marked)
            score.touched += sum(any(a[1] < b[2] and b[1] < a[2] for b in marked) for a in mine)
    return result
