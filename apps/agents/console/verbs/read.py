"""`read`: up to which number the team has read, and with it what calls the reader."""

from dataclasses import dataclass
from uuid import UUID

from apps.agents.casework import calling, casework
from apps.agents.console.verbs import Verb
from apps.conversations.live import publish
from apps.conversations.wire import events
from apps.tenants.workspace.models import Member


@dataclass(frozen=True)
class Read(Verb, frame="read"):
    conversation: UUID
    seq: int

    def act(self, me: Member) -> None:
        row = casework.find(self.conversation)
        seq = min(self.seq, row.last_seq)
        called = calling.read(row.pk, me, seq)
        if new := row.read_by_team(seq):
            publish.send(row.pk, events.read("agent", seq))
        if new or called:
            publish.nudge(row.pk)
