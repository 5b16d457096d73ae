"""`tag`: the tags of a conversation, all of them at once; many conversations and macros add theirs to those that are there."""

from dataclasses import dataclass
from typing import Self
from uuid import UUID

from django.utils.translation import gettext_lazy as _

from apps.agents.casework import casework
from apps.agents.casework.macros import Run
from apps.agents.console.verbs import Verb
from apps.agents.models import Case
from apps.conversations.ledger import pages
from apps.conversations.wire.fields import MOST_TAGS
from apps.tenants.refusal import Refusal
from apps.tenants.workspace.models import Member


@dataclass(frozen=True)
class Tag(Verb, frame="tag"):
    conversation: UUID
    tags: list[str]

    def act(self, me: Member) -> None:
        casework.file(self.conversation, tags=list(dict.fromkeys(self.tags)))


class AddTags(Tag, bulk="tag", steps={"tags": _("adds tags")}):
    @classmethod
    def as_step(cls, step: str, run: Run) -> Self:
        return cls(run.conversation.pk, run.macro.tags)

    def act(self, me: Member) -> None:
        """Adds tags to those that are there, in order; refuses more than a conversation can have."""
        casework.find(self.conversation)
        with pages.page(self.conversation) as page:
            case, _new = Case.objects.get_or_create(conversation=page.conversation)
            case.tags = list(dict.fromkeys([*case.tags, *self.tags]))
            if len(case.tags) > MOST_TAGS:
                raise Refusal("bad_frame", _("A conversation can have at most %d tags.") % MOST_TAGS)
            case.save(update_fields=["tags"])
