"""The mail that carries replies: plain text and HTML, in the customer's language, with what was said before quoted below."""

from collections.abc import Sequence
from email.headerregistry import Address
from email.message import EmailMessage
from email.utils import format_datetime
from typing import Any
from zoneinfo import ZoneInfo

from django.utils import timezone, translation
from django.utils.formats import date_format
from django.utils.html import escape
from django.utils.translation import gettext as _

from apps.agents.channels.mail import address
from apps.agents.models import MailAccount, Mailing
from apps.conversations.files import links
from apps.conversations.models import Conversation, Event
from apps.tenants.workspace.models import Site

QUOTED, LONGEST_QUOTE = 6, 1_000  # messages, and characters of one
MOST = 1_000  # messages of a whole conversation
LINK_HOURS = 7 * 24
_PAGE = (
    '<!doctype html><html lang="{language}"><body style="font:16px/1.6 system-ui,sans-serif;max-width:40rem">'
    '{replies}<p style="color:#666">{closing}</p>'
    '<div style="color:#666;border-left:3px solid #ccc;padding-left:12px">{quoted}</div></body></html>'
)


def compose(account: MailAccount, mailing: Mailing, row: Conversation, to: str) -> EmailMessage:
    """Its text follows from rows that change no more, so that a second copy of it is the same."""
    site = Site.load()
    language = row.language or site.language
    said = list(row.events.filter(kind=Event.Kind.MESSAGE, seq__in=mailing.seqs).order_by("seq"))
    before = row.events.filter(kind=Event.Kind.MESSAGE, seq__lt=said[0].seq).exclude(author=Event.Author.SYSTEM)
    quoted = list(before.order_by("-seq")[:QUOTED])[::-1]
    with translation.override(language):
        message = _addressed(account, mailing, row, site, to)
        closing = _("You can answer this mail. – %s") % site.name
        replies = [(_author(event, row), _text(event), _files(event, account, row)) for event in said]
        earlier = [(_author(event, row), _text(event)[:LONGEST_QUOTE]) for event in quoted]
        message.set_content(_plain(replies, earlier, closing))
        message.add_alternative(_html(replies, earlier, closing, language), subtype="html")
    return message


def transcript(account: MailAccount, row: Conversation, to: str, upto: int) -> EmailMessage:
    """All that was said up to this seq, with the time of each, for the customer to keep. The same again for the same seq."""
    site = Site.load()
    language = row.language or site.language
    said = list(row.events.filter(kind=Event.Kind.MESSAGE, seq__lte=upto).order_by("-seq")[:MOST])[::-1]
    with translation.override(language), timezone.override(ZoneInfo(site.timezone)):
        message = EmailMessage()
        sender = address.ascii_of(account.sender)
        message["From"] = Address(account.sender_name or site.name, addr_spec=sender)
        message["To"] = Address(addr_spec=address.ascii_of(to))
        message["Date"] = format_datetime(said[-1].at if said else row.changed_at)
        message["Message-ID"] = f"<{address.name(row.pk)}.transcript.{upto}@{sender.rpartition('@')[2]}>"
        message["Auto-Submitted"] = "auto-generated"
        message["X-Auto-Response-Suppress"] = "All"
        message["Subject"] = _("Your conversation with %s") % site.name
        parts = [
            (f"{_author(event, row) or site.name} ({_when(event)})", _text(event), _files(event, account, row))
            for event in said
        ]
        closing = _("You asked for this conversation by e-mail. – %s") % site.name
        message.set_content(_plain(parts, [], closing))
        message.add_alternative(_html(parts, [], closing, language), subtype="html")
    return message


def _when(event: Event) -> str:
    return date_format(timezone.localtime(event.at), "SHORT_DATETIME_FORMAT")


def _addressed(account: MailAccount, mailing: Mailing, row: Conversation, site: Site, to: str) -> EmailMessage:
    message = EmailMessage()
    sender = address.ascii_of(account.sender)
    message["From"] = Address(account.sender_name or site.name, addr_spec=sender)
    message["To"] = Address(addr_spec=address.ascii_of(to))
    if account.plus:
        message["Reply-To"] = Address(account.sender_name or site.name, addr_spec=address.plus(sender, row.pk))
    message["Date"] = format_datetime(mailing.made_at)
    message["Message-ID"] = mailing.message_id
    earlier = Mailing.objects.filter(conversation=row, made_at__lt=mailing.made_at).exclude(message_id="")
    thread = list(earlier.order_by("made_at").values_list("message_id", flat=True))[-10:]
    if thread:
        message["In-Reply-To"], message["References"] = thread[-1], " ".join(thread)
    message["Auto-Submitted"] = "auto-generated"  # nobody's holiday is to answer it
    message["X-Auto-Response-Suppress"] = "All"
    subject = _("Your conversation with %s") % site.name
    message["Subject"] = f"Re: {subject}" if thread else subject
    return message


def message_id(account: MailAccount, mailing: Mailing) -> str:
    host = address.ascii_of(account.sender).rpartition("@")[2]
    return f"<{address.name(mailing.conversation_id)}.{mailing.pk.hex}@{host}>"


def _author(event: Event, row: Conversation) -> str:
    if event.author == Event.Author.VISITOR:
        return row.visitor.name or _("You")
    return str(event.body.get("author", {}).get("name") or event.get_author_display())


def _text(event: Event) -> str:
    return str(event.body.get("text", ""))


def _files(event: Event, account: MailAccount, row: Conversation) -> list[tuple[str, str]]:
    """Names and addresses that open for a week, and for this customer alone."""
    files: Sequence[dict[str, Any]] = event.body.get("attachments", ())
    hours = LINK_HOURS
    return [(f["name"], account.origin + links.url(f["id"], links.VISITOR, row.visitor_id, hours=hours)) for f in files]


Reply = tuple[str, str, list[tuple[str, str]]]
Quote = tuple[str, str]


def _plain(replies: Sequence[Reply], earlier: Sequence[Quote], closing: str) -> str:
    parts = [
        "\n".join(filter(None, [f"{who}:", text, *(f"{name}: {url}" for name, url in files)])) for who, text, files in replies
    ]
    quoted = "\n".join(f"> {line}" for who, text in earlier for line in f"{who}: {text}".splitlines())
    return "\n\n".join(filter(None, [*parts, f"-- \n{closing}", quoted])) + "\n"


def _html(replies: Sequence[Reply], earlier: Sequence[Quote], closing: str, language: str) -> str:
    said = "".join(
        f"<p><b>{escape(who)}</b><br>{_lines(text)}</p>"
        + "".join(f'<p><a href="{escape(url)}">{escape(name)}</a></p>' for name, url in files)
        for who, text, files in replies
    )
    quoted = "".join(f"<p><b>{escape(who)}</b><br>{_lines(text)}</p>" for who, text in earlier)
    return _PAGE.format(language=escape(language), replies=said, closing=escape(closing), quoted=quoted)


def _lines(text: str) -> str:
    return escape(text).replace("\n", "<br>")
