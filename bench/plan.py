"""The orders to a crowd and its report: both travel as JSON between two processes."""

from dataclasses import dataclass, field
from typing import Any, Literal


@dataclass(frozen=True)
class Console:
    """An agent's socket and the conversations open in it (at most 20)."""

    cookie: str
    conversations: list[str]


@dataclass(frozen=True)
class Plan:
    """`echo`: anything that comes back is the answer. `talk`: the ack and, with consoles, the frame on an agent's socket (its
    inbox row where `by_inbox`). `ask`: the bot's message, or that it hands over. `tokens`: one a customer; more than
    `customers` are for those who come later. `texts` are said in this order, from the beginning again when they are over."""

    kind: Literal["echo", "talk", "ask"]
    port: int
    host: str
    customers: int
    tokens: list[str]
    texts: list[str]
    seconds: float
    rate: float | None = None
    consoles: list[Console] = field(default_factory=list)
    by_inbox: bool = False


@dataclass
class Outcome:
    """`ends`: (client_id, due, acked, answered) of each, seconds of this machine's clock since the epoch. `client`: this
    process's share of a core. `behind`: what was due and never said. `refused`: said, and refused by
    the tenant's plan."""

    ends: list[tuple[str, float, float, float]] = field(default_factory=list)
    seconds: float = 0.0
    handed_over: int = 0
    unanswered: int = 0
    behind: int = 0
    refused: int = 0
    lines_lost: int = 0
    client: float = 0.0
    errors: list[str] = field(default_factory=list)


def read(fields: dict[str, Any]) -> Plan:
    return Plan(**{**fields, "consoles": [Console(**console) for console in fields["consoles"]]})
