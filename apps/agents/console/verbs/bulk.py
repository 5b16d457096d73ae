"""`bulk`: one verb on many conversations, each on its own, so that one that can't be done holds up no other."""

from dataclasses import dataclass
from typing import Self
from uuid import UUID

from django.utils.translation import gettext_lazy as _

from apps.agents.console.verbs import BULK, Fields, Verb
from apps.conversations.models import Conversation
from apps.conversations.wire.events import Frame
from apps.conversations.wire.fields import uuid_of, uuids_of
from apps.tenants.refusal import Refusal
from apps.tenants.workspace.models import Member

MOST_AT_ONCE = 100


@dataclass(frozen=True)
class Bulk(Verb, frame="bulk"):
    client_id: UUID
    verb: str
    each: dict[UUID, Verb]

    @classmethod
    def read(cls, fields: Fields) -> Self:
        own, chosen, name = uuid_of(fields, "client_id"), uuids_of(fields, "conversations", MOST_AT_ONCE), fields.get("verb")
        if not isinstance(name, str) or name not in BULK:
            raise Refusal("bad_frame", _("Choose what to do with them: %s.") % ", ".join(BULK))
        return cls(own, name, {conversation: BULK[name].on_one_of_many(conversation, fields) for conversation in chosen})

    def act(self, me: Member) -> Frame:
        """→ `{done: [id …], refused: [{conversation, name, message}]}`. What is done already counts as done."""
        done: list[str] = []
        refused: list[Frame] = []
        for conversation, verb in self.each.items():
            try:
                verb.act(me)
                done.append(str(conversation))
            except Refusal as error:
                refused.append({"conversation": str(conversation), "name": _name(conversation), "message": str(error)})
        told = {"client_id": str(self.client_id), "verb": self.verb}
        return {"type": "bulk_done", **told, "done": done, "refused": refused}


def _name(conversation: UUID) -> str:
    found = Conversation.objects.filter(pk=conversation).select_related("visitor").first()
    return str(found.visitor) if found else ""
