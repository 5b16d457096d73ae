"""Mails that come back: an answer is said in its conversation by the same verb as in the widget, once for its Message-ID; a
report of a failure marks the reply as bounced. All else is left where it is."""

from collections.abc import Iterable
from datetime import timedelta

import structlog
from django.db import DatabaseError
from django.utils import timezone, translation
from django.utils.translation import gettext as _

from apps.agents import metrics
from apps.agents.channels import hearing
from apps.agents.channels.mail import kept_mails, mailbox, mailings, reading, server
from apps.agents.models import MailAccount, Received
from apps.agents.tickets import errands, ways_out
from apps.tenants import due
from apps.tenants.refusal import Refusal
from apps.tenants.tasks import enqueue
from apps.tenants.workspace.models import Site

log = structlog.get_logger(__name__)

KIND = "inbox"  # its ways out
SET_UP = "agents.mailbox"  # what the sweeper listens to
EVERY = timedelta(seconds=60)
AGAIN = ("unavailable", "too_fast")


@due.sweeper("agents.inbox", every=EVERY.total_seconds(), after=(SET_UP, "agents.read_mail"))
def inbox() -> timedelta | None:
    """Due every minute where the tenant's mailbox is read."""
    if not MailAccount.objects.exclude(imap_host="").exists():
        return None
    enqueue("agents.read_mail")
    return EVERY


def look() -> int:
    """Take what has come in the tenant's mailbox; → how many mails were looked at. One reader at a time."""
    with ways_out.way(KIND) as free:
        account = MailAccount.objects.exclude(imap_host="").first() if free else None
        if account is None or not _begin(account):
            return 0
        seen = 0
        with translation.override(Site.load().language):
            try:
                for each in _come(account):
                    if isinstance(each, mailbox.Come):
                        take(each.raw)
                    _read_up_to(account, each.place if isinstance(each, mailbox.Come) else each)
                    seen += 1
                problem = ""
            except Refusal as refusal:
                problem = str(refusal)
                log.warning("mailbox_not_read", error=problem)
        MailAccount.objects.filter(pk=account.pk).update(reading_until=None, problem=problem[:500])
        return seen


def _begin(account: MailAccount) -> bool:
    """Takes the mailbox for this worker, for as long as a look may last; one that dies leaves it to the next."""
    free = MailAccount.objects.filter(pk=account.pk).exclude(reading_until__gt=timezone.now())
    until = timezone.now() + timedelta(seconds=server.WHOLE_SECONDS * 2)
    return bool(free.update(reading_until=until))


def _come(account: MailAccount) -> Iterable[mailbox.Come | mailbox.Place]:
    since = None if account.generation is None else mailbox.Place(account.generation, account.read_up_to)
    errands.let_go()
    return mailbox.look(account, since)


def _read_up_to(account: MailAccount, place: mailbox.Place) -> None:
    MailAccount.objects.filter(pk=account.pk).update(generation=place.generation, read_up_to=place.uid)


def take(raw: bytes) -> str:
    """One mail; → what it was: answer, bounce, automatic, stranger, known, refused or unreadable."""
    try:
        what = _taken(reading.read(raw) if raw else None)
    except (Refusal, DatabaseError, OSError) as error:
        if not isinstance(error, Refusal) or error.code in AGAIN:
            raise  # it is looked at again in a minute
        what = "refused"
    except Exception:  # one mail that nobody can read keeps no other from being read
        log.exception("mail_not_read")
        what = "unreadable"
    metrics.MAILS.labels(what).inc()
    return what


def _taken(found: reading.Answer | reading.Bounce | None) -> str:
    if found is None:
        return "unreadable"
    if Received.objects.filter(message_id=found.message_id).exists():
        return "known"
    if isinstance(found, reading.Bounce):
        what = "bounce" if mailings.bounced(found.of, found.why) else "stranger"
    elif found.automatic:
        what = "automatic"
    else:
        what = "answer" if _said(found) else "stranger"
    if what != "stranger":
        Received.objects.get_or_create(message_id=found.message_id, defaults={"what": what})
    return what


def _said(answer: reading.Answer) -> bool:
    if answer.conversation is None:
        return False
    heard = hearing.Heard(answer.message_id, answer.text or _("(empty mail)"), answer.files)
    said = hearing.hear(answer.conversation, heard, answer_to=mailings.address_of)
    if said:
        kept_mails.keep(*said, whole=answer.whole, checks=answer.checks)
    return said is not None
