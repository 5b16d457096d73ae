"""`priority`: how soon a conversation is served, from 0 to 3."""

from dataclasses import dataclass
from typing import Self
from uuid import UUID

from django.utils.translation import gettext_lazy as _

from apps.agents.casework import casework
from apps.agents.casework.macros import Run
from apps.agents.console.verbs import Verb
from apps.agents.models import Case
from apps.tenants.refusal import Refusal
from apps.tenants.workspace.models import Member


@dataclass(frozen=True)
class Priority(Verb, frame="priority", steps={"priority": _("sets the priority")}):
    conversation: UUID
    priority: int

    def check(self) -> None:
        if self.priority not in dict(Case.PRIORITIES):
            raise Refusal("bad_frame", _("A priority must be a number from 0 to 3."))

    @classmethod
    def as_step(cls, step: str, run: Run) -> Self:
        return cls(run.conversation.pk, run.macro.priority or 0)

    def act(self, me: Member) -> None:
        casework.file(self.conversation, priority=self.priority)
