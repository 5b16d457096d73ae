"""Flows that nobody wrote: random, sound definitions, which enter each other, as texts that the loader takes."""

import json
import random
from collections.abc import Mapping
from typing import Any

from hypothesis import strategies as st

from apps.flows.definition import together
from apps.flows.engine.journey import Flows

Data = dict[str, Any]

NAMES = ("outer", "inner", "innermost")
KINDS = ("text", "number", "money", "date", "time", "datetime", "phone", "email", "id", "choice", "yes_no", "file")
SETTINGS: Mapping[str, Data] = {
    "number": {"minimum": 1, "maximum": 50},
    "money": {"currency": "EUR", "maximum": 500},
    "date": {"direction": "future"},
    "phone": {"region": "GB"},
    "id": {"pattern": "[A-Z]{2}-[0-9]{3}"},
    "choice": {"choices": ["red", {"value": "blue", "label": "Blue 🐋", "synonyms": ["azure", "蓝色"]}]},
}
CONDITIONS: Mapping[str, tuple[str, ...]] = {
    "text": ("{} == 'x'", "size({}) > 3"),
    "number": ("{} > 7", "100.0 / {} > 3.0"),
    "money": ("{} <= 20",),
    "date": ("{} < now",),
    "datetime": ("now - {} > duration('24h')",),
    "time": ("{} >= '12:00'",),
    "id": ("{}.startsWith('AB')",),
    "choice": ("{} in ['red', 'green']",),
    "yes_no": ("{}",),
}
DEFAULTS: Mapping[str, Any] = {"text": "before", "number": 3, "choice": "red", "yes_no": True, "money": 12.5}
TEXTS = ("Well: {{ SLOT }}?", "{{ SLOT }} — {{ OTHER }}", "مرحبا {{ SLOT }}", "好的 🎒")


class Dice(random.Random):
    """Hypothesis draws their seed alone: each throw of its own would take longer than the walk."""

    def once_in(self, times: int) -> bool:
        return self.randrange(times) == 0


def slots(dice: Dice, number: int) -> dict[str, Data]:
    """Slots of random kinds, with and without all that a slot may have."""
    found: dict[str, Data] = {}
    for at in range(number):
        kind = dice.choice(KINDS)
        facts: Data = {"type": kind, "label": f"thing {at}"}
        if kind in ("id", "choice") or dice.once_in(3):
            facts |= SETTINGS.get(kind, {})
        if dice.once_in(3):
            facts["required"] = False
        if dice.once_in(3):
            facts["sensitive"] = True
        if kind in DEFAULTS and dice.once_in(6):
            facts["default"] = DEFAULTS[kind]
        if dice.once_in(3):
            facts |= {"prompt": f"What is thing {at}?", "example": "such as this", "attempts": dice.randint(1, 4)}
        name = dice.choice((f"slot_{at}", f"格{at}"))
        if dice.once_in(6):
            facts["check"] = dice.choice(CONDITIONS.get(kind, ("has_{}",))).format(name)
        found[name] = facts
    return found


