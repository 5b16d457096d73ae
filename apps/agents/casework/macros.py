"""Macros: steps that an agent takes again and again, kept as one. Their form, who sees which, and who ran one when.

The steps stand in one order that is always right (reply before passing on, resolving last), so nobody has to sort them.
"""

from dataclasses import dataclass
from uuid import UUID, uuid5

from django.db.models import Q, QuerySet
from django.utils.translation import gettext as _

from apps.agents import blanks
from apps.agents.models import Macro
from apps.conversations.models import Conversation
from apps.conversations.wire.events import Frame
from apps.tenants.refusal import Refusal
from apps.tenants.workspace.models import Member, Site


def seen_by(me: Member) -> QuerySet[Macro]:
    """Everybody's, those of my teams and my own."""
    mine = Q(member=None, team=None) | Q(member=me) | Q(team__in=me.teams.all())
    return Macro.objects.filter(mine)


def told(me: Member) -> list[Frame]:
    """The macros as the console offers them; `steps` says what will be done before anything is."""
    fields = ("id", "shortcut", "title", "steps", "scope")
    return [{name: getattr(macro, name) for name in fields} for macro in seen_by(me)]


@dataclass(frozen=True)
class Run:
    """A macro that somebody runs in a conversation: what its steps are made of. `confirmed`: its reply goes although a rule
    warned."""

    macro: Macro
    conversation: Conversation
    me: Member
    client_id: UUID
    confirmed: bool = False

    def id_of(self, step: str) -> UUID:
        """A message's own id, which follows from the run's, so that it too exists once."""
        return uuid5(self.client_id, step)

    def filled(self, text: str) -> str:
        """Fills in the blanks. Raises Refusal for one that nobody knows."""
        words = blanks.fill(text, blanks.values(self.conversation.visitor, self.me, Site.load()))
        if blank := blanks.left(words):
            raise Refusal("bad_frame", _("We don't know what to put for %s.") % blank)
        return words.strip()
