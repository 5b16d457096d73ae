"""`skip_to`: another step of the customer's flow."""

from dataclasses import dataclass
from typing import Annotated
from uuid import UUID

from apps.agents.casework import flow_card, leading
from apps.agents.console.verbs import Verb
from apps.conversations.wire.events import Frame
from apps.tenants.workspace.models import Member


@dataclass(frozen=True)
class SkipTo(Verb, frame="skip_to"):
    conversation: UUID
    client_id: UUID
    state: Annotated[str, 100]

    def act(self, me: Member) -> Frame:
        leading.skip(self.conversation, me, self.client_id, self.state)
        return flow_card.frame(self.conversation, self.client_id)
