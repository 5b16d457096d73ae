"""Replies that follow a customer by mail: written down with the reply, sent by an errand after a short wait, if they were not
read in the chat meanwhile. While the customer is there, it waits on."""

from datetime import timedelta
from typing import Any
from uuid import UUID

from django.db import transaction
from django.utils import timezone, translation
from django.utils.translation import gettext as _

from apps.agents.channels.mail import kept_mails, letter, server
from apps.agents.models import MailAccount, Mailing
from apps.agents.tickets import errands
from apps.conversations.ledger.pages import Page
from apps.conversations.live import here, publish
from apps.conversations.models import Conversation, Event
from apps.conversations.wire.events import Frame
from apps.tenants import email_address
from apps.tenants.refusal import Refusal
from apps.tenants.vault import encryption
from apps.tenants.workspace.models import Site

KIND = "mail"
LOOK_AGAIN = timedelta(seconds=60)  # while the customer is there and has not read it
State = Mailing.State


def owe(page: Page, event: Event) -> None:
    """Write down that this reply goes by mail, too; together with those that wait already."""
    account = MailAccount.objects.only("wait_minutes").first()
    row = page.conversation
    if account is None or row.visitor.blocked_at or not address_of(row):
        return
    mailing = Mailing.objects.select_for_update().filter(conversation=row, state=State.WAITING).first()
    if mailing:
        mailing.seqs = [*mailing.seqs, event.seq]
        mailing.save(update_fields=["seqs"])
    else:
        mailing = Mailing.objects.create(conversation=row, seqs=[event.seq])
        wait = timedelta(minutes=account.wait_minutes)
        errands.send(KIND, f"mail:{mailing.pk}", {"mailing": str(mailing.pk)}, after=wait)
    _tell(mailing)


def address_of(row: Conversation) -> str:
    """Where mail reaches the customer of a conversation: the address that was left in it, else the customer's."""
    for left in row.handovers.exclude(contact="").order_by("-requested_at"):
        contact = str(encryption.shown(left, "contact"))
        if email_address.is_one(contact):
            return contact
    known = str(encryption.shown(row.visitor, "email"))
    return known if email_address.is_one(known) else ""


def _give_up(payload: dict[str, Any], error: str) -> None:
    mailing = Mailing.objects.filter(pk=payload["mailing"]).first()
    if mailing:
        _end(mailing, State.FAILED, error)


@errands.doer(KIND, outside=True, given_up=_give_up)
def deliver(payload: dict[str, Any], key: str) -> None:
    """Delivers once; a worker that is killed after the server took the mail sends it again, with the same Message-ID."""
    taken = _take_up(UUID(payload["mailing"]))
    if taken is None:
        return
    account, mailing, to = taken
    with translation.override(Site.load().language):  # a failure is kept in words for the tenant's people
        if account is None:
            raise Refusal("unavailable", _("Mail is no longer set up."))
        message = letter.compose(account, mailing, mailing.conversation, to)
        errands.let_go()
        try:
            server.send(account, message, to)
        except server.NotTaken as refusal:
            _end(mailing, State.BOUNCED, str(refusal))
            return
    _end(mailing, State.SENT)


def _take_up(pk: UUID) -> tuple[MailAccount | None, Mailing, str] | None:
    """Fixes what goes. None when there is nothing to send any more. Raises errands.NotYet while the customer is there."""
    with transaction.atomic():
        rows = Mailing.objects.select_for_update(of=("self",)).select_related("conversation__visitor")
        mailing = rows.filter(pk=pk, state__in=(State.WAITING, State.GOING, State.FAILED)).first()
        if mailing is None:
            return None
        row, account = mailing.conversation, MailAccount.objects.first()
        to = "" if row.visitor.blocked_at else address_of(row)
        if mailing.state == State.WAITING:
            unread = [seq for seq in mailing.seqs if seq > row.visitor_read]
            if not unread or not to:
                _end(mailing, State.NEEDLESS)
                return None
            if here.seen(row.pk).here:
                raise errands.NotYet(timezone.now() + LOOK_AGAIN)
            mailing.seqs = unread
        if not to:
            _end(mailing, State.NEEDLESS)
            return None
        if account and not mailing.message_id:
            mailing.message_id = letter.message_id(account, mailing)
        mailing.state, mailing.error = State.GOING, ""
        mailing.save(update_fields=["seqs", "message_id", "state", "error"])
        _tell(mailing)
    return account, mailing, to


def _end(mailing: Mailing, state: str, error: str = "") -> None:
    with transaction.atomic():
        mailing.state, mailing.error, mailing.ended_at = state, error[:500], timezone.now()
        mailing.save(update_fields=["state", "error", "ended_at"])
        _tell(mailing)


def bounced(message_id: str, why: str) -> bool:
    """A mail server reported that it could not deliver it; → whether it is one of ours."""
    mailing = Mailing.objects.filter(message_id=message_id).exclude(message_id="").first()
    if mailing and mailing.state != State.BOUNCED:
        _end(mailing, State.BOUNCED, why)
    return mailing is not None


def told(row: Conversation) -> Frame:
    """A conversation's mail as the console shows it: `to`, the address that replies go to when the customer has gone, and
    `mailed`, what became of those that went, and which messages came so."""
    may = MailAccount.objects.exists() and not row.visitor.blocked_at
    return {
        "to": address_of(row) if may else "",
        "mailed": [
            *(_frame(each) for each in Mailing.objects.filter(conversation=row).exclude(state=State.NEEDLESS)),
            *kept_mails.told(row),
        ],
    }


def _frame(mailing: Mailing) -> Frame:
    return {"seqs": mailing.seqs, "state": mailing.state, **({"error": mailing.error} if mailing.error else {})}


def _tell(mailing: Mailing) -> None:
    frame: Frame = {"type": "mailed", **_frame(mailing)}
    transaction.on_commit(lambda: publish.send(mailing.conversation_id, frame, audience=publish.TEAM))
