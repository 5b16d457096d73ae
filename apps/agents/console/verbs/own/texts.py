"""`texts`: the canned replies and macros there are now, for a console that was told of a change."""

from dataclasses import dataclass

from apps.agents.casework import texts
from apps.agents.console.verbs import Verb
from apps.conversations.wire.events import Frame
from apps.tenants.workspace.models import Member


@dataclass(frozen=True)
class Texts(Verb, frame="texts"):
    def act(self, me: Member) -> Frame:
        return {"type": "texts", **texts.told(me)}
