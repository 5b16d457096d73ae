"""`end_flow`: the customer is in no flow any more."""

from dataclasses import dataclass
from uuid import UUID

from apps.agents.casework import flow_card, leading
from apps.agents.console.verbs import Verb
from apps.conversations.wire.events import Frame
from apps.tenants.workspace.models import Member


@dataclass(frozen=True)
class EndFlow(Verb, frame="end_flow"):
    conversation: UUID
    client_id: UUID

    def act(self, me: Member) -> Frame:
        leading.end(self.conversation, me, self.client_id)
        return flow_card.frame(self.conversation, self.client_id)
