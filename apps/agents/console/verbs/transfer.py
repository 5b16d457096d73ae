"""`transfer`: to an agent who is there, to a team's queue, or back to the bot."""

from dataclasses import dataclass
from typing import Any, Self
from uuid import UUID

from django.utils.translation import gettext_lazy as _

from apps.agents.casework import casework
from apps.agents.casework.macros import Run
from apps.agents.console.verbs import Fields, Verb
from apps.conversations.wire.fields import uuid_of
from apps.conversations.wire.frames import MOST_CHARACTERS, seq_of, text_of
from apps.tenants.refusal import Refusal
from apps.tenants.workspace.models import Member


@dataclass(frozen=True)
class Transfer(
    Verb, frame="transfer", bulk="team", steps={"team": _("passes it on to a team"), "bot": _("passes it on to the bot")}
):
    conversation: UUID
    to: dict[str, Any]
    note: str = ""

    @classmethod
    def read(cls, fields: Fields) -> Self:
        raw = fields.get("to")
        to: dict[str, Any] = {}
        if isinstance(raw, dict) and raw.get("agent") is not None:
            to = {"agent": uuid_of(raw, "agent")}
        elif isinstance(raw, dict) and raw.get("team") is not None:
            to = {"team": seq_of(raw, "team")}
        elif not isinstance(raw, dict) or raw.get("bot") is not True:
            raise Refusal("bad_frame", _("Say to whom: an agent, a team or the bot."))
        return cls(uuid_of(fields, "conversation"), to, text_of(fields, "note", MOST_CHARACTERS))

    @classmethod
    def on_one_of_many(cls, conversation: UUID, fields: Fields) -> Self:
        return cls(conversation, {"team": seq_of(fields, "team")})

    @classmethod
    def as_step(cls, step: str, run: Run) -> Self:
        if step == "bot":
            return cls(run.conversation.pk, {})
        if run.macro.to_team is None:
            raise Refusal("not_found", _("The team of “%s” was deleted; choose another one in the admin.") % run.macro.title)
        return cls(run.conversation.pk, {"team": run.macro.to_team.pk})

    def act(self, me: Member) -> None:
        casework.transfer(self.conversation, me, self.to, self.note)
