"""The conversation's place in a flow: plain data stored on the conversation, read by agents, moved by the engine alone."""

from collections.abc import Mapping
from dataclasses import asdict, dataclass, field
from enum import StrEnum
from typing import Any

Value = str | float | bool | None


class Awaiting(StrEnum):
    NOTHING = ""
    SLOTS = "slots"
    YES_NO = "yes_no"
    INTENT = "intent"
    EFFECT = "effect"
    COLLEAGUE = "colleague"


@dataclass(frozen=True)
class Place:
    """`run`: this walk through the flow, an id of its own. `at`: the action of the state that is next, or waits.

    `awaiting`: what the flow waits for. `asked`: the slots that were asked for last. `skipped`: optional ones that the customer
    left out. `derived`: slots that the flow filled itself, by a call, a confirmation or `set` → those they rest on; they fall
    when one of these is corrected. `decided`: the slots by which the way went so far. `trail`: the asking actions that were
    passed, as (state, at), oldest first. `attempts`: "state/slot" → how often an answer did not do. `steps`: states entered
    since the customer last spoke. `calls`: effects that this run wanted, so that each has a key of its own. `moved_at`: POSIX
    seconds of the last move. `under`: the places of the flows that wait until this one has ended, the nearest first. `offered`:
    another flow that the customer asked for meanwhile, and is asked when; `later`: those that begin when this one is done.
    `handed`: the number of the event by which an agent left it to the bot; until it has moved, the flow speaks first.
    `confidential`: something sensitive is among what was asked for. `due`: POSIX seconds until which a colleague's answer is
    waited for; `answered`: it came, or did not in time, and all that the customer had said before was heard.
    """

    run: str
    flow: str
    state: str
    at: int = 0
    slots: Mapping[str, Value] = field(default_factory=dict)
    awaiting: Awaiting = Awaiting.NOTHING
    asked: tuple[str, ...] = ()
    confidential: bool = False
    skipped: tuple[str, ...] = ()
    derived: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    decided: tuple[str, ...] = ()
    trail: tuple[tuple[str, int], ...] = ()
    attempts: Mapping[str, int] = field(default_factory=dict)
    intent: str = ""
    language: str = ""
    steps: int = 0
    calls: int = 0
    restarts: int = 0
    moved_at: float = 0.0
    under: tuple["Place", ...] = ()
    offered: str = ""
    later: tuple[str, ...] = ()
    handed: int = 0
    due: float = 0.0
    answered: bool = False

    def stored(self) -> dict[str, Any]:
        return asdict(self)

    @classmethod
    def read(cls, facts: Mapping[str, Any]) -> "Place":
        known = {name: facts[name] for name in cls.__dataclass_fields__ if name in facts}
        for name in ("asked", "skipped", "decided", "later"):
            known[name] = tuple(known.get(name, ()))
        known["derived"] = _rests(known.get("derived", {}), known.get("slots", {}))
        known["trail"] = tuple((state, at) for state, at in known.get("trail", ()))
        known["under"] = tuple(cls.read(each) for each in known.get("under", ()))
        known["awaiting"] = Awaiting(known.get("awaiting", ""))
        return cls(**known)

    @property
    def asking(self) -> str:
        """The key of the question to a colleague whose answer it waits for; "" where it waits for none."""
        return f"{self.run}:{self.calls - 1}" if self.awaiting == Awaiting.COLLEAGUE else ""

    def asks(self, key: str) -> bool:
        """Whether it, or a flow beneath it, waits for the answer to the question of this key."""
        return bool(key) and (self.asking == key or any(each.asks(key) for each in self.under))

    def knows(self, slot: str) -> bool:
        return self.slots.get(slot) not in (None, "")


def _rests(derived: Any, slots: Mapping[str, Value]) -> dict[str, tuple[str, ...]]:
    """A place of before this was remembered has names alone: each of them rests on everything."""
    if isinstance(derived, Mapping):
        return {name: tuple(others) for name, others in derived.items()}
    return {name: tuple(each for each in slots if each != name) for name in derived}
