"""A colleague's answer to what a flow asks, while the bot keeps the conversation.

Whoever answers first has answered: the fence is the row, on the conversation's ledger page. The answer stands in the history as
a note, and is held to the same as a customer's.
"""

from collections.abc import Mapping
from typing import Any
from uuid import UUID
from zoneinfo import ZoneInfo

from django.utils import timezone
from django.utils.translation import gettext as _

from apps.agents.casework import casework, places
from apps.agents.models import Team
from apps.conversations import decisions
from apps.conversations.ledger import pages
from apps.conversations.models import Conversation, Decision, Event
from apps.conversations.wire import events
from apps.conversations.wire.events import Frame
from apps.flows.definition import templates
from apps.flows.definition.definition import Slot
from apps.flows.engine.place import Value
from apps.tenants.refusal import Refusal
from apps.tenants.vault import encryption
from apps.tenants.workspace.models import Member, Role, Site

MOST = 50


def cards(me: Member) -> list[Frame]:
    """The questions that this agent may answer, the most pressing first."""
    rows = Decision.objects.open().select_related("conversation__visitor").order_by("due_at", "pk")
    teams = _teams(me)
    return [_card(row) for row in rows[: 2 * MOST] if _is_for(row, me, teams)][:MOST]


def answer(decision: UUID, me: Member, client_id: UUID, text: str) -> None:
    """Answers and lets the flow go on. Raises Refusal: `taken`, with the name, when a colleague was faster."""
    row = Decision.objects.filter(pk=decision).first()
    if row is None:
        raise Refusal("not_found", _("We can't find this question."))
    if not _is_for(row, me, _teams(me)):
        raise Refusal("not_yours", _("This is a question to “%s”.") % row.team)
    with pages.page(row.conversation_id) as page:
        if casework.said_before(page, client_id, me):
            return
        row.refresh_from_db()
        if row.ended_at:
            raise _over(row)
        facts = encryption.shown(row, "facts")
        value, shown = _value(row, facts, page.conversation, text.strip())
        decisions.settle(page, row, value, Decision.How.ANSWERED, me)
        told = _("Answered “%(question)s”: %(answer)s") % {"question": facts.get("question", ""), "answer": shown}
        body = {"author": events.author("agent", str(me)), "text": told}
        page.append(Event.Kind.NOTE, Event.Author.AGENT, body, member=me, client_id=client_id)


def _teams(me: Member) -> dict[str, bool]:
    """The teams there are → whether this is one of theirs."""
    mine = set(Team.objects.filter(members=me).values_list("name", flat=True))
    return {name: name in mine for name in Team.objects.values_list("name", flat=True)}


def _is_for(row: Decision, me: Member, teams: Mapping[str, bool]) -> bool:
    """A team's question is for the team, and for who runs the desk; that of a team which is none is for everybody."""
    return me.role in (Role.OWNER, Role.OPERATOR) or teams.get(row.team, True)


def _card(row: Decision) -> Frame:
    facts = encryption.shown(row, "facts")
    told = {name: facts.get(name, "") for name in ("question", "flow", "state", "label", "kind")}
    return {
        "decision": str(row.pk),
        "conversation": str(row.conversation_id),
        "visitor": row.conversation.visitor.name,
        "team": row.team,
        "asked_at": events.moment(row.asked_at),
        "due_at": events.moment(row.due_at),
        **told,
        "choices": facts.get("choices", []),
        "fields": facts.get("fields", []),
    }


def _over(row: Decision) -> Refusal:
    if row.how == Decision.How.ANSWERED:
        return Refusal("taken", _("%s has answered this already.") % (row.answered_by or _("a colleague")))
    if row.how == Decision.How.LATE:
        return Refusal("closed", _("The time for this answer was over; the bot has gone on without it."))
    return Refusal("closed", _("This is no longer asked: the customer has gone on, or is with a person."))


def _value(row: Decision, facts: Mapping[str, Any], conversation: Conversation, text: str) -> tuple[Value, str]:
    """→ (what fills the slot, how people read it)"""
    if not text:
        raise Refusal("bad_frame", _("Choose or write an answer."))
    labels = {each["value"]: each["label"] for each in facts.get("choices", ())}
    if labels and text not in labels:
        raise Refusal("bad_frame", _("Choose one of the answers that are offered."))
    slot = Slot(row.slot, facts.get("kind", "text"))
    if labels:
        value = text == "yes" if slot.kind == "yes_no" else text
        return value, labels[text] or {"yes": _("yes"), "no": _("no")}.get(text, text)
    return _typed(row, slot, conversation, text)


def _typed(row: Decision, slot: Slot, conversation: Conversation, text: str) -> tuple[Value, str]:
    from apps.flows.understanding import typed  # its readers of days and phone numbers are heavy

    place, flows = places.of(conversation), places.flows(conversation)
    definition = flows.get(place.flow) if place else None
    if place is None or definition is None:
        raise Refusal("not_found", _("The customer is in no flow any more."))
    now = timezone.now().astimezone(ZoneInfo(Site.load().timezone))
    slot = definition.known.get(row.slot, slot)
    value, reason = typed.read(definition, slot, text, place.slots, now)
    if reason:
        raise Refusal("bad_frame", reason)
    return value, templates.shown(slot, value)
