"""`claim` a waiting customer, or a conversation that the bot or a colleague has; `decline` an offered one."""

from dataclasses import dataclass
from uuid import UUID

from django.utils.translation import gettext_lazy as _

from apps.agents.casework import casework
from apps.agents.console.verbs import Verb
from apps.tenants.refusal import Refusal
from apps.tenants.workspace.models import Member


@dataclass(frozen=True)
class Claim(Verb, frame="claim"):
    handover: UUID | None
    conversation: UUID | None

    def check(self) -> None:
        if self.handover is None and self.conversation is None:
            raise Refusal("bad_frame", _("Say which handover or conversation to claim."))

    def act(self, me: Member) -> None:
        if self.handover:
            casework.claim(self.handover, me)
        elif self.conversation:
            casework.take_over(self.conversation, me)


@dataclass(frozen=True)
class Decline(Verb, frame="decline"):
    handover: UUID

    def act(self, me: Member) -> None:
        casework.decline(self.handover, me)
