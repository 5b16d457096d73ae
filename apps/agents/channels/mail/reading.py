"""A mail that came, read: whose conversation it answers, what it says, and whether a person wrote it."""

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from email import message_from_bytes, policy
from email.message import EmailMessage, MIMEPart
from email.utils import parseaddr
from uuid import UUID

from apps.agents.channels.mail import address, quotes

ADDRESSED = ("to", "cc", "delivered-to", "x-original-to", "envelope-to")
THREADED = ("in-reply-to", "references")
MOST_FILES = 10
MOST_WHOLE = 100_000  # characters of a mail that are kept
_CHECKED = re.compile(r"\b(dkim|spf|dmarc)\s?=\s?([a-z]{1,12})\b")
_ID = re.compile(r"<[^<>\s]{3,250}>")


@dataclass(frozen=True)
class Answer:
    """`conversation`: the one that a signed name in it names, None for a stranger's mail. `automatic`: no person wrote it.
    `text`: without what it quotes; `whole`: with it, "" where that is the same. `checks`: what the mailbox's server found of
    its sender."""

    message_id: str
    sender: str
    conversation: UUID | None
    automatic: bool
    text: str
    files: list[tuple[str, bytes]] = field(default_factory=list)
    whole: str = ""
    checks: str = ""


@dataclass(frozen=True)
class Bounce:
    """A report that one of our mails (`of`, its Message-ID) was not delivered (RFC 3464)."""

    message_id: str
    of: str
    why: str


def read(raw: bytes) -> Answer | Bounce | None:
    """None for what is no mail that could be known again: it has no Message-ID."""
    mail = message_from_bytes(raw, policy=policy.default)
    found = _ID.search(_header(mail, "message-id"))
    if found is None:
        return None
    if mail.get_content_type() == "multipart/report" and mail.get_param("report-type") == "delivery-status":
        return _bounce(mail, found[0])
    text, whole = _words(mail)
    return Answer(
        message_id=found[0],
        sender=parseaddr(_header(mail, "from"))[1],
        conversation=_conversation(mail),
        automatic=_is_automatic(mail) or address.conversation_of(found[0]) is not None,
        text=text,
        files=list(_files(mail)),
        whole="" if whole.split() == text.split() else whole[:MOST_WHOLE],
        checks=_checks(mail),
    )


def _header(mail: object, name: str) -> str:
    try:
        return " ".join(str(value) for value in mail.get_all(name, []))  # type: ignore[attr-defined]
    except (ValueError, IndexError, AttributeError):  # a header that Python's parser stumbles over
        return ""


def _conversation(mail: EmailMessage) -> UUID | None:
    for name in (*ADDRESSED, *THREADED):
        for part in re.split(r"[\s,;<>]+", _header(mail, name)):
            if found := address.conversation_of(part):
                return found
    return None


def _is_automatic(mail: EmailMessage) -> bool:
    """RFC 3834, and what was usual before it."""
    submitted = _header(mail, "auto-submitted").lower().partition(";")[0].strip()
    if submitted not in ("", "no") or _header(mail, "precedence").lower() in ("bulk", "junk", "list", "auto_reply"):
        return True
    marks = ("x-autoreply", "x-autorespond", "x-auto-reply", "list-id", "x-loop")
    return any(_header(mail, name) for name in marks) or _header(mail, "return-path").strip() == "<>"


def _words(mail: EmailMessage) -> tuple[str, str]:
    """→ (what it answers, all of it)."""
    body = mail.get_body(("plain", "html"))
    if body is None:
        return "", ""
    text = _content(body)
    if body.get_content_subtype() == "html":
        return quotes.cut(quotes.of_html(text)), quotes.of_html(text, whole=True)
    return quotes.cut(text), text.replace("\r\n", "\n").strip()


def _checks(mail: EmailMessage) -> str:
    """The results of the first `Authentication-Results` (RFC 8601): servers put theirs on top, and what stands below came with
    the mail."""
    try:
        told = str(next(iter(mail.get_all("authentication-results", [])), ""))
    except (ValueError, IndexError, AttributeError):
        return ""
    found = dict(_CHECKED.findall(told.lower()))
    return " ".join(f"{name}={found[name]}" for name in ("dkim", "spf", "dmarc") if name in found)


def _content(part: MIMEPart) -> str:
    try:
        return str(part.get_content())
    except (LookupError, ValueError):  # a charset that nobody knows
        raw = part.get_payload(decode=True)
        return raw.decode("utf-8", "replace") if isinstance(raw, bytes) else ""


def _files(mail: EmailMessage) -> Iterator[tuple[str, bytes]]:
    parts = [part for part in mail.walk() if part.get_filename() and not part.is_multipart()]
    for part in parts[:MOST_FILES]:
        content = part.get_payload(decode=True)
        if isinstance(content, bytes) and content:
            yield str(part.get_filename()), content


def _bounce(mail: EmailMessage, message_id: str) -> Bounce | None:
    """None where the report tells of no failure: delays and successes are no news."""
    status, of = "", ""
    for part in mail.walk():
        if part.get_content_type() == "message/delivery-status":
            status = "\n".join(str(each) for each in part.get_payload())
        elif part.get_content_type() in ("message/rfc822", "text/rfc822-headers"):
            found = re.search(r"(?im)^message-id:\s*(<[^<>\s]{3,250}>)", part.as_string()[:100_000])
            of = found[1] if found else of
    if not re.search(r"(?im)^action:\s*failed\b", status) or not of:
        return None
    why = re.search(r"(?im)^diagnostic-code:\s*(.{1,400})", status) or re.search(r"(?im)^status:\s*(\S+)", status)
    return Bounce(message_id, of, why[1].strip() if why else "")
