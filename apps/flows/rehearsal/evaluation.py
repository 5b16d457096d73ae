"""Customers of public dialogues before our engine, to compare two ways of reading: all slots of every message, or one by one.

`JOINT`: the first message is read for the wish and all slots, each later one for all slots too. `SEQUENTIAL`: the first message
for the wish alone, each later one for the slot that was asked for. The wish is taken as heard in both.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from enum import StrEnum
from zoneinfo import ZoneInfo

from django.utils import translation

from apps.flows.definition.actions import Ask, Confirm
from apps.flows.definition.definition import Definition, Slot, State
from apps.flows.engine import journey
from apps.flows.engine.place import Awaiting, Place, Value
from apps.flows.engine.said import Begun, Heard
from apps.flows.engine.step import Step
from apps.flows.rehearsal.tasks import Task
from apps.flows.slots import extraction
from apps.flows.understanding.understand import hear

NOW = datetime(2019, 3, 1, 10, tzinfo=ZoneInfo("UTC"))  # SGD's today
PATIENCE = 3  # times that the customer says the bare words, and as often puts a value right
_NO = {"en": "No, the {label} is {words}.", "zh-hans": "不对，{label}是{words}。"}


class Way(StrEnum):
    JOINT = "joint"
    SEQUENTIAL = "sequential"


@dataclass(frozen=True)
class Run:
    """`turns`: the customer's messages until all that is needed was there and right. `complete`: whether it came to that.
    `right`: of the needed slots those that were right when the flow first had all. `exact`: no other slot was filled either."""

    turns: int
    complete: bool
    right: int
    exact: bool


@dataclass(frozen=True)
class Result:
    """`turns`: a task's on average, over those that came to an end both ways. `saved`: of the sequential way's.
    `joint_accuracy`: the share of the data's own messages after which all slots stand as told so far. Shares by way."""

    set: str
    tasks: int
    compared: int
    needed: float
    turns: Mapping[str, float]
    saved: float
    complete: Mapping[str, float]
    slot_accuracy: Mapping[str, float]
    exact: Mapping[str, float]
    messages: int
    joint_accuracy: Mapping[str, float]


def evaluated(tasks: Sequence[Task]) -> Result:
    runs = {way: [rehearsed(task, way) for task in tasks] for way in Way}
    ended = [all(pair) for pair in zip(*([run.complete for run in runs[way]] for way in Way), strict=True)]
    count, needed = len(tasks), sum(len(task.needed) for task in tasks)
    turns = {
        way: sum(run.turns for run, both in zip(runs[way], ended, strict=True) if both) / max(1, sum(ended)) for way in Way
    }
    followed = {way: [right for task in tasks for right in replayed(task, way)] for way in Way}
    return Result(
        set=tasks[0].set,
        tasks=count,
        compared=sum(ended),
        needed=round(needed / count, 2),
        turns={way: round(turns[way], 2) for way in Way},
        saved=round(1 - turns[Way.JOINT] / turns[Way.SEQUENTIAL], 3) if turns[Way.SEQUENTIAL] else 0.0,
        complete={way: round(sum(run.complete for run in runs[way]) / count, 3) for way in Way},
        slot_accuracy={way: round(sum(run.right for run in runs[way]) / needed, 3) for way in Way},
        exact={way: round(sum(run.exact for run in runs[way]) / count, 3) for way in Way},
        messages=len(followed[Way.JOINT]),
        joint_accuracy={way: round(sum(followed[way]) / max(1, len(followed[way])), 3) for way in Way},
    )


def rehearsed(task: Task, way: Way) -> Run:
    """One task from its first message until the flow knows all that is needed."""
    customer, flows = _Customer(task), {"": _flow(task)}
    first = customer.begins()
    told = _read(task, first, (), task.slots) if way == Way.JOINT else {}
    with translation.override(task.language):
        step = journey.start(flows, "", "rehearsal", Begun(told, language=task.language), 0.0)
        turns, right, exact = 1, -1, False
        while step.asked:
            [slot] = step.asked.slots
            if step.place.awaiting == Awaiting.YES_NO:
                wrong = [name for name in task.needed if not _is_right(task, name, step.place.slots.get(name))]
                if right < 0:
                    right, exact = len(task.needed) - len(wrong), not wrong and not _others(task, step.place)
                if not wrong:
                    return Run(turns, True, right, exact)
                slot = wrong[0]
                text = customer.corrects(slot)
            else:
                text = customer.answers(slot)
            if not text:
                break
            turns += 1
            step = _heard(task, flows, step, text, slot, way)
        return Run(turns, False, max(0, right), False)


