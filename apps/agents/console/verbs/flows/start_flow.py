"""`start_flow`: begins a flow for the customer and leaves them to the bot, which asks its first question."""

from dataclasses import dataclass
from typing import Annotated
from uuid import UUID

from apps.agents.casework import flow_card, leading
from apps.agents.console.verbs import Verb
from apps.conversations.wire.events import Frame
from apps.tenants.workspace.models import Member


@dataclass(frozen=True)
class StartFlow(Verb, frame="start_flow"):
    conversation: UUID
    client_id: UUID
    flow: Annotated[str, 100]

    def act(self, me: Member) -> Frame:
        leading.start(self.conversation, me, self.client_id, self.flow)
        return flow_card.frame(self.conversation, self.client_id)
