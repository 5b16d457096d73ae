"""`hand_back`: the bot goes on where the customer's flow stands."""

from dataclasses import dataclass
from uuid import UUID

from apps.agents.casework import flow_card, leading
from apps.agents.console.verbs import Verb
from apps.conversations.wire.events import Frame
from apps.tenants.workspace.models import Member


@dataclass(frozen=True)
class HandBack(Verb, frame="hand_back"):
    conversation: UUID
    client_id: UUID

    def act(self, me: Member) -> Frame:
        leading.hand_back(self.conversation, me, self.client_id)
        return flow_card.frame(self.conversation, self.client_id)
