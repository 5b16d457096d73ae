"""The outcome of one move of a flow."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum

from apps.flows.definition.definition import Choice
from apps.flows.engine.place import Place, Value
from apps.flows.engine.visit import Visit


class Ended(StrEnum):
    """`DONE`: by its own end. `FAILED`: it can't go on, so a person takes over."""

    NO = ""
    DONE = "done"
    CANCELLED = "cancelled"
    HANDED_OVER = "handed_over"
    FAILED = "failed"


@dataclass(frozen=True)
class Asked:
    """The question to the customer. `choices` are shown as buttons, several slots as a small form."""

    text: str
    slots: tuple[str, ...] = ()
    choices: tuple[Choice, ...] = ()


@dataclass(frozen=True)
class Effect:
    """Something that the shell does and tells by `Returned`. All texts are final. `key`: the same effect has the same key in
    every retelling of the turn, and no other effect has it."""

    key: str


LONGEST_CALL = 30.0  # seconds for all tries of a call: a customer waits


@dataclass(frozen=True)
class Request(Effect):
    """`timeout`: seconds of a try. `result`: slot → where its value stands in the answer's JSON; `kinds`: slot → its kind."""

    url: str
    method: str
    system: str
    timeout: float
    retries: int
    body: Mapping[str, Value] = field(default_factory=dict)
    result: Mapping[str, str] = field(default_factory=dict)
    kinds: Mapping[str, str] = field(default_factory=dict)
    name: str = ""

    @property
    def longest(self) -> float:
        """Seconds after which it is over, whatever the system does."""
        return LONGEST_CALL if self.retries else min(self.timeout, LONGEST_CALL)


@dataclass(frozen=True)
class Question(Effect):
    """A question to the tenant's knowledge."""

    text: str


@dataclass(frozen=True)
class Filing(Effect):
    """A ticket to be left. `team`: its name, "" for anybody."""

    subject: str
    body: str
    team: str


@dataclass(frozen=True)
class Approval(Effect):
    """A colleague is asked; the answer comes in a later turn. `choices`: none where it is typed, or stands in the slot itself.
    `timeout`: seconds."""

    question: str
    slot: str
    choices: tuple[str, ...]
    team: str
    timeout: float


@dataclass(frozen=True)
class Entry(Effect):
    """Another flow is walked before this one goes on."""

    flow: str
    slots: Mapping[str, Value] = field(default_factory=dict)


@dataclass(frozen=True)
class Step:
    """`place`: where the conversation stands now, or where the flow `ended`. `lines`: what is said, in order; `asked` comes
    after it. `effect`: what has to be done before the flow goes on. `team`: who a handover goes to. `path`: the states that
    were entered, oldest first. `problems`: sentences for the trace. `visits`: for the counts."""

    place: Place
    lines: tuple[str, ...] = ()
    asked: Asked | None = None
    effect: Effect | None = None
    ended: Ended = Ended.NO
    team: str = ""
    path: tuple[str, ...] = ()
    problems: tuple[str, ...] = ()
    visits: tuple[Visit, ...] = ()
