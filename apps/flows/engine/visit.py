"""A customer's stay in one state of a flow, for the counts: nothing of what was said."""

from dataclasses import dataclass
from enum import StrEnum


class Left(StrEnum):
    """How a state was left. `ON`: to another state, or by the flow's end."""

    NOT = ""
    ON = "on"
    AWAY = "away"
    HANDED_OVER = "handed_over"
    CANCELLED = "cancelled"


@dataclass(frozen=True)
class Visit:
    run: str
    flow: str
    state: str
    left: Left = Left.NOT
