"""`decide`: the answer to what a customer's flow asks a colleague; the bot keeps the conversation and goes on."""

from dataclasses import dataclass
from typing import Annotated
from uuid import UUID

from apps.agents.casework import deciding
from apps.agents.console.verbs import Verb
from apps.conversations.wire.events import Frame
from apps.conversations.wire.frames import MOST_CHARACTERS
from apps.tenants.workspace.models import Member


@dataclass(frozen=True)
class Decide(Verb, frame="decide"):
    decision: UUID
    client_id: UUID
    answer: Annotated[str, MOST_CHARACTERS]

    def act(self, me: Member) -> Frame:
        deciding.answer(self.decision, me, self.client_id, self.answer)
        return {"type": "decided", "decision": str(self.decision), "client_id": str(self.client_id)}
