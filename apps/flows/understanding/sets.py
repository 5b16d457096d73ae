"""Sets of sentences with known intents, to measure with: files of JSON lines `{"text", "intent"}` in a folder.

A folder is read by its files' names: `train` is learnt from (`fewshot_train_10`: another set with the same test), `test`, else
`dev`, is asked. `oos` in a name, and the intents NONE, are sentences of none of the intents; where there are such in files
called `valid`, the threshold is tuned on these. A demo shop's folder is one too: its flows' examples, its articles' questions
as sentences of none, and `questions/wishes.jsonl`.
"""

import json
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from apps.flows.definition import loading
from apps.flows.definition.definition import Definition

NONE = {"", "oos", "NO_NODES_DETECTED"}
_FEWSHOT = re.compile(r"fewshot_train_\d+")
WISHES = Path("questions") / "wishes.jsonl"

Rows = Sequence[tuple[str, str]]  # text, intent; "" for none


@dataclass(frozen=True)
class Set:
    """`tested` is by part, where there are several; `tuned` is what the threshold is tuned on, empty for the usual one."""

    name: str
    examples: Mapping[str, Sequence[str]]
    tested: Mapping[str, Rows]
    tuned: Rows = ()
    others: Sequence[str] = field(default_factory=tuple)


def found(folder: Path) -> Iterator[Set]:
    """All sets in a folder and in those right below it. Raises ValueError for a file that cannot be read as one."""
    for each in (folder, *sorted(path for path in folder.iterdir() if path.is_dir())):
        if (each / WISHES).exists():
            yield _shop(each)
        else:
            yield from _files(each)


def _files(folder: Path) -> Iterator[Set]:
    files = {path.stem: path for path in sorted(folder.glob("*.jsonl"))}
    learnt = [stem for stem in files if _is_learnt(stem)]
    asked = [stem for stem in files if "test" in stem] or [stem for stem in files if "dev" in stem]
    held = [*learnt, *asked]
    if not learnt or not asked or not all(_has_intents(files[stem]) for stem in held):
        return
    tested = {"": [row for stem in asked for row in _rows(files[stem])]}
    valid = [row for stem in files if "valid" in stem and "fewshot" not in stem for row in _rows(files[stem])]
    tuned = valid if any(not intent for _text, intent in valid) else []
    for stem in learnt:
        name = folder.name if len(learnt) == 1 or not _FEWSHOT.fullmatch(stem) else f"{folder.name}/{stem}"
        yield Set(name, _examples(_rows(files[stem])), tested, tuned)


def _is_learnt(stem: str) -> bool:
    return "train" in stem and "oos" not in stem and ("fewshot" not in stem or bool(_FEWSHOT.fullmatch(stem)))


def _has_intents(path: Path) -> bool:
    with path.open(encoding="utf-8") as lines:
        first = json.loads(next(lines, "{}"))
    return isinstance(first, dict) and isinstance(first.get("intent"), str) and isinstance(first.get("text"), str)


def _rows(path: Path) -> list[tuple[str, str]]:
    """`domain` belongs to the intent where it stands beside it."""
    return [(row["text"], _intent(row)) for row in _lines(path)]


def _intent(row: Mapping[str, Any]) -> str:
    if row["intent"] in NONE:
        return ""
    return f"{row['domain']}.{row['intent']}" if "domain" in row else str(row["intent"])


def _lines(path: Path) -> list[dict[str, Any]]:
    try:
        return [json.loads(line) for line in path.read_text("utf-8").splitlines() if line.strip()]
    except ValueError as error:
        raise ValueError(f"{path} is no file of JSON lines: {error}") from error


def _examples(rows: Rows) -> dict[str, list[str]]:
    examples: dict[str, list[str]] = {}
    for text, intent in rows:
        if intent:
            examples.setdefault(intent, []).append(text)
    return examples


def _shop(folder: Path) -> Set:
    questions = _lines(folder / "knowledge.jsonl") if (folder / "knowledge.jsonl").exists() else []
    others = [text for row in questions for text in (row["question"], *row.get("alternatives", ()))]
    tested: dict[str, list[tuple[str, str]]] = {}
    for row in _lines(folder / WISHES):
        tested.setdefault(row.get("part", ""), []).append((row["text"], row["intent"]))
    flows = _flows(folder)
    counterexamples = [text for flow in flows for intent in flow.intents for text in intent.counterexamples]
    examples = {flow.name: [text for intent in flow.intents for text in intent.examples] for flow in flows}
    return Set(folder.name, examples, tested, others=[*others, *counterexamples])


def _flows(folder: Path) -> list[Definition]:
    loaded = [(path, loading.load(path.read_text("utf-8")).definition) for path in sorted(folder.glob("flows/*.yaml"))]
    broken = [path for path, definition in loaded if definition is None]
    if broken:
        raise ValueError(f"{broken[0]} is no flow that runs; `manage.py check_flow` says why.")
    return [definition for _path, definition in loaded if definition]
