"""`suggest`: what the bot would answer."""

from dataclasses import dataclass
from uuid import UUID

from apps.agents.casework import learning
from apps.agents.console.verbs import Verb
from apps.conversations.wire.events import Frame
from apps.tenants.workspace.models import Member


@dataclass(frozen=True)
class Suggest(Verb, frame="suggest"):
    asks_model = True

    conversation: UUID

    def act(self, me: Member) -> Frame:
        return learning.suggest(self.conversation, me)
