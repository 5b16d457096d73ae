"""The tenant's mailbox, read by IMAP and never changed: what has come since the last look. It is called as every address that
tenants typed in is called (apps.tenants.web.outgoing)."""

import imaplib
import re
import socket
import ssl
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from threading import Timer
from typing import Any

from django.utils.translation import gettext as _

from apps.agents.channels.mail.server import MOST_SAID, STEP_SECONDS, WHOLE_SECONDS, called
from apps.agents.models import MailAccount, Security
from apps.tenants.refusal import Refusal
from apps.tenants.web import outgoing

MOST_AT_ONCE = 30
LARGEST = 25 * 1024 * 1024  # bytes of one mail, encoded files and all
LOOKED_BACK = 500  # mails, in a mailbox that counts anew


@dataclass(frozen=True)
class Place:
    """How far a mailbox has been read: its own count of mails, and the generation of that count."""

    generation: int
    uid: int


@dataclass(frozen=True)
class Come:
    """One mail as it came; `raw` is empty where it is too large to be read."""

    place: Place
    raw: bytes


def look(account: MailAccount, since: Place | None) -> Iterator[Come | Place]:
    """Mails that have come, the oldest first; at the first look, of an account without a place, only where the mailbox stands.
    Raises Refusal with a sentence."""
    try:
        with _connected(account) as line:
            yield from _read(line, account.folder, since)
    except outgoing.OutOfReach as error:
        raise Refusal("unavailable", _("The mail server is in a network where nothing may be sent.")) from error
    except outgoing.Unanswered as error:
        raise Refusal("unavailable", _("There is no such host: %s") % error.detail) from error
    except (imaplib.IMAP4.error, OSError, ssl.SSLError, ValueError) as error:
        said = " ".join(str(error).split())[:MOST_SAID]
        raise Refusal("unavailable", _("The mailbox could not be read: %s") % said) from error


def _read(line: imaplib.IMAP4, folder: str, since: Place | None) -> Iterator[Come | Place]:
    _checked(line.select(_quoted(folder), readonly=True))
    generation, following = _number(line, "UIDVALIDITY"), _number(line, "UIDNEXT")
    if since is None:
        yield Place(generation, following - 1)
        return
    after = since.uid if since.generation == generation else max(0, following - 1 - LOOKED_BACK)
    found = _checked(line.uid("SEARCH", f"UID {after + 1}:*"))
    uids = sorted(uid for uid in map(int, (found[0] or b"").split()) if uid > after)  # `*` finds the last one always
    for uid in uids[:MOST_AT_ONCE]:
        yield Come(Place(generation, uid), _fetched(line, uid))


def _fetched(line: imaplib.IMAP4, uid: int) -> bytes:
    size = re.search(rb"RFC822\.SIZE (\d+)", b" ".join(_bytes(_checked(line.uid("FETCH", str(uid), "(RFC822.SIZE)")))))
    if size is None or int(size[1]) > LARGEST:
        return b""
    parts = _checked(line.uid("FETCH", str(uid), "(BODY.PEEK[])"))
    return next((part[1] for part in parts if isinstance(part, tuple)), b"")


def _bytes(parts: list[Any]) -> Iterator[bytes]:
    for part in parts:
        yield from part if isinstance(part, tuple) else [part or b""]


def _checked(answer: tuple[str, list[Any]]) -> list[Any]:
    if answer[0] != "OK":
        raise imaplib.IMAP4.error(b" ".join(_bytes(answer[1])).decode("utf-8", "replace"))
    return answer[1]


def _number(line: imaplib.IMAP4, name: str) -> int:
    return int(_checked(("OK", line.response(name)[1]))[0] or 1)


def _quoted(folder: str) -> str:
    escaped = folder.replace("\\", "\\\\").replace('"', '\\"')
    return f'"{escaped}"'


@contextmanager
def _connected(account: MailAccount) -> Iterator[imaplib.IMAP4]:
    host, port = account.imap_host, account.imap_port
    line: imaplib.IMAP4 = _ByTLS(host, port) if account.imap_security == Security.TLS else _Line(host, port, STEP_SECONDS)
    alarm = Timer(WHOLE_SECONDS, _hang_up, [line])
    alarm.daemon = True
    alarm.start()
    try:
        if account.imap_security == Security.STARTTLS:
            line.starttls(ssl.create_default_context())
        line.login(account.user, account.password)
        yield line
        with suppress(imaplib.IMAP4.error, OSError):
            line.logout()
    finally:
        alarm.cancel()
        with suppress(OSError):
            line.shutdown()


class _Line(imaplib.IMAP4):
    def _create_socket(self, timeout: float | None) -> socket.socket:
        return called(self.host, self.port, timeout or STEP_SECONDS)


class _ByTLS(imaplib.IMAP4_SSL):
    def __init__(self, host: str, port: int) -> None:
        super().__init__(host, port, ssl_context=ssl.create_default_context(), timeout=STEP_SECONDS)

    def _create_socket(self, timeout: float | None) -> ssl.SSLSocket:
        line = called(self.host, self.port, timeout or STEP_SECONDS)
        return ssl.create_default_context().wrap_socket(line, server_hostname=self.host)


def _hang_up(line: imaplib.IMAP4) -> None:
    with suppress(OSError):
        line.sock.shutdown(socket.SHUT_RDWR)
