"""`ticket`: what is left to be done when the conversation is over."""

from dataclasses import dataclass
from typing import Annotated
from uuid import UUID

from apps.agents.casework import casework
from apps.agents.console.verbs import Verb
from apps.agents.tickets import tickets
from apps.tenants.workspace.models import Member


@dataclass(frozen=True)
class Ticket(Verb, frame="ticket"):
    conversation: UUID
    client_id: UUID
    subject: Annotated[str, 200]

    def act(self, me: Member) -> None:
        tickets.of_conversation(casework.find(self.conversation), me, self.subject, self.client_id)
