"""`rewrite`: help with the words in the composer."""

from dataclasses import dataclass
from typing import Annotated
from uuid import UUID

from django.utils.translation import gettext_lazy as _

from apps.agents.casework import drafting
from apps.agents.console.verbs import Verb
from apps.conversations.wire.events import Frame
from apps.tenants.refusal import Refusal
from apps.tenants.workspace.models import Member


@dataclass(frozen=True)
class Rewrite(Verb, frame="rewrite"):
    asks_model = True

    conversation: UUID
    client_id: UUID
    text: Annotated[str, drafting.LONGEST]
    how: Annotated[str, 20]

    def check(self) -> None:
        if not self.text:
            raise Refusal("bad_frame", _("Write something first."))
        if self.how not in drafting.HOWS:
            raise Refusal("bad_frame", _("Choose how to rewrite: %s.") % ", ".join(drafting.HOWS))

    def act(self, me: Member) -> Frame:
        return drafting.rewrite(self.conversation, me, self.client_id, self.text, self.how)
