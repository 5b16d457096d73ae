"""Handing a conversation to people, and what the customer is told then. Each verb is one transaction on the ledger."""

from collections.abc import Mapping
from typing import Any
from uuid import UUID

from django.utils import translation
from django.utils.translation import gettext as _

from apps.conversations import events, ledger, metrics, people, progress
from apps.conversations.models import Conversation, Event, Handover, Owner, Turn
from apps.tenants.workspace.models import Site


def request(
    page: ledger.Page,
    reason: Handover.Reason,
    *,
    said: str = "",
    summary: Mapping[str, Any] | None = None,
    turn: Turn | None = None,
) -> Handover:
    """Put the conversation into the queue: the Handover row, a sentence to the customer, the owner. `said` comes before it.

    A conversation that already waits for a person gets no second request; the first one stays.
    """
    conversation, site = page.conversation, Site.load()
    waiting = conversation.handovers.filter(done_at=None).first()
    online = people.online(site)
    language = conversation.language or site.language
    with translation.override(language):
        sentence = f"{said} {_next(site, language, online)}".strip()
    who = events.author(Event.Author.BOT, site.name)
    page.append(Event.Kind.MESSAGE, Event.Author.BOT, events.message_body(who, sentence), turn=turn)
    page.pass_to(Owner.QUEUE, online=online)
    if online:
        conversation.waiting_since = conversation.waiting_since or page.now
    else:
        conversation.waiting_since = None  # told honestly that nobody is there: this is the end of the question
    metrics.HANDOVERS.labels(reason).inc()
    if waiting:
        return waiting
    return Handover.objects.create(
        conversation=conversation, turn=turn, reason=reason, summary=dict(summary or {}), online=online
    )


def ask_for_person(conversation: UUID, reason: str = "") -> None:
    """The customer pressed “talk to a person”. Already queued or with a person: nothing changes."""
    with ledger.page(conversation) as page:
        if page.conversation.owner != Owner.BOT or page.conversation.closed_at:
            return
        request(page, Handover.Reason.ASKED, summary={"asked": reason or last_words(page)})
    progress.supersede_now(conversation, page.conversation.epoch)


def leave_contact(conversation: UUID, email: str, name: str) -> None:
    """The customer's address for the answer. The message is taken; the bot stays at hand for other questions."""
    with ledger.page(conversation) as page:
        visitor = page.conversation.visitor
        visitor.email, visitor.name = email, name or visitor.name
        visitor.save(update_fields=["email", "name"])
        page.conversation.handovers.filter(done_at=None).update(contact=email)
        site = Site.load()
        language = page.conversation.language or site.language
        with translation.override(language):
            text = _taken(site, language, email)
        page.append(Event.Kind.MESSAGE, Event.Author.SYSTEM, events.message_body(events.author("system"), text))
        if page.conversation.owner == Owner.QUEUE and not people.online(site):
            page.pass_to(Owner.BOT, online=False)
            page.conversation.waiting_since = None


def is_unattended(conversation: Conversation) -> bool:
    """In the queue since a moment when nobody was there, and nobody is there now: the bot may go on meanwhile."""
    promised = conversation.handovers.filter(done_at=None, online=False).exists()
    return promised and not people.online(Site.load())


def take_back(conversation: Conversation) -> Conversation:
    """The bot owns an unattended conversation again; the handover stays open for the team."""
    with ledger.page(conversation.pk) as page:
        page.pass_to(Owner.BOT, online=False)
    return page.conversation


def last_words(page: ledger.Page) -> str:
    said = page.conversation.events.filter(kind=Event.Kind.MESSAGE, author=Event.Author.VISITOR).last()
    return str(said.body["text"])[:500] if said else ""


def _next(site: Site, language: str, online: bool) -> str:
    if online:
        return _("I'm handing you over to a person. They usually reply in %d minutes.") % site.reply_minutes
    back = people.when_back(site, language)
    if back:
        return _("No one is online right now. Leave your e-mail and we'll answer by %s.") % back
    return _("No one is online right now. Leave your e-mail and we'll answer as soon as we can.")


def _taken(site: Site, language: str, email: str) -> str:
    back = people.when_back(site, language)
    if back:
        return _("Thank you. We'll write to %(email)s by %(back)s. I'm still here for other questions.") % {
            "email": email,
            "back": back,
        }
    return _("Thank you. We'll write to %s as soon as we can. I'm still here for other questions.") % email
