"""`snooze`: out of sight until then, or until the customer speaks."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Self
from uuid import UUID

from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from apps.agents.casework import casework
from apps.agents.casework.macros import Run
from apps.agents.console.verbs import Verb
from apps.tenants.workspace.models import Member


@dataclass(frozen=True)
class Snooze(Verb, frame="snooze", bulk="snooze", steps={"snooze": _("snoozes it")}):
    conversation: UUID
    until: datetime | None

    @classmethod
    def as_step(cls, step: str, run: Run) -> Self:
        return cls(run.conversation.pk, timezone.now() + timedelta(hours=run.macro.snooze_hours or 0))

    def act(self, me: Member) -> None:
        casework.file(self.conversation, snoozed_until=self.until)
