"""Running a macro: its steps by casework's own verbs, in one transaction, so that either all are done or none."""

from collections.abc import Callable
from datetime import timedelta
from uuid import UUID, uuid5

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from apps.agents import blanks
from apps.agents.casework import casework, macros
from apps.agents.models import Macro, MacroRun
from apps.conversations.models import Conversation
from apps.conversations.wire.events import Frame
from apps.tenants.refusal import Refusal
from apps.tenants.workspace.models import Member, Site


def run(conversation: UUID, me: Member, macro: int, client_id: UUID) -> Frame:
    """`{type: macro_done, did: [step …]}`. The same `client_id` again does nothing more. Raises Refusal with nothing done."""
    found = macros.seen_by(me).filter(pk=macro).select_related("to_team").first()
    if found is None:
        raise Refusal("not_found", _("We can't find this macro."))
    casework.find(conversation)
    with transaction.atomic():
        row = Conversation.objects.select_for_update(of=("self",)).select_related("visitor").get(pk=conversation)
        known = MacroRun.objects.filter(pk=client_id).first()
        if known is None:
            doing = _steps(found, row, me, client_id)
            for step in found.steps:
                try:
                    doing[step]()
                except Refusal as error:
                    raise Refusal(error.code, _("Nothing was done. %s") % error) from error
            known = MacroRun.objects.create(
                pk=client_id, macro=found, conversation=row, member=me, title=found.title, did=found.steps
            )
        elif (known.member_id, known.conversation_id) != (me.pk, row.pk):
            raise Refusal("bad_frame", _("This client_id is taken. Use a new UUID."))
    return {
        "type": "macro_done",
        "conversation": str(conversation),
        "client_id": str(client_id),
        "title": known.title,
        "did": known.did,
    }


def _steps(macro: Macro, row: Conversation, me: Member, client_id: UUID) -> dict[str, Callable[[], object]]:
    """Each step as a verb. Messages get ids of their own that follow from the run's, so that they too exist once."""
    known = blanks.values(row.visitor, me, Site.load())

    def filled(text: str) -> str:
        words = blanks.fill(text, known)
        if blank := blanks.left(words):
            raise Refusal("bad_frame", _("We don't know what to put for %s.") % blank)
        return words.strip()

    def to_team() -> None:
        if macro.to_team is None:
            raise Refusal("not_found", _("The team of “%s” was deleted; choose another one in the admin.") % macro.title)
        casework.transfer(row.pk, me, {"team": macro.to_team.pk})

    def later() -> None:
        casework.snooze(row.pk, timezone.now() + timedelta(hours=macro.snooze_hours or 0))

    return {
        "reply": lambda: casework.say(row.pk, me, uuid5(client_id, "reply"), filled(macro.reply)),
        "note": lambda: casework.note(row.pk, me, uuid5(client_id, "note"), filled(macro.note)),
        "tags": lambda: casework.add_tags(row.pk, macro.tags),
        "priority": lambda: casework.prioritise(row.pk, macro.priority or 0),
        "team": to_team,
        "bot": lambda: casework.transfer(row.pk, me, {"bot": True}),
        "snooze": later,
        "resolve": lambda: casework.resolve(row.pk, me),
    }
