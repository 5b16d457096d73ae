"""The actions of states: `{type: …, params: {…}}` of a definition as small frozen classes, known by their type.

To add an action, write a class here, its parameters in `schema.json`, and what it does in `engine`.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import ClassVar

Value = str | float | bool | None


@dataclass(frozen=True)
class Action:
    """Texts are templates: `{{ slot }}` stands for a slot's value as it is shown to people. `waits`: for somebody's word."""

    types: ClassVar[dict[str, type["Action"]]] = {}
    type: ClassVar[str] = ""
    waits: ClassVar[bool] = False

    def __init_subclass__(cls) -> None:
        cls.types[cls.type] = cls


@dataclass(frozen=True)
class Understand(Action):
    """Goes on when the customer has said this intent; its slots come with it."""

    type = "nlp_intent"
    waits = True
    intent: str


@dataclass(frozen=True)
class Say(Action):
    type = "say"
    text: str


@dataclass(frozen=True)
class Ask(Action):
    """Asks for those of the slots that are empty, and goes on when none is, or `enough` of them are filled. `text` stands above
    the slots' own prompts."""

    type = "ask"
    waits = True
    slots: tuple[str, ...]
    text: str = ""
    enough: int = 0


@dataclass(frozen=True)
class Confirm(Action):
    """Asks yes or no. The answer is the slot `slot` (yes or no), a name of its own that need not be declared."""

    type = "confirm"
    waits = True
    text: str
    slot: str = "confirmed"


@dataclass(frozen=True)
class Answer(Action):
    """Answers from the tenant's knowledge."""

    type = "answer"
    question: str


@dataclass(frozen=True)
class Call(Action):
    """Asks a system of the tenant by HTTP: `system` is its name in the admin and `url` a path there, or `url` is a whole
    address. `result`: slot → where its value stands in the answer's JSON (`order.status`, `items.0.name`). `timeout`: seconds
    of one try. Values in `body` and `url` are templates."""

    type = "call"
    url: str
    timeout: float
    method: str = "GET"
    system: str = ""
    body: Mapping[str, Value] = field(default_factory=dict)
    result: Mapping[str, str] = field(default_factory=dict)
    retries: int = 2
    name: str = ""


@dataclass(frozen=True)
class Ticket(Action):
    """Leaves a ticket for the team, with the slots in it."""

    type = "ticket"
    subject: str
    body: str = ""
    team: str = ""


@dataclass(frozen=True)
class Set(Action):
    """Fills slots: a template, a number, yes or no, or nothing, which empties the slot."""

    type = "set"
    slots: Mapping[str, Value]


@dataclass(frozen=True)
class Approve(Action):
    """Asks a colleague and waits: the bot keeps the conversation. The answer is the slot `slot`, one of `choices` or, without
    any, whatever the slot takes; "" when nobody answers within `timeout` seconds."""

    type = "approve"
    waits = True
    question: str
    slot: str
    choices: tuple[str, ...] = ()
    team: str = ""
    timeout: float = 600.0


@dataclass(frozen=True)
class Enter(Action):
    """Walks another flow and comes back. `give`: slots of that flow → templates; `take`: slots of this one → that one's."""

    type = "flow"
    flow: str
    give: Mapping[str, Value] = field(default_factory=dict)
    take: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True)
class Handoff(Action):
    """Hands over to a person, with the slots in the summary; the flow ends."""

    type = "handoff"
    text: str = ""
    team: str = ""


@dataclass(frozen=True)
class End(Action):
    type = "end"
    text: str = ""
