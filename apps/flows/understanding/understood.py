"""A message as it was understood."""

from collections.abc import Mapping
from dataclasses import dataclass, field

from apps.flows.definition.definition import Definition
from apps.flows.engine.place import Value
from apps.flows.engine.said import Heard


@dataclass(frozen=True)
class Understood:
    """`heard` moves the flow that runs. `wished`: the flow that is surely asked for; `likely`: one that may be offered;
    `rivals`: those that fit about as well, between which the customer is asked. `slots`: of the flow wished for."""

    heard: Heard
    wished: str = ""
    likely: str = ""
    rivals: tuple[str, ...] = ()
    slots: Mapping[str, Value] = field(default_factory=dict)
    is_question: bool = False


def begin_words(definition: Definition) -> str:
    """The words of a button that begins the flow."""
    return definition.triggers.buttons[0] if definition.triggers.buttons else definition.shown
