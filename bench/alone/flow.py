"""A large flow, loaded and walked over and over in a process that does nothing else.

`python -m bench.alone.flow TIMES STATES SLOTS` prints seconds as JSON: of each loading, of PyYAML's parser alone on the same
text, of one condition's answers, of each step of a walk, and of the walk's place as JSON and back."""

import gc
import json
import sys
import time
from collections.abc import Callable
from typing import TYPE_CHECKING

import django
import yaml

if TYPE_CHECKING:
    from apps.flows.definition.actions import Value
    from apps.flows.definition.definition import Definition

KINDS = ("text", "number", "money", "date", "phone", "email", "yes_no", "choice", "id", "time")
CHOICES = ", choices: [one, {value: two, label: Two, synonyms: [second]}]"
SETTINGS = {"id": ", pattern: '[0-9]{8,20}'", "choice": CHOICES, "money": ", currency: CNY", "date": ", direction: past"}
ASKED = 2_000  # times, of one condition
STEPS = 2_000
VALUES: "dict[str, Value]" = {
    **{"text": "one", "number": 3, "money": 12.5, "date": "2026-11-05", "phone": "13800138000", "email": "vera@example.org"},
    **{"yes_no": True, "choice": "two", "id": "20418000", "time": "15:30"},
}
CONDITION = "has_slot_0 && slot_2 > 50"


def measured(times: int, states: int, slots: int) -> dict[str, list[float]]:
    from apps.flows.definition import conditions, loading

    text = flow(states, slots)
    definition = loading.load(text).definition
    if not definition:
        raise SystemExit("The flow of the bench does not load.")
    values: dict[str, Value] = {"slot_0": "x", "slot_1": 12.0, "slot_2": 99.5}
    stepped, kept = _walked(definition)
    return {
        "stepped": stepped,
        "kept": kept,
        "loaded": [_timed(lambda: loading.load(text)) for _ in range(times)],
        "parsed": [_timed(lambda: yaml.compose(text, yaml.CSafeLoader)) for _ in range(times)],
        "asked": [_timed(lambda: conditions.holds(definition, CONDITION, values)) for _ in range(ASKED)],
    }


def _walked(definition: "Definition") -> tuple[list[float], list[float]]:
    """A customer who answers every question: each step takes two values in, chooses among three transitions, says and asks.
    Processor time, because what else runs on the machine only ever adds."""
    from apps.flows.engine import journey
    from apps.flows.engine.place import Place
    from apps.flows.engine.said import Begun, Heard

    flows = {definition.name: definition}
    stepped: list[float] = []
    kept: list[float] = []
    step = None
    while len(stepped) < STEPS:
        if step is None or step.ended:
            step = journey.start(flows, definition.name, "run", Begun(language="zh-hans"), 0.0)
        place, text = step.place, json.dumps(step.place.stored())
        heard = Heard("", slots={name: VALUES[definition.known[name].kind] for name in place.asked})
        began = time.thread_time()
        step = journey.move(flows, place, heard, 0.0)
        stepped.append(time.thread_time() - began)
        began = time.thread_time()
        json.dumps(Place.read(json.loads(text)).stored())
        kept.append(time.thread_time() - began)
    return stepped, kept


def flow(states: int, slots: int) -> str:
    """A sound flow of so many states and slots, as text."""
    told = [_slot(number, KINDS[number % len(KINDS)]) for number in range(slots)]
    return "\n".join(["name: large", "slots:", *told, "states:", *(_state(number, states, slots) for number in range(states))])


def _slot(number: int, kind: str) -> str:
    return (
        f"  slot_{number}: {{type: {kind}, prompt: 请问第 {number} 项是什么？, label: Slot {number}{SETTINGS.get(kind, '')}}}"
    )


def _state(number: int, states: int, slots: int) -> str:
    one, other, third = (f"slot_{(number + step) % slots}" for step in (0, 1, 3))
    actions = f"""\
  - name: 状态 {number}
    actions:
      - type: say
        params: {{text: 'Step {number}: {{{{ {one} }}}}'}}
      - type: ask
        params: {{slots: [{one}, {other}]}}"""
    if number == states - 1:
        return f"{actions}\n      - type: end"
    return f"""{actions}
    transitions:
      - condition: {_condition(one, KINDS[number % slots % len(KINDS)], number)}
        target: 状态 {number + 1}
      - condition: has_{third} && language == 'en'
        target: 状态 {max(number - 3, 0)}
      - condition: default
        target: 状态 {number + 1}"""


def _condition(slot: str, kind: str, number: int) -> str:
    match kind:
        case "number" | "money":
            return f"{slot} > {number}"
        case "yes_no":
            return slot
        case "choice" | "text":
            return f"has_{slot} && {slot} == 'one'"
        case "date":
            return f"{slot} < now"
    return f"has_{slot}"


def _timed(work: Callable[[], object]) -> float:
    gc.collect(0)
    began = time.perf_counter()
    work()
    return time.perf_counter() - began


if __name__ == "__main__":
    django.setup()
    print(json.dumps(measured(*map(int, sys.argv[1:4]))))  # noqa: T201
