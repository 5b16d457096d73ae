"""`mail`: a message that came by mail, with what was cut off of it, for its sender alone."""

from dataclasses import dataclass
from uuid import UUID

from apps.agents.channels.mail import kept_mails
from apps.agents.console.verbs import Verb
from apps.conversations.wire.events import Frame
from apps.tenants.workspace.models import Member


@dataclass(frozen=True)
class Mail(Verb, frame="mail"):
    conversation: UUID
    seq: int

    def act(self, me: Member) -> Frame:
        return kept_mails.show(self.conversation, me, self.seq)
