"""A flow as it runs: states with actions and transitions, and the slots that it fills. Frozen; `loading` alone makes it."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any

from apps.flows.definition.actions import Action, Approve, Ask

DEFAULT = "default"  # the condition of the transition that is taken when no other holds
ATTEMPTS = 3


@dataclass(frozen=True)
class Choice:
    """One value of an enumeration: what is stored, what its button shows, what else people call it."""

    value: str
    label: str = ""
    synonyms: tuple[str, ...] = ()

    @property
    def shown(self) -> str:
        return self.label or self.value


@dataclass(frozen=True)
class Slot:
    """One thing that a flow has to know. `kind` is one of `apps.flows.slots`.

    `pattern`: RE2, for an id. `minimum` and `maximum`: of a number or an amount. `currency`: of an amount, as in ISO 4217.
    `direction`: "past" or "future", of a day that may not be on the other side of today. `region`: two letters, the country
    whose phone numbers need no country code. `check`: a condition that has to hold of the value; `invalid` is what the customer
    hears where it does not, `example` a value that would do. `sensitive`: sealed where it is stored, masked where it is shown.
    `opening`: the customer's first words fill it, where they say more than the wish alone. `hide`: what may not be shown of a
    value, as the tenant's filters have it; none where the flow is only tried.
    """

    name: str
    kind: str = "text"
    prompt: str = ""
    label: str = ""
    pattern: str = ""
    choices: tuple[Choice, ...] = ()
    check: str = ""
    invalid: str = ""
    example: str = ""
    required: bool = True
    sensitive: bool = False
    opening: bool = False
    default: str | float | bool | None = None
    attempts: int = ATTEMPTS
    minimum: float | None = None
    maximum: float | None = None
    currency: str = ""
    direction: str = ""
    region: str = ""
    hide: Callable[[str], str] | None = field(default=None, compare=False, repr=False)

    def hides(self, value: object) -> bool:
        """Whether people see this value masked."""
        return self.sensitive or (self.hide is not None and self.hide(str(value)) != str(value))

    @property
    def shown(self) -> str:
        return self.label or self.name.replace("_", " ")

    def offered(self, values: Sequence[str]) -> tuple[Choice, ...]:
        """The answers that a colleague who fills it chooses from; none where they type it. `values`: the action's own choices.
        Yes and no have no label: each reader reads them in their own language."""
        labels = {choice.value: choice.label for choice in self.choices}
        found = values or tuple(labels) or (("yes", "no") if self.kind == "yes_no" else ())
        return tuple(Choice(value, labels.get(value, "") or ("" if value in ("yes", "no") else value)) for value in found)


@dataclass(frozen=True)
class Transition:
    condition: str
    target: str


@dataclass(frozen=True)
class State:
    """`timeout`: seconds without a word of the customer after which the flow goes to `on_timeout` (0: the flow's own).
    `on_error`: the state to go to when a call fails or a condition cannot be computed; "" is a person."""

    name: str
    actions: tuple[Action, ...] = ()
    transitions: tuple[Transition, ...] = ()
    label: str = ""
    timeout: float = 0.0
    on_timeout: str = ""
    on_error: str = ""

    @property
    def shown(self) -> str:
        return self.label or self.name


@dataclass(frozen=True)
class Intent:
    """A wish that a flow serves, with sentences in which people say it."""

    name: str
    examples: tuple[str, ...] = ()
    counterexamples: tuple[str, ...] = ()


@dataclass(frozen=True)
class Triggers:
    """The beginnings of a flow: an intent that is understood, a button's words, a keyword in what is said."""

    intents: tuple[Intent, ...] = ()
    buttons: tuple[str, ...] = ()
    keywords: tuple[str, ...] = ()


Filled = Mapping[str, str | float | bool | None]
FAILS, TIMES_OUT = "fails", "times out"  # a call's answer, where it has none


@dataclass(frozen=True)
class Expected:
    """Expectations of a line: all of them have to hold. An expectation that is empty is none.

    `ended`: `no`, `yes` (in whichever way), or one of `apps.flows.engine.step.Ended`. `contains`: words that the bot has to
    have said in answer to it.
    """

    ended: str = ""
    state: str = ""
    slots: Filled = field(default_factory=dict)
    contains: tuple[str, ...] = ()


@dataclass(frozen=True)
class Turn:
    """A line of the customer. `form`: the values of a form that is sent with it."""

    say: str
    expected: Expected = Expected()
    form: Filled | None = None


@dataclass(frozen=True)
class Dialogue:
    """An example: the lines that customers say, and what has to come of them.

    `answers`: a call's name → what comes back each time, the last one from then on: slots, FAILS or TIMES_OUT. `approvals`: a
    slot → what colleagues answer, None where nobody does in time. `now`: the moment at which it is played, ISO 8601; "" is that
    of the playing. `at`: its place among the flow's dialogues.
    """

    turns: tuple[Turn, ...]
    name: str = ""
    answers: Mapping[str, tuple[Filled | str, ...]] = field(default_factory=dict)
    approvals: Mapping[str, tuple[str | float | bool | None, ...]] = field(default_factory=dict)
    now: str = ""
    at: int = 0


@dataclass(frozen=True)
class Definition:
    """A flow. It begins in its first state. `timeout`: seconds after which a flow that nobody goes on with ends.

    `slots` holds the declared ones, or, where none is, those that are asked for; `implied` those that an action fills without a
    declaration (the answer to a confirmation, to a colleague's approval). `memo` keeps what was computed of the flow once, as
    its compiled conditions; it is no part of it.
    """

    name: str
    states: Mapping[str, State]
    slots: Mapping[str, Slot] = field(default_factory=dict)
    triggers: Triggers = Triggers()
    title: str = ""
    description: str = ""
    language: str = ""
    timeout: float = 1800.0
    steps_shown: bool = False
    implied: Mapping[str, Slot] = field(default_factory=dict)
    dialogues: tuple[Dialogue, ...] = ()
    memo: dict[str, Any] = field(default_factory=dict, init=False, repr=False, compare=False)

    @property
    def shown(self) -> str:
        return self.title or self.name

    @property
    def first(self) -> State:
        return next(iter(self.states.values()))

    @property
    def intents(self) -> Sequence[Intent]:
        return self.triggers.intents

    @cached_property
    def colleagues(self) -> frozenset[str]:
        """The slots that only a colleague's answer fills, whatever customers say."""
        actions = [action for state in self.states.values() for action in state.actions]
        asked = {name for action in actions if isinstance(action, Ask) for name in action.slots}
        return frozenset(action.slot for action in actions if isinstance(action, Approve)) - asked

    @cached_property
    def told(self) -> Sequence[Slot]:
        """The slots that are read from what customers say."""
        return [slot for name, slot in self.slots.items() if name not in self.colleagues]

    @cached_property
    def known(self) -> Mapping[str, Slot]:
        """Every slot that may hold something."""
        return {**self.slots, **self.implied}
