"""Starter sets: rules that a tenant switches on, each with texts that it must catch and must let pass.

One YAML file a set, in both languages. A rule is off at first where a false hit would hurt.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

import yaml

from apps.filters.rule import Action, Direction, Rule

FOLDER = Path(__file__).parent
ENGLISH = "en"
Texts = Mapping[str, str]  # by language: en, zh-hans


@dataclass(frozen=True)
class Ready:
    """A rule of a set. `enabled`: whether it is in force as soon as the set is taken."""

    key: str
    name: Texts
    kind: str
    settings: Mapping[str, Any]
    directions: frozenset[Direction]
    action: Action
    say: Texts
    enabled: bool
    must_catch: Sequence[str]
    must_pass: Sequence[str]

    def rule(self, language: str) -> Rule:
        return Rule(
            key=self.key,
            name=said(self.name, language),
            kind=self.kind,
            settings=self.settings,
            directions=self.directions,
            action=self.action,
            say=said(self.say, language),
        )


@dataclass(frozen=True)
class Starter:
    key: str
    name: Texts
    about: Texts
    rules: Sequence[Ready]


def said(texts: Texts, language: str) -> str:
    """The text in the language, else in English; "" where there is none."""
    return texts.get(language) or texts.get(ENGLISH, "")


@cache
def starters() -> tuple[Starter, ...]:
    return tuple(_read(path) for path in sorted(FOLDER.glob("*.yaml")))


def usual(language: str = ENGLISH) -> list[Rule]:
    """The rules of all sets that are on at first."""
    return [ready.rule(language) for starter in starters() for ready in starter.rules if ready.enabled]


def _read(path: Path) -> Starter:
    facts = yaml.safe_load(path.read_text("utf-8"))
    return Starter(path.stem, facts["name"], facts["about"], [_ready(path.stem, each) for each in facts["rules"]])


def _ready(starter: str, facts: Mapping[str, Any]) -> Ready:
    return Ready(
        key=f"{starter}-{facts['key']}",
        name=facts["name"],
        kind=facts["kind"],
        settings=facts.get("settings", {}),
        directions=frozenset(map(Direction, facts["directions"])),
        action=Action(facts["action"]),
        say=facts.get("say", {}),
        enabled=facts.get("enabled", False),
        must_catch=facts["must_catch"],
        must_pass=facts["must_pass"],
    )
