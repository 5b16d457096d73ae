"""A plan of faults for the order system, for tests and the chaos run: it stalls, fails and answers twice as it is told.

A server without `--faults` has none and no address to make one at.
"""

import random
from dataclasses import dataclass, field
from threading import Lock
from typing import Any

KINDS = ("stall", "late", "fail", "busy", "cut", "lost", "torn", "twice", "huge", "nonsense", "redirect", "refuse")


@dataclass(frozen=True)
class Fault:
    """`how`: stall (before anything is done), late (done, and then it stalls), fail (500) and busy (429, nothing is done), cut
    (the line breaks before anything is done), lost (after) and torn (in the middle of the answer), twice (two answers), huge,
    nonsense (no JSON), redirect, refuse (400); "" is none."""

    how: str = ""
    seconds: float = 0.0


@dataclass
class Plan:
    """The faults of the next requests in order, and after them at random by their shares."""

    next: list[Fault] = field(default_factory=list)
    shares: dict[str, float] = field(default_factory=dict)
    seconds: float = 2.0
    dice: random.Random = field(default_factory=lambda: random.Random(1))  # noqa: S311
    lock: Lock = field(default_factory=Lock)

    def change(self, told: dict[str, Any]) -> None:
        """`{"next": [{"how": "stall", "seconds": 3}], "shares": {"late": 0.1}, "seconds": 2, "seed": 7}`; what is left out is
        emptied."""
        with self.lock:
            self.next = [Fault(_known(each["how"]), float(each.get("seconds", 0))) for each in told.get("next", ())]
            self.shares = {_known(how): float(share) for how, share in told.get("shares", {}).items()}
            self.seconds = float(told.get("seconds", self.seconds))
            self.dice = random.Random(told.get("seed", 1))  # noqa: S311

    def draw(self) -> Fault:
        with self.lock:
            if self.next:
                return self.next.pop(0)
            point = self.dice.random()
            for how, share in self.shares.items():
                if point < share:
                    return Fault(how, self.seconds)
                point -= share
        return Fault()


def _known(how: str) -> str:
    if how and how not in KINDS:
        raise ValueError(f"{how} is no fault")
    return how
