"""`customer`: what an agent writes on the card; `merge` two of them into one; `block` one, or those of many conversations."""

from dataclasses import dataclass
from typing import Any, ClassVar, Self
from uuid import UUID

from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from apps.agents.casework import casework, contacts
from apps.agents.console.verbs import Fields, Verb
from apps.conversations.customer import visitors
from apps.conversations.live import publish
from apps.conversations.models import Visitor
from apps.conversations.wire import about
from apps.conversations.wire.events import Frame
from apps.conversations.wire.fields import uuid_of
from apps.conversations.wire.frames import email_of, text_of
from apps.tenants.refusal import Refusal
from apps.tenants.workspace.models import Member


@dataclass(frozen=True)
class Describe(Verb, frame="customer"):
    """An agent's changes to the customer's card; fields that are not named stay."""

    visitor: UUID
    changes: dict[str, Any]

    @classmethod
    def read(cls, fields: Fields) -> Self:
        changes: dict[str, Any] = {}
        for name, most in (("name", 100), ("phone", 32), ("notes", 2_000)):
            if fields.get(name) is not None:
                changes[name] = text_of(fields, name, most)
        if fields.get("email") is not None:
            changes["email"] = email_of(fields) if fields["email"] else ""
        if fields.get("attributes") is not None:
            changes["attributes"] = about.attributes_of(fields["attributes"])
        if not changes:
            raise Refusal("bad_frame", _("Say what to change: name, email, phone, notes or attributes."))
        return cls(uuid_of(fields, "visitor"), changes)

    def act(self, me: Member) -> None:
        contacts.describe(self.visitor, self.changes)


@dataclass(frozen=True)
class Merge(Verb, frame="merge"):
    visitor: UUID
    other: UUID

    def act(self, me: Member) -> Frame:
        return contacts.merge(self.visitor, self.other, me)


@dataclass(frozen=True)
class Block(Verb, frame="block"):
    """A blocked visitor's messages are refused (`not_found`); open sockets hear of it at once."""

    visitor: UUID
    on: bool

    def act(self, me: Member) -> None:
        if not Visitor.objects.filter(pk=self.visitor).update(blocked_at=timezone.now() if self.on else None):
            raise Refusal("not_found", _("We can't find this visitor."))
        rooms = visitors.rooms_of(self.visitor)
        for conversation in rooms:
            publish.to_group(publish.group(conversation), {"type": "visitor.blocked", "on": self.on})
        publish.nudge(*rooms)


@dataclass(frozen=True)
class BlockOfMany(Verb, bulk="block"):
    """The visitor of one of the chosen conversations."""

    conversation: UUID
    on: ClassVar[bool] = True

    def act(self, me: Member) -> None:
        Block(casework.find(self.conversation).visitor_id, self.on).act(me)


class UnblockOfMany(BlockOfMany, bulk="unblock"):
    on = False
