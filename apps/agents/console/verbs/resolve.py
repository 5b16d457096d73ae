"""`resolve`: the end of a conversation; `reopen` goes on with it."""

from dataclasses import dataclass
from typing import Annotated, Self
from uuid import UUID

from django.utils.translation import gettext_lazy as _

from apps.agents.casework import casework
from apps.agents.casework.macros import Run
from apps.agents.console.verbs import Verb
from apps.tenants.workspace.models import Member


@dataclass(frozen=True)
class Resolve(Verb, frame="resolve", bulk="resolve", steps={"resolve": _("resolves it")}):
    conversation: UUID
    reason: Annotated[str, 200] = ""

    @classmethod
    def as_step(cls, step: str, run: Run) -> Self:
        return cls(run.conversation.pk)

    def act(self, me: Member) -> None:
        casework.resolve(self.conversation, me, self.reason)


@dataclass(frozen=True)
class Reopen(Verb, frame="reopen"):
    conversation: UUID

    def act(self, me: Member) -> None:
        casework.reopen(self.conversation, me)
