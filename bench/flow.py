"""A large flow, loaded over and over in a process that does nothing else. `python -m bench.flow TIMES STATES SLOTS` prints
seconds as JSON: of each loading, of PyYAML's parser alone on the same text, and of one condition's answers."""

import gc
import json
import sys
import time
from collections.abc import Callable

import django
import yaml

KINDS = ("text", "number", "money", "date", "phone", "email", "yes_no", "choice", "id", "time")
CHOICES = ", choices: [one, {value: two, label: Two, synonyms: [second]}]"
SETTINGS = {"id": ", pattern: '[0-9]{8,20}'", "choice": CHOICES, "money": ", currency: CNY", "date": ", direction: past"}
ASKED = 2_000  # times, of one condition
CONDITION = "has_slot_0 && slot_2 > 50"


def measured(times: int, states: int, slots: int) -> dict[str, list[float]]:
    from apps.flows.definition import conditions, loading
    from apps.flows.definition.actions import Value

    text = flow(states, slots)
    definition = loading.load(text).definition
    if not definition:
        raise SystemExit("The flow of the bench does not load.")
    values: dict[str, Value] = {"slot_0": "x", "slot_1": 12.0, "slot_2": 99.5}
    return {
        "loaded": [_timed(lambda: loading.load(text)) for _ in range(times)],
        "parsed": [_timed(lambda: yaml.compose(text, yaml.CSafeLoader)) for _ in range(times)],
        "asked": [_timed(lambda: conditions.holds(definition, CONDITION, values)) for _ in range(ASKED)],
    }


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
