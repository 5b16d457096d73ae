"""Handing a conversation to people, and what the customer is told then. Each verb is one transaction on the ledger."""

from collections.abc import Callable, Mapping
from typing import Any
from uuid import UUID

import structlog
from django.db import transaction
from django.utils import translation
from django.utils.translation import gettext as _

from apps.conversations import metrics, need, people, promise
from apps.conversations.bot.wish import is_wanted
from apps.conversations.ledger import pages
from apps.conversations.live import progress
from apps.conversations.models import Cause, Conversation, Event, Handover, Owner, Turn
from apps.conversations.wire import events
from apps.tenants import email_address
from apps.tenants.tasks import enqueue
from apps.tenants.vault import encryption
from apps.tenants.workspace.models import Site

log = structlog.get_logger(__name__)


def request(
    page: pages.Page,
    cause: Cause,
    *,
    said: str = "",
    asked: str = "",
    summary: Mapping[str, Any] | None = None,
    turn: Turn | None = None,
) -> Handover:
    """Put the conversation into the queue: the Handover row, a sentence to the customer, the owner. `said` comes before it;
    `asked`: the need in the customer's own words for it, else it is read from what they said.

    A conversation that already waits for a person gets no second request; the first one is taken up again.
    """
    conversation, site = page.conversation, Site.load()
    summed_up = need.told(conversation, summary or {}, asked)
    online = people.online()
    if cause == Cause.ASKED:
        _log_wish(page, "button" if turn is None else "said", online)
    known = "" if online else _known(page)
    _say(page, site, told(site, _language(conversation, site), online=online, said=said, known=known), turn)
    handover = conversation.handovers.open().first() or Handover(
        conversation=conversation, turn=turn, reason=cause, requested_at=page.now
    )
    handover.summary = summed_up
    place = None
    if online:
        conversation.wait(page.now)
        place = handover.wait(page.now)
        enqueue("agents.dispatch")
    else:
        conversation.settle()  # told honestly that nobody is there: this is the end of the question
        handover.leave(page.now, online=False)
        _take(handover, known)
    page.pass_to(Owner.QUEUE, online=online, position=place, left=bool(known) or None)
    metrics.HANDOVERS.labels(cause).inc()
    return handover


def give_up(page: pages.Page, handover: Handover) -> None:
    """Nobody came in time, or the last agent left: the customer is told so, unless it is what they were told last, and offered
    the message form."""
    site = Site.load()
    busy, known = people.online(), _known(page)

    def sentence(language: str) -> str:
        return promise.sorry(site, language, known) if busy else promise.absent(site, language, known)

    if handover.sorry != handover.why(online=busy):
        _say(page, site, _for(page.conversation, site, sentence), None)
    page.pass_to(Owner.QUEUE, online=False, left=bool(known) or None)
    page.conversation.settle()
    handover.leave(page.now, online=busy)
    _take(handover, known)


def told(site: Site, language: str, *, online: bool, said: str = "", known: str = "") -> str:
    """The text a customer reads when a person is called: `said`, and what happens next. `known`: an address we have."""
    with translation.override(language):
        gap = "" if said.endswith("。") else " "  # Chinese leaves none after its stop
        return f"{said}{gap}{_next(site, language, online, known)}".strip()


def ask_for_person(conversation: UUID, reason: str = "") -> None:
    """The customer pressed “talk to a person”. Already queued or with a person: nothing changes."""
    with pages.page(conversation) as page:
        if not page.conversation.is_open:
            return
        if not page.conversation.is_the_bots:
            _log_wish(page, "button", page.conversation.is_with_person or people.online())
            return
        request(page, Cause.ASKED, asked=reason)
    progress.supersede_now(conversation, page.conversation.epoch)


def wished_again(row: Conversation, question: str) -> None:
    """A wish for a person from somebody who is in the queue already: nothing to do but to keep the record of it."""
    if is_wanted(question):
        log.info("person_wanted", conversation=str(row.pk), how="said", owner=row.owner, reached="queue")


