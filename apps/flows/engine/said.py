"""The movers of a flow: words of the customer as they were understood, or word from outside."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum

from apps.flows.engine.place import Value


class Act(StrEnum):
    """The other thing that a message does in a flow, besides filling slots."""

    NONE = ""
    YES = "yes"
    NO = "no"
    CANCEL = "cancel"
    START_OVER = "start_over"
    SKIP = "skip"
    REPEAT = "repeat"
    BACK = "back"
    WAIT = "wait"


@dataclass(frozen=True)
class Begun:
    """The flow begins, with what is known already."""

    slots: Mapping[str, Value] = field(default_factory=dict)
    intent: str = ""
    language: str = ""


@dataclass(frozen=True)
class Heard:
    """A turn's words. `slots`: values that were found in them and do; `unfit`: slot → the reason why what was said for it does
    not. `intent`: the intent that was understood, "" for none."""

    text: str
    act: Act = Act.NONE
    slots: Mapping[str, Value] = field(default_factory=dict)
    unfit: Mapping[str, str] = field(default_factory=dict)
    intent: str = ""


@dataclass(frozen=True)
class Returned:
    """A wanted effect has come out: the slots it fills, or `error`, one sentence for the trace."""

    slots: Mapping[str, Value] = field(default_factory=dict)
    error: str = ""


@dataclass(frozen=True)
class Elapsed:
    """The time of the state, or of the flow, has run out."""


Said = Begun | Heard | Returned | Elapsed
