"""Wishes of customers in public dialogues, with what they told for each: SGD's and CrossWOZ's, as slots of our kinds.

The slots are those of the data's own schema, by domain: what it enumerates is a `choice` (numbers `number`, true and false
`yes_no`); days, times, amounts and phone numbers by the slot's name; the rest is `text`.
"""

import json
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from apps.flows.definition.definition import Choice, Slot

MOST_CHOICES = 60  # values of an enumeration; more are names
_KINDS = (
    (r"phone", "phone"),
    (r"\bdate\b|day\b(?!s)", "date"),
    (r"\btime\b(?! of (?:cab|the trip))", "time"),
    (r"amount|price|fare|cost", "money"),
    (r"^number |\blength\b|\bdays\b|\bwait\b|percentage", "number"),
)
_RANGE = re.compile(r"(\d+(?:\.\d+)?)(\D*?)\s?-\s?(\d+(?:\.\d+)?)(\D*)")
_FACILITY = "酒店设施"


class NoSuchData(ValueError):
    pass


@dataclass(frozen=True)
class Line:
    """A message of the customer: `told`, slot → its words; `asked`: what the data's own agent had asked for just before."""

    text: str
    told: Mapping[str, str]
    asked: tuple[str, ...] = ()


@dataclass(frozen=True)
class Task:
    """One wish: the schema's slots of its domain, and the messages about it, the first of which says it."""

    set: str
    domain: str
    language: str
    slots: Sequence[Slot]
    lines: Sequence[Line]

    @property
    def needed(self) -> dict[str, str]:
        """The slots that the customer tells, with the words of the first time, in the schema's order."""
        told: dict[str, str] = {}
        for line in reversed(self.lines):
            told |= line.told
        return {slot.name: told[slot.name] for slot in self.slots if slot.name in told}


def found(folder: Path) -> Iterator[Task]:
    """All tasks of a folder of data sets, or of one of them. Raises NoSuchData where there is neither."""
    sets = {"sgd_single_domain": _sgd, "crosswoz": _crosswoz}
    there = [(name, path) for name in sets for path in (folder, folder / name) if path.name == name and path.is_dir()]
    if not there:
        raise NoSuchData(f"{folder} holds neither of {', '.join(sets)}.")
    for name, path in there:
        yield from (task for task in sets[name](path) if task.needed)


# Schema-guided dialogues: a service's intent is a task.


def _sgd(folder: Path) -> Iterator[Task]:
    schema = json.loads((folder / "schema.json").read_text("utf-8"))
    slots = {service["service_name"]: tuple(map(_slot, service["slots"])) for service in schema}
    for row in _rows(folder / "dialogues_dev_services.jsonl"):
        lines: dict[str, list[Line]] = {}
        asked: tuple[str, ...] = ()
        for turn in row["turns"]:
            frame = turn["frames"][0]
            if turn["speaker"] == "USER":
                told = {act["slot"]: act["values"][0] for act in frame["actions"] if act["act"] == "INFORM" and act["values"]}
                told = {slot: words for slot, words in told.items() if words != "dontcare"}
                intent = frame["state"]["active_intent"]
                if intent != "NONE":
                    lines.setdefault(intent, []).append(Line(turn["utterance"], told, asked))
            asked = tuple(act["slot"] for act in frame["actions"] if act["act"] == "REQUEST")
        service = row["services"][0]
        for intent, said in lines.items():
            yield Task("sgd_single_domain", f"{service}.{intent}", "en", slots[service], said)


def _slot(facts: Mapping[str, Any]) -> Slot:
    name, values, told = facts["name"], facts["possible_values"], facts["description"]
    slot = Slot(name, prompt=told, label=name.replace("_", " "))
    if values == ["True", "False"]:
        return replace(slot, kind="yes_no")
    if values and all(value.isdigit() for value in values):
        return replace(slot, kind="number", minimum=float(values[0]), maximum=float(values[-1]))
    if facts["is_categorical"]:
        return replace(slot, kind="choice", choices=tuple(map(Choice, values)))
    called = f"{told} {name}".replace("_", " ").lower()
    return replace(slot, kind=next((kind for pattern, kind in _KINDS if re.search(pattern, called)), "text"))


# CrossWOZ: a domain of a dialogue is a task; its goals' values are the schema.


def _crosswoz(folder: Path) -> Iterator[Task]:
    rows = list(_rows(folder / "val.jsonl"))
    values: dict[tuple[str, str], dict[str, None]] = {}
    for row in rows:
        for _id, domain, slot, value, _done in row["goal"]:
            each, said = _plainly(slot, value)
            if isinstance(said, str):
                values.setdefault((domain, each), {}).update({said: None} if said else {})
    slots: dict[str, list[Slot]] = {}
    for (domain, name), known in values.items():
        slots.setdefault(domain, []).append(_enumerated(name, [value for value in known if "id=" not in value]))
    for row in rows:
        for domain, lines in _by_domain(row["messages"]).items():
            if domain in slots:
                mine = {slot.name for slot in slots[domain]}
                kept = [Line(line.text, {name: line.told[name] for name in line.told if name in mine}) for line in lines]
                yield Task("crosswoz", domain, "zh-hans", slots[domain], kept)


def _by_domain(messages: Sequence[Mapping[str, Any]]) -> dict[str, list[Line]]:
    """The customer's messages by what they are about. A slot told with two values at once is left out: ours hold one."""
    lines: dict[str, list[Line]] = {}
    for message in messages:
        if message["role"] != "usr":
            continue
        told: dict[str, dict[str, list[str]]] = {}
        for act, domain, slot, value in message["dialog_act"]:
            if act in ("Inform", "Request") and domain not in ("none", "General"):
                about = told.setdefault(domain, {})
                if act == "Inform":
                    name, said = _plainly(slot, value)
                    about.setdefault(name, []).append(str(said))
        for domain, about in told.items():
            single = {name: said[0] for name, said in about.items() if len(said) == 1}
            lines.setdefault(domain, []).append(Line(message["content"], single))
    return lines


def _plainly(slot: str, value: Any) -> tuple[str, Any]:
    """“酒店设施-无烟房: 是” is the facility 无烟房."""
    name, _dash, facility = slot.partition("-")
    return (name, facility) if name == _FACILITY and facility else (slot, value)


def _enumerated(name: str, values: Sequence[str]) -> Slot:
    slot = Slot(name, prompt=f"请问{name}？", label=name)
    if not values or len(values) > MOST_CHOICES or name in ("名称", "推荐菜", "出发地", "目的地"):
        return slot
    return replace(slot, kind="choice", choices=tuple(Choice(value, synonyms=_written(value)) for value in values))


def _written(value: str) -> tuple[str, ...]:
    """The ways in which people write a range."""
    match = _RANGE.fullmatch(value)
    if not match:
        return ()
    low, unit, high, last = match.groups()
    ways = [f"{low}{word}{high}{end}" for word in ("-", "到", "至", "~") for end in (last, "")]
    return (*ways, *(f"{low}{unit}{word}{high}{last}" for word in ("-", "到", "至", "~") if unit))


def _rows(path: Path) -> Iterator[dict[str, Any]]:
    try:
        with path.open(encoding="utf-8") as lines:
            yield from (json.loads(line) for line in lines if line.strip())
    except (OSError, ValueError) as error:
        raise NoSuchData(f"{path}: {error}") from error
