"""A rule as a release holds it: what it looks for, where, and what is done about it."""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from enum import StrEnum
from typing import Any


class Direction(StrEnum):
    FROM_CUSTOMER = "from_customer"
    FROM_BOT = "from_bot"
    FROM_AGENT = "from_agent"
    TO_MODEL = "to_model"
    TO_LOGS = "to_logs"


class Action(StrEnum):
    """From the mildest to the strongest."""

    LOG = "log"
    FLAG = "flag"
    MASK = "mask"
    REPLACE = "replace"
    BLOCK = "block"
    HAND_OVER = "hand_over"

    @property
    def changes(self) -> bool:
        """Whether the place itself becomes something else."""
        return self in (Action.MASK, Action.REPLACE)

    @property
    def says(self) -> bool:
        """Whether the rule's own words are used."""
        return self in (Action.REPLACE, Action.BLOCK, Action.HAND_OVER)

    @property
    def ends(self) -> bool:
        """Whether nothing of the message goes on."""
        return self in (Action.BLOCK, Action.HAND_OVER)


@dataclass(frozen=True)
class Where:
    """A message's whereabouts. An empty channel, flow or language is any."""

    direction: Direction
    channel: str = ""
    flow: str = ""
    language: str = ""


@dataclass(frozen=True)
class Rule:
    """`settings`: of its kind. `say`: what stands for the place, or is said instead of the message. Empty `channels`, `flows`
    and `languages` mean all. `stops`: from its hit on, later rules are not looked at."""

    key: str
    name: str
    kind: str
    settings: Mapping[str, Any] = field(default_factory=dict)
    directions: frozenset[Direction] = frozenset()
    action: Action = Action.LOG
    say: str = ""
    channels: frozenset[str] = frozenset()
    flows: frozenset[str] = frozenset()
    languages: frozenset[str] = frozenset()
    stops: bool = False

    def stored(self) -> dict[str, Any]:
        several = {name: sorted(getattr(self, name)) for name in ("directions", "channels", "flows", "languages")}
        return {**vars(self), "settings": dict(self.settings), "action": str(self.action), **several}

    @classmethod
    def read(cls, facts: Mapping[str, Any]) -> "Rule":
        several = {name: frozenset(facts.get(name, ())) for name in ("channels", "flows", "languages")}
        directions = frozenset(map(Direction, facts.get("directions", ())))
        return cls(**{**facts, **several, "directions": directions, "action": Action(facts["action"])})

    @property
    def cut_off(self) -> "Rule":
        """The rule where its own code was cut off: the message passes (recorded) or is blocked, as its settings say."""
        ending = self.action if self.action.ends else Action.BLOCK
        return replace(self, action=ending if self.settings.get("on_fault") == "block" else Action.LOG, stops=False)

    def applies(self, where: Where) -> bool:
        scopes = ((self.channels, where.channel), (self.flows, where.flow), (self.languages, where.language))
        return where.direction in self.directions and all(not wanted or is_in in wanted for wanted, is_in in scopes)