def replayed(task: Task, way: Way) -> Iterator[bool]:
    """The data's own messages in their order, each after what the data's own agent had asked: whether all slots stand as they
    were told so far."""
    flows, known, told = {"": _flow(task)}, dict[str, Value](), dict[str, str]()
    for number, line in enumerate(task.lines):
        asked = tuple(name for name in line.asked if name in {slot.name for slot in task.slots})
        slots = [slot for slot in task.slots if way == Way.JOINT or (number and slot.name in asked)]
        if way == Way.JOINT and number:
            place = Place("", "", "told", slots=known, awaiting=Awaiting.SLOTS if asked else Awaiting.NOTHING, asked=asked)
            known |= hear(flows, place, line.text, task.language, NOW, None).slots
        else:
            known |= _read(task, line.text, asked, slots)
        told |= line.told
        yield known.keys() == told.keys() and all(_is_right(task, name, known[name], words) for name, words in told.items())


class _Customer:
    """Answers what is asked with a message of the data's that tells it, or else with the value's bare words, as somebody does
    who has said it already."""

    def __init__(self, task: Task) -> None:
        self._task, self._left, self._tries = task, list(task.lines), dict[str, int]()

    def begins(self) -> str:
        return self._left.pop(0).text

    def answers(self, slot: str) -> str:
        words = self._task.needed[slot]
        for line in self._left:
            if line.told.get(slot) == words and not self._tries.get(slot):
                self._left.remove(line)
                return line.text
        return self._bare(slot, words)

    def corrects(self, slot: str) -> str:
        shown = next(each.shown for each in self._task.slots if each.name == slot)
        return self._bare(slot, _NO[self._task.language].format(label=shown, words=self._task.needed[slot]))

    def _bare(self, slot: str, text: str) -> str:
        """ "" when patience is at its end."""
        self._tries[slot] = self._tries.get(slot, 0) + 1
        return text if self._tries[slot] <= PATIENCE else ""


def _flow(task: Task) -> Definition:
    """One question after another for what is needed, in the schema's order; the domain's other slots may be told."""
    asks = tuple(Ask((name,)) for name in task.needed)
    slots = {slot.name: replace(slot, attempts=2 * PATIENCE) for slot in task.slots}
    state = State("told", (*asks, Confirm("?", slot="confirmed")))
    return Definition("", {"told": state}, slots, implied={"confirmed": Slot("confirmed", "yes_no")}, language=task.language)


def _heard(task: Task, flows: journey.Flows, step: Step, text: str, slot: str, way: Way) -> Step:
    if way == Way.JOINT:
        heard = hear(flows, step.place, text, task.language, NOW, None)
    else:
        heard = Heard(text, slots=_read(task, text, (slot,), [each for each in task.slots if each.name == slot]))
    return journey.move(flows, step.place, heard, 0.0)


def _read(task: Task, text: str, asked: Sequence[str], slots: Sequence[Slot]) -> dict[str, Value]:
    return extraction.extract(slots, text, asked=asked, language=task.language, now=NOW).values


def _is_right(task: Task, name: str, value: Value, words: str = "") -> bool:
    """A value is right when the words that people marked come to it alone; a text when it is these words."""
    words = words or task.needed[name]
    slot = next(each for each in task.slots if each.name == name)
    wanted = _read(task, words, (name,), [slot]).get(name, words) if slot.kind != "text" else words
    return value is not None and (value == wanted or _plain(value) == _plain(wanted))


def _others(task: Task, place: Place) -> list[str]:
    return [name for name in place.slots if name not in task.needed and name != "confirmed"]


def _plain(value: Value) -> str:
    return "".join(str(value).casefold().removeprefix("the ").split()).strip(".,!。，！")
