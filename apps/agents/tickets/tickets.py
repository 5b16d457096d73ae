"""Tickets: what a conversation leaves to be done. A left message becomes one, once, whatever is killed meanwhile.

The Handover row with its address is the truth; the errand keeps the tries; the ticket's unique key makes it one.
"""

from datetime import datetime, timedelta
from functools import partial
from smtplib import SMTPException
from typing import Any
from uuid import UUID

from django.conf import settings
from django.core.mail import EmailMessage
from django.db import transaction
from django.db.models import Q, QuerySet
from django.utils import timezone, translation
from django.utils.translation import gettext as _

from apps.agents.models import DeskSettings, Errand, Ticket
from apps.agents.tickets import errands, webhook
from apps.conversations.guarding import outward
from apps.conversations.live import publish
from apps.conversations.models import Conversation, Event, Filing, Handover
from apps.conversations.wire import events
from apps.tenants import email_address
from apps.tenants.refusal import Refusal
from apps.tenants.vault import encryption
from apps.tenants.workspace.models import Member, Site

TOLD = 20  # messages of the conversation that stand in the ticket


def of_message(handover: UUID | str) -> None:
    """A customer left an address because nobody was there."""
    row = Handover.objects.filter(pk=handover).exclude(contact="").first()
    if row:
        key = f"handover:{row.pk}"
        errand = errands.send("ticket", key, {"handover": str(row.pk)})
        errands.run(errand.pk)


def of_filing(filing: UUID | str) -> None:
    """The bot promised a ticket."""
    row = Filing.objects.filter(pk=filing, filed_at=None).first()
    if row:
        payload = {"conversation": str(row.conversation_id), "subject": row.subject, "filing": str(row.pk)}
        errands.run(errands.send("ticket", f"filing:{row.pk}", payload).pk)


def of_conversation(conversation: Conversation, by: Member, subject: str, client_id: UUID) -> Errand:
    """An agent's click; the same `client_id` again is the same ticket."""
    payload = {"conversation": str(conversation.pk), "subject": subject, "assignee": str(by.pk)}
    return errands.send("ticket", f"click:{client_id}", payload)


@errands.doer("ticket")
def make(payload: dict[str, Any], key: str) -> None:
    handover = Handover.objects.filter(pk=payload["handover"]).first() if "handover" in payload else None
    conversation = Conversation.objects.get(pk=handover.conversation_id if handover else payload["conversation"])
    filing = Filing.objects.filter(pk=payload["filing"]).first() if "filing" in payload else None
    site, desk = Site.load(), DeskSettings.load()
    left, name = (handover, "contact") if handover else (conversation.visitor, "email")
    contact = encryption.shown(left, name)
    asked = str(handover.summary.get("asked", "")) if handover else str(payload.get("subject", ""))
    with translation.override(site.language):
        subject = payload.get("subject") or asked or _("Message from %s") % (contact or conversation.visitor)
    ticket, new = Ticket.objects.get_or_create(
        key=key,
        defaults={
            "subject": " ".join(str(subject).split())[:200],
            "body": "\n\n".join(filter(None, [filing.body if filing else "", _transcript(conversation)])),
            "reference": filing.reference if filing else "",
            "conversation": conversation,
            "contact": contact,
            "assignee_id": payload.get("assignee"),
            "due_at": _due(site, desk) if handover else timezone.now() + timedelta(hours=desk.ticket_hours),
        },
    )
    if filing:
        Filing.objects.filter(pk=filing.pk, filed_at=None).update(filed_at=timezone.now())
    if new:
        publish.nudge(conversation.pk)
        if desk.ticket_email:
            errands.send("email", f"ticket:{ticket.pk}:email", {"ticket": ticket.pk, "to": desk.ticket_email})
        webhook.announce(ticket, webhook.CREATED)


def _due(site: Site, desk: DeskSettings) -> datetime:
    """When the customer was told to hear from us: when the shop opens. While it is open nothing was said of when."""
    return site.next_opening() or timezone.now() + timedelta(hours=desk.ticket_hours)


def change(tickets: QuerySet[Ticket], **wanted: Any) -> int:
    """Give these tickets another status or assignee, and tell the tenant's system; → how many were not so before."""
    changed = 0
    for pk in tickets.values_list("pk", flat=True):
        with transaction.atomic():
            ticket = Ticket.objects.select_for_update(of=("self",)).get(pk=pk)
            new = [name for name, value in wanted.items() if getattr(ticket, name) != value]
            if new:
                for name in new:
                    setattr(ticket, name, wanted[name])
                ticket.save(update_fields=new)
                announce(ticket, new)
                changed += 1
    return changed


def announce(ticket: Ticket, changed: list[str]) -> None:
    """Tells the tenant's system, and the consoles in which the conversation stands as owed an answer or not."""
    webhook.announce(ticket, webhook.UPDATED, changed)
    if ticket.conversation_id:
        transaction.on_commit(partial(publish.nudge, ticket.conversation_id))


def deliveries(ticket: Ticket) -> QuerySet[Errand]:
    """The errands owed for this ticket, the making of it included, oldest first."""
    own = Q(key=ticket.key) | Q(key__startswith=f"ticket:{ticket.pk}:")
    return Errand.objects.filter(own).order_by("pk")


@errands.doer("email", outside=True)
def deliver(payload: dict[str, Any], key: str) -> None:
    """Delivers at least once: a mail server that took the message and lost the line gets it again under the same Message-ID."""
    ticket = Ticket.objects.get(pk=payload["ticket"])
    headers = {"Message-ID": f"<{key.replace(':', '.')}.{ticket.key.replace(':', '.')}@yingda>"}
    contact = encryption.shown(ticket, "contact")
    reply_to = [contact] if email_address.is_one(contact) else None  # a mail's header takes nothing else
    subject, body = (outward.leaving(text, ticket.conversation_id) for text in (str(ticket), ticket.body))
    mail = EmailMessage(subject, body, settings.DEFAULT_FROM_EMAIL, [payload["to"]], reply_to=reply_to, headers=headers)
    with translation.override(Site.load().language):  # a failure is kept in words for the tenant's people
        if settings.EMAIL_BACKEND.endswith("smtp.EmailBackend") and not settings.EMAIL_HOST:
            raise Refusal("unavailable", _("This installation has no mail server (EMAIL_URL)."))
        errands.let_go()
        try:
            mail.send(fail_silently=False)
        except (SMTPException, OSError) as error:
            raise Refusal("unavailable", _("The mail server did not accept it: %s") % error) from error


def _transcript(conversation: Conversation) -> str:
    """The newest words of people and the bot. The product's own sentences repeat the address, which is sealed there."""
    said = conversation.events.filter(kind=Event.Kind.MESSAGE).exclude(author=Event.Author.SYSTEM)
    newest = said.order_by("-seq")[:TOLD]
    lines = []
    for event in reversed(newest):
        name = event.body.get("author", {}).get("name") or event.get_author_display()
        lines.append(f"{name}: {events.words(event.body)}")
    return "\n\n".join(lines)
