"""`say` to the customer and `note` for the team. The same `client_id` again is the same event; `confirmed`: it is sent although
a rule warned."""

from dataclasses import dataclass
from typing import Self
from uuid import UUID

from django.utils.translation import gettext_lazy as _

from apps.agents.casework import casework, speaking
from apps.agents.casework.macros import Run
from apps.agents.console.verbs import Fields, Verb
from apps.conversations.models import Event
from apps.conversations.wire import events, frames
from apps.conversations.wire.events import Frame
from apps.conversations.wire.fields import uuid_of
from apps.tenants.workspace.models import Member


@dataclass(frozen=True)
class Say(Verb, frame="say", steps={"reply": _("replies")}):
    conversation: UUID
    client_id: UUID
    text: str
    attachments: tuple[UUID, ...] = ()
    confirmed: bool = False

    @classmethod
    def read(cls, fields: Fields) -> Self:
        said, confirmed = frames.say(fields), fields.get("confirmed") is True
        return cls(uuid_of(fields, "conversation"), said.client_id, said.text, said.attachments, confirmed)

    @classmethod
    def as_step(cls, step: str, run: Run) -> Self:
        words = run.filled(getattr(run.macro, step))
        return cls(run.conversation.pk, run.id_of(step), words, confirmed=run.confirmed)

    def act(self, me: Member) -> Frame:
        try:
            event = self._write(me)
        except speaking.Stopped as stopped:
            stopped.record()
            raise
        return {**events.ack(self.client_id, event.seq, event.at), "conversation": str(self.conversation)}

    def _write(self, me: Member) -> Event:
        words = self.text, self.attachments
        return casework.say(self.conversation, me, self.client_id, *words, confirmed=self.confirmed)


class Note(Say, frame="note", steps={"note": _("leaves a note")}):
    def _write(self, me: Member) -> Event:
        return casework.note(self.conversation, me, self.client_id, self.text, self.attachments)
