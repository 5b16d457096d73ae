"""`reveal`: a sensitive value of the customer's flow, for its sender alone; the security log keeps that it was read."""

from dataclasses import dataclass
from typing import Annotated
from uuid import UUID

from apps.agents.casework import leading
from apps.agents.console.verbs import Verb
from apps.conversations.wire.events import Frame
from apps.tenants.workspace.models import Member


@dataclass(frozen=True)
class Reveal(Verb, frame="reveal"):
    conversation: UUID
    slot: Annotated[str, 100]

    def act(self, me: Member) -> Frame:
        return leading.reveal(self.conversation, me, self.slot)