def _log_wish(page: pages.Page, how: str, online: bool) -> None:
    """One line a wish, whatever became of it: proof that asking for a person is never swallowed."""
    wish = {"conversation": str(page.conversation.pk), "how": how, "owner": page.conversation.owner}
    transaction.on_commit(lambda: log.info("person_wanted", **wish, reached="queue" if online else "message_form"))


def leave_contact(conversation: UUID, email: str, name: str, *, phone: str = "") -> None:
    """The customer's address or number for the answer. The message is taken; the bot stays at hand for other questions."""
    contact = email or phone
    with pages.page(conversation) as page:
        visitor = page.conversation.visitor
        given = {"email" if email else "phone": contact, "name": name or visitor.name}
        told = [field for field in given if field not in visitor.vouched]  # somebody's word changes nothing that was signed
        for field in told:
            setattr(visitor, field, given[field])
        visitor.save(update_fields=told)
        open_one = page.conversation.handovers.open().first() or _unasked(page)
        _take(open_one, contact)
        site = Site.load()
        text = _for(page.conversation, site, lambda language: promise.taken(site, language, contact))
        page.append(Event.Kind.MESSAGE, Event.Author.SYSTEM, events.message_body(events.author("system"), text))
        if page.conversation.is_queued and not people.online():
            page.pass_to(Owner.BOT, online=False)
            page.conversation.settle()


def is_unattended(conversation: Conversation) -> bool:
    """Nobody came in time, or nobody was there and nobody is there now: the bot may go on meanwhile."""
    left = conversation.handovers.unattended().first()
    return left is not None and (left.online or not people.online())


def take_back(conversation: Conversation) -> Conversation:
    """The bot owns an unattended conversation again; the handover stays open for the team."""
    with pages.page(conversation.pk) as page:
        page.pass_to(Owner.BOT, online=False)
    return page.conversation


def _unasked(page: pages.Page) -> Handover:
    """An address left without a wish before it is a message all the same."""
    unasked = Handover(conversation=page.conversation, reason=Cause.ASKED, summary=need.told(page.conversation, {}))
    unasked.leave(page.now, online=False)
    return unasked


def _say(page: pages.Page, site: Site, sentence: str, turn: Turn | None) -> None:
    who = events.author(Event.Author.BOT, site.name)
    body = events.message_body(who, sentence.strip(), language=_language(page.conversation, site), courtesy=True)
    page.append(Event.Kind.MESSAGE, Event.Author.BOT, body, turn=turn)


def _language(conversation: Conversation, site: Site) -> str:
    return conversation.language or site.language


def _for(conversation: Conversation, site: Site, sentence: Callable[[str], str]) -> str:
    language = _language(conversation, site)
    with translation.override(language):
        return sentence(language)


def _next(site: Site, language: str, online: bool, known: str) -> str:
    if online:
        return _("I'm handing you over to a person. They usually reply in %d minutes.") % site.reply_minutes
    return promise.absent(site, language, known)


def _known(page: pages.Page) -> str:
    """The address that need not be asked for: what the site vouches for, or what was left in this conversation before."""
    kind, visitor = people.asks(), page.conversation.visitor
    if kind and (kind in visitor.vouched or visitor.introductions.filter(given__contains=[kind]).exists()):
        return str(encryption.shown(visitor, kind))
    left = page.conversation.handovers.exclude(contact="").order_by("-requested_at").first() if kind else None
    contact = str(encryption.shown(left, "contact")) if left else ""
    return contact if email_address.is_one(contact) == (kind == people.EMAIL) else ""


def _take(handover: Handover, contact: str) -> None:
    """The message is taken, if there is an address to answer to: it becomes a ticket."""
    if contact:
        handover.answer_to(contact)
        enqueue("agents.take_message", handover=str(handover.pk))