class Author:
    """Writes one flow. `entered`: the slots of the flows that it may enter."""

    def __init__(self, dice: Dice, known: Mapping[str, Data], entered: Mapping[str, Mapping[str, Data]]) -> None:
        self.dice, self.known, self.entered = dice, known, entered

    def one(self, *among: Any) -> Any:
        return self.dice.choice(among)

    def slot(self) -> str:
        return str(self.one(*self.known))

    def several(self, most: int) -> list[str]:
        return self.dice.sample(sorted(self.known), self.dice.randint(1, min(most, len(self.known))))

    def text(self) -> str:
        return str(self.one(*TEXTS)).replace("SLOT", self.slot()).replace("OTHER", self.slot())

    def state(self, at: int, count: int) -> Data:
        """All but the last lead on to the next, and by their conditions anywhere."""
        facts: Data = {"name": f"s{at}", "actions": [self.action() for _ in range(self.dice.randint(0, 4))]}
        if at == count - 1:
            facts["actions"] = [*facts["actions"], self.last()]
        else:
            ways = [(self.condition(), self.dice.randrange(count)) for _ in range(self.dice.randint(0, 2))]
            ways.append(("default", at + 1 if not ways or self.dice.once_in(2) else self.dice.randrange(count)))
            if not any(target == at + 1 for _condition, target in ways):
                ways.insert(0, (self.condition(), at + 1))
            facts["transitions"] = [{"condition": condition, "target": f"s{target}"} for condition, target in ways]
        if self.dice.once_in(3):
            facts |= {"timeout": self.one("5 minutes", "2 hours"), "on_timeout": f"s{self.dice.randrange(count)}"}
        if self.dice.once_in(3):
            facts["on_error"] = f"s{self.dice.randrange(count)}"
        return facts

    def condition(self) -> str:
        name = self.slot()
        ways = ("has_{}", "!has_{}", "intent == 'wish'", "language != 'en'", *CONDITIONS.get(self.known[name]["type"], ()))
        return str(self.one(*ways)).format(name)

    def last(self) -> Data:
        return {"type": self.one("end", "end", "handoff"), "params": {"text": self.text()}}

    def action(self) -> Data:
        kinds = [
            "nlp_intent",
            "nlp_intent",
            "say",
            "ask",
            "ask",
            "ask",
            "confirm",
            "answer",
            "call",
            "call",
            "ticket",
            "set",
            "approve",
        ]
        kind = self.one(*kinds, *["flow"] * (2 * bool(self.entered)), "end")
        return {"type": kind, "params": getattr(self, kind)()}

    def nlp_intent(self) -> Data:
        return {"intent": self.one("wish", "other", "other")}

    def say(self) -> Data:
        return {"text": self.text()}

    def ask(self) -> Data:
        return {"slots": self.several(3), "text": self.text()}

    def confirm(self) -> Data:
        flags = [name for name, facts in self.known.items() if facts["type"] == "yes_no"]
        return {"text": self.text(), "slot": self.one("confirmed", "sure", *flags)}

    def answer(self) -> Data:
        return {"question": self.text()}

    def call(self) -> Data:
        return {
            "system": "shop",
            "url": f"/things/{{{{ {self.slot()} }}}}",
            "method": self.one("GET", "POST"),
            "timeout": "5s",
            "body": {"value": f"{{{{ {self.slot()} }}}}", "note": self.text(), "number": 3, "flag": True},
            "result": {name: f"thing.{at}" for at, name in enumerate(self.several(2))},
        }

    def ticket(self) -> Data:
        return {"subject": self.text(), "body": self.text(), **self.one({}, {"team": "Care"})}

    def set(self) -> Data:
        name = self.slot()
        given = self.one(None, DEFAULTS.get(self.known[name]["type"], None), f"{{{{ {self.slot()} }}}}")
        return {"slots": {name: given}}

    def approve(self) -> Data:
        return {"question": self.text(), "slot": "verdict", "choices": ["grant", "refuse"], "timeout": "10 minutes"}

    def flow(self) -> Data:
        name = self.one(*self.entered)
        inner = sorted(self.entered[name])
        given = {self.one(*inner): f"{{{{ {self.slot()} }}}}"} if self.dice.once_in(2) else {}
        return {"flow": name, "give": given, "take": {self.slot(): self.one(*inner)}}

    def end(self) -> Data:
        return {"text": self.text()}


def texts(seed: int, flows: int, states: int, most_slots: int) -> dict[str, str]:
    """Flows, of which each may enter those after it. Not each of them is one that the loader takes."""
    dice, names = Dice(seed), NAMES[:flows]
    known = {name: slots(dice, dice.randint(1, most_slots)) for name in names}
    found: dict[str, str] = {}
    for at, name in enumerate(names):
        author = Author(dice, known[name], {other: known[other] for other in names[at + 1 :]})
        count = dice.randint(1, states)
        facts = {
            "name": name,
            "timeout": dice.choice(("30 minutes", "1 hour")),
            "steps_shown": dice.once_in(2),
            "triggers": {"intents": [{"name": "wish", "examples": ["I wish"]}, {"name": "other"}]},
            "slots": known[name],
            "states": [author.state(number, count) for number in range(count)],
        }
        found[name] = json.dumps(facts, ensure_ascii=False)
    return found


def loaded(seed: int, flows: int, states: int, most_slots: int) -> Flows:
    """Those of them that the loader takes."""
    found = together.load(texts(seed, flows, states, most_slots))
    return {name: each.definition for name, each in found.items() if each.definition}


INVENTED = st.builds(loaded, st.integers(0, 2**32), st.integers(1, 3), st.integers(1, 6), st.integers(1, 5)).filter(bool)
