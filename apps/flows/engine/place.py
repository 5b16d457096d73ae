"""The conversation's place in a flow: plain data stored on the conversation, read by agents, moved by the engine alone."""

from collections.abc import Mapping
from dataclasses import asdict, dataclass, field
from typing import Any

Value = str | float | bool | None


@dataclass(frozen=True)
class Place:
    """`run`: this walk through the flow, an id of its own. `at`: the action of the state that is next, or waits.

    `awaiting`: what the flow waits for ("" when it waits for nothing): `slots`, `yes_no`, `intent`, `approval`, `resume` (the
    flow was paused, and the customer is asked whether to go on). `asked`: the slots that were asked for last. `attempts`:
    "state/slot" → how often an answer did not do. `calls`: how many effects this run has wanted, so that each has a key of its
    own. `moved_at`: POSIX seconds of the last move. `under`: the places of the flows that wait until this one has ended.
    """

    run: str
    flow: str
    state: str
    at: int = 0
    slots: Mapping[str, Value] = field(default_factory=dict)
    awaiting: str = ""
    asked: tuple[str, ...] = ()
    attempts: Mapping[str, int] = field(default_factory=dict)
    calls: int = 0
    restarts: int = 0
    moved_at: float = 0.0
    under: tuple["Place", ...] = ()

    def stored(self) -> dict[str, Any]:
        return asdict(self)

    @classmethod
    def read(cls, facts: Mapping[str, Any]) -> "Place":
        known = {name: facts[name] for name in cls.__dataclass_fields__ if name in facts}
        known["asked"] = tuple(known.get("asked", ()))
        known["under"] = tuple(cls.read(each) for each in known.get("under", ()))
        return cls(**known)
