"""A message as it was understood."""

from collections.abc import Mapping
from dataclasses import dataclass, field

from apps.flows.definition.definition import Definition
from apps.flows.engine.place import Awaiting, Place, Value
from apps.flows.engine.said import Act, Heard


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

    def answers(self, place: Place) -> bool:
        """Whether the words are something that the flow which stands there takes itself."""
        steers = self.heard.act in (Act.CANCEL, Act.START_OVER, Act.REPEAT, Act.BACK, Act.WAIT)
        if steers or self.heard.slots or self.heard.unfit:
            return True
        waits = place.awaiting in (Awaiting.YES_NO, Awaiting.SLOTS)
        return (waits and self.heard.act != Act.NONE) or (place.awaiting == Awaiting.INTENT and not self.is_question)


def begin_words(definition: Definition) -> str:
    """The words of a button that begins the flow."""
    return definition.triggers.buttons[0] if definition.triggers.buttons else definition.shown
