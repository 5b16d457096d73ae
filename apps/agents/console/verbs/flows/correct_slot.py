"""`correct_slot`: what the customer's flow knows, as the agent knows it better; an empty text has it asked again."""

from dataclasses import dataclass
from typing import Annotated
from uuid import UUID

from apps.agents.casework import flow_card, leading
from apps.agents.console.verbs import Verb
from apps.conversations.wire.events import Frame
from apps.conversations.wire.frames import MOST_CHARACTERS
from apps.tenants.workspace.models import Member


@dataclass(frozen=True)
class CorrectSlot(Verb, frame="correct_slot"):
    conversation: UUID
    client_id: UUID
    slot: Annotated[str, 100]
    text: Annotated[str, MOST_CHARACTERS]

    def act(self, me: Member) -> Frame:
        leading.correct(self.conversation, me, self.client_id, self.slot, self.text)
        return flow_card.frame(self.conversation, self.client_id)
