"""`original`: a masked message as it was written, for its sender alone; the security log keeps that it was read."""

from dataclasses import dataclass
from uuid import UUID

from apps.agents.casework import originals
from apps.agents.console.verbs import Verb
from apps.conversations.wire.events import Frame
from apps.tenants.workspace.models import Member


@dataclass(frozen=True)
class Original(Verb, frame="original"):
    conversation: UUID
    seq: int

    def act(self, me: Member) -> Frame:
        return originals.show(self.conversation, me, self.seq)
