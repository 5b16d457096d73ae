"""Questions of flows to colleagues: asked with the turn, ended once, and the flow goes on. Each verb is on a ledger page."""

from collections.abc import Mapping
from datetime import UTC, datetime

from django.db import transaction

from apps.conversations.bot.leading.asking import Asking
from apps.conversations.ledger import pages
from apps.conversations.live import backlog, progress, publish
from apps.conversations.models import Conversation, Decision, Owner
from apps.flows.engine import guiding
from apps.flows.engine.place import Place, Value
from apps.tenants import due
from apps.tenants.vault import encryption
from apps.tenants.workspace.models import Member

ASKED = "conversations.asked"  # what the sweeper of questions without an answer listens to


def ask(page: pages.Page, asking: Asking) -> None:
    """The question as a row, once for its key. A question that it takes the place of is over."""
    pages.drop_decisions([page])
    until = datetime.fromtimestamp(asking.due, UTC)
    facts = {name: getattr(asking, name) for name in ("run", "state", "slot", "team", "facts")}
    told = {"conversation": page.conversation, "asked_at": page.now, "due_at": until}
    Decision.objects.get_or_create(key=asking.key, defaults=facts | told)
    due.tell(ASKED, max(until - page.now, due.AT_ONCE))
    transaction.on_commit(publish.decisions)


def settle(page: pages.Page, decision: Decision, value: Value, how: str, by: Member | None = None) -> bool:
    """Ends a question: `value` is what fills its slot, "" when nobody answered. False when it has ended already.

    The flow speaks next, in a turn of its own. An answer of the bot that was on its way knows nothing of the decision and can
    no longer be stored; what the customer had said for it is read in that turn.
    """
    if not Decision.objects.filter(pk=decision.pk).end(how, page.now, by):
        return False
    ended = [told(decision, how, by)]
    transaction.on_commit(lambda: publish.decisions(ended))
    place = _decided(page, decision, value)
    if place:
        _go_on(page, place)
    return True


def elapse(decision: Decision) -> bool:
    """Nobody has answered in time. False when it ended meanwhile."""
    with pages.page(decision.conversation_id) as page:
        overdue = Decision.objects.due(page.now).filter(pk=decision.pk).first()
        return overdue is not None and settle(page, overdue, "", Decision.How.LATE)


def told(decision: Decision, how: str, by: Member | None = None) -> Mapping[str, str]:
    """The end of a question, for the desk."""
    return {"decision": str(decision.pk), "how": how, "by": str(by) if by else ""}


def _decided(page: pages.Page, decision: Decision, value: Value) -> Place | None:
    conversation = page.conversation
    facts = encryption.shown(conversation, "flow")
    if not facts:
        return None
    heard = 0 if conversation.is_waiting else conversation.last_seq
    return guiding.answered(Place.read(facts), decision.key, decision.slot, value, page.now.timestamp(), seq=heard)


def _go_on(page: pages.Page, place: Place) -> None:
    conversation = page.conversation
    conversation.stand(place.stored())
    conversation.pass_to(Owner.BOT)
    if conversation.is_waiting or place.answered:
        conversation.wait(page.now)
        _wake(conversation)


def _wake(conversation: Conversation) -> None:
    pk, epoch = conversation.pk, conversation.epoch
    transaction.on_commit(lambda: progress.supersede_now(pk, epoch))
    transaction.on_commit(lambda: backlog.put([pk]))
