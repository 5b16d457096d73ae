"""`macro`: the steps of one by the verbs that they are, in one transaction, so that either all are done or none."""

from dataclasses import dataclass
from uuid import UUID

from django.db import transaction
from django.utils.translation import gettext as _

from apps.agents.casework import casework, macros, speaking
from apps.agents.console.verbs import STEPS, Verb
from apps.agents.models import MacroRun
from apps.conversations.models import Conversation
from apps.conversations.wire.events import Frame
from apps.tenants.refusal import Refusal
from apps.tenants.workspace.models import Member


@dataclass(frozen=True)
class RunMacro(Verb, frame="macro"):
    conversation: UUID
    macro: int
    client_id: UUID
    confirmed: bool = False

    def act(self, me: Member) -> Frame:
        """→ `{type: macro_done, did: [step …]}`. The same `client_id` again does nothing more."""
        try:
            return self._done(me)
        except Refusal as error:
            if isinstance(error.__cause__, speaking.Stopped):
                error.__cause__.record()
            raise

    def _done(self, me: Member) -> Frame:
        macro = macros.seen_by(me).filter(pk=self.macro).select_related("to_team").first()
        if macro is None:
            raise Refusal("not_found", _("We can't find this macro."))
        casework.find(self.conversation)
        with transaction.atomic():
            rows = Conversation.objects.select_for_update(of=("self",)).select_related("visitor")
            row = rows.get(pk=self.conversation)
            known = MacroRun.objects.filter(pk=self.client_id).first()
            if known is None:
                _do(macros.Run(macro, row, me, self.client_id, self.confirmed))
                known = MacroRun.objects.create(
                    pk=self.client_id, macro=macro, conversation=row, member=me, title=macro.title, did=macro.steps
                )
            elif (known.member_id, known.conversation_id) != (me.pk, row.pk):
                raise Refusal("bad_frame", _("This client_id is taken. Use a new UUID."))
        told = {"conversation": str(self.conversation), "client_id": str(self.client_id)}
        return {"type": "macro_done", **told, "title": known.title, "did": known.did}


def _do(run: macros.Run) -> None:
    for step in run.macro.steps:
        try:
            STEPS[step].verb.as_step(step, run).act(run.me)
        except speaking.Warned:
            raise
        except Refusal as error:
            raise Refusal(error.code, _("Nothing was done. %s") % error) from error
