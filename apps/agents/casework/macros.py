"""Macros: what an agent does again and again, kept as one. Their form, who sees which, and who ran one when.

The steps stand in one order that is always right (reply before passing on, resolving last), so nobody has to sort them.
"""

from django.db.models import Q, QuerySet

from apps.agents.models import Macro
from apps.conversations.wire.events import Frame
from apps.tenants.workspace.models import Member


def seen_by(me: Member) -> QuerySet[Macro]:
    """Everybody's, those of my teams and my own."""
    mine = Q(member=None, team=None) | Q(member=me) | Q(team__in=me.teams.all())
    return Macro.objects.filter(mine)


def told(me: Member) -> list[Frame]:
    """The macros as the console offers them; `steps` says what will be done before anything is."""
    fields = ("id", "shortcut", "title", "steps", "scope")
    return [{name: getattr(macro, name) for name in fields} for macro in seen_by(me)]
