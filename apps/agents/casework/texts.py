"""Canned replies and macros as the console offers them; when one changes, open consoles are told to ask for them anew."""

from typing import Any

from django.db.models import Q
from django.db.models.signals import m2m_changed, post_delete, post_save

from apps.agents import notices
from apps.agents.casework import macros
from apps.agents.models import CannedReply, Macro, Team
from apps.conversations.wire.events import Frame
from apps.tenants import context
from apps.tenants.workspace.models import Member


def told(me: Member) -> dict[str, list[Frame]]:
    """Everybody's, those of my teams and my own."""
    mine = CannedReply.objects.filter(Q(member=None, team=None) | Q(member=me) | Q(team__members=me)).distinct()
    fields = ("id", "shortcut", "title", "text", "scope")
    return {"canned": [{name: getattr(reply, name) for name in fields} for reply in mine], "macros": macros.told(me)}


def _changed(**_: Any) -> None:
    here = context.get()
    if here and here.schema_name != context.PUBLIC_SCHEMA:
        notices.to_desk({"type": "texts_changed"})


for model in (CannedReply, Macro):
    for saved in (post_save, post_delete):
        saved.connect(_changed, sender=model, weak=False)
m2m_changed.connect(_changed, sender=Team.members.through, weak=False)
