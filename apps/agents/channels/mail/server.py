"""The tenant's mail server: one message at a time goes out by it. It is called as every address that tenants typed in is
called: never inside the platform, and no longer than its time (apps.tenants.web.outgoing)."""

import smtplib
import socket
import ssl
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from email.message import EmailMessage
from threading import Timer
from typing import Any

from django.utils.translation import gettext as _

from apps.agents.models import MailAccount, Security
from apps.tenants.refusal import Refusal
from apps.tenants.web import outgoing

STEP_SECONDS = 10.0  # for each answer of the server
WHOLE_SECONDS = 40.0  # for all of them together: less than an errand's lease
MOST_SAID = 300  # characters of a server's own words that are kept


class NotTaken(Refusal):
    """The server refused this message for good: no such mailbox, for one. To send it again would be no use."""


def send(account: MailAccount, message: EmailMessage, to: str) -> None:
    """Hand one message over. Raises NotTaken when it was refused for good, Refusal when it may go another time."""
    try:
        with _connected(account) as line:
            line.send_message(message, from_addr=account.sender, to_addrs=[to])
    except smtplib.SMTPRecipientsRefused as error:
        raise _refused(*error.recipients[to]) from error
    except (smtplib.SMTPSenderRefused, smtplib.SMTPDataError) as error:
        raise _refused(error.smtp_code, error.smtp_error) from error
    except smtplib.SMTPAuthenticationError as error:
        raise Refusal("unavailable", _("The mail server did not accept the user name and password.")) from error
    except outgoing.OutOfReach as error:
        raise Refusal("unavailable", _("The mail server is in a network where nothing may be sent.")) from error
    except outgoing.Unanswered as error:
        raise Refusal("unavailable", _("There is no such host: %s") % error.detail) from error
    except ssl.SSLError as error:
        raise Refusal(
            "unavailable", _("The mail server's encryption was not accepted: %s") % (error.reason or error)
        ) from error
    except TimeoutError as error:
        raise Refusal("unavailable", _("The mail server did not answer in time.")) from error
    except (smtplib.SMTPException, OSError, ValueError) as error:
        raise Refusal("unavailable", _("The mail server did not accept it: %s") % _short(error)) from error


@contextmanager
def _connected(account: MailAccount) -> Iterator[smtplib.SMTP]:
    own = account.sender.rpartition("@")[2]
    secure = ssl.create_default_context()
    line: smtplib.SMTP = (
        _OutByTLS(local_hostname=own, timeout=STEP_SECONDS, context=secure)
        if account.security == Security.TLS
        else _Out(local_hostname=own, timeout=STEP_SECONDS)
    )
    alarm = Timer(WHOLE_SECONDS, _hang_up, [line])  # a server that sends a byte now and then would never be too late
    alarm.daemon = True
    alarm.start()
    try:
        line._host = account.host  # type: ignore[attr-defined]  # the name that the certificate has to show
        line.connect(account.host, account.port)
        if account.security == Security.STARTTLS:
            line.starttls(context=secure)
        if account.user:
            line.login(account.user, account.password)
        yield line
        with suppress(smtplib.SMTPException, OSError):  # it has taken the message
            line.quit()
    finally:
        alarm.cancel()
        line.close()


class _Out(smtplib.SMTP):
    def _get_socket(self, host: str, port: int, timeout: float) -> socket.socket:
        return called(host, port, timeout)


class _OutByTLS(smtplib.SMTP_SSL):
    context: ssl.SSLContext

    def _get_socket(self, host: str, port: int, timeout: float) -> Any:
        return self.context.wrap_socket(called(host, port, timeout), server_hostname=host)


def called(host: str, port: int, seconds: float) -> socket.socket:
    """A line to one of the host's addresses, all of which tenants may call."""
    failed: OSError = ConnectionError(f"{host} has no address")
    for address in outgoing.find(host, seconds)[:3]:
        try:
            return socket.create_connection((str(address), port), seconds)
        except OSError as error:
            failed = error
    raise failed


def _hang_up(line: smtplib.SMTP) -> None:
    with suppress(OSError):
        if line.sock:
            line.sock.shutdown(socket.SHUT_RDWR)


def _refused(code: int, said: bytes | str) -> Refusal:
    words = said.decode("utf-8", "replace") if isinstance(said, bytes) else said
    sentence = _("The mail server did not accept it: %s") % f"{code} {_short(words)}"
    return NotTaken("not_found", sentence) if 500 <= code < 600 else Refusal("unavailable", sentence)


def _short(words: object) -> str:
    return " ".join(str(words).split())[:MOST_SAID]
