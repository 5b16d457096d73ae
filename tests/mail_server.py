"""A real mail server on loopback (aiosmtpd) that keeps what it is sent and refuses as it is told."""

import socket
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from email import message_from_bytes, policy
from email.message import EmailMessage
from typing import Any

from aiosmtpd.controller import Controller
from aiosmtpd.smtp import AuthResult, Envelope

USER, PASSWORD = "desk", "open sesame"


@dataclass
class Outbox:
    """`refuses_mailbox` and `refuses`: the answers to every recipient and to every message, "" to take them."""

    port: int = 0
    refuses_mailbox: str = ""
    refuses: str = ""
    taken: list[EmailMessage] = field(default_factory=list)
    envelopes: list[tuple[str, list[str]]] = field(default_factory=list)

    async def handle_RCPT(self, _server: Any, _session: Any, envelope: Envelope, address: str, _options: Any) -> str:
        if self.refuses_mailbox:
            return self.refuses_mailbox
        envelope.rcpt_tos.append(address)
        return "250 OK"

    async def handle_DATA(self, _server: Any, _session: Any, envelope: Envelope) -> str:
        if self.refuses:
            return self.refuses
        assert isinstance(envelope.content, bytes)
        self.taken.append(message_from_bytes(envelope.content, policy=policy.default))
        self.envelopes.append((str(envelope.mail_from), list(envelope.rcpt_tos)))
        return "250 taken"


def _admit(_server: Any, _session: Any, _envelope: Any, _mechanism: str, given: Any) -> AuthResult:
    return AuthResult(success=(given.login, given.password) == (USER.encode(), PASSWORD.encode()), handled=False)


@contextmanager
def mail_server() -> Iterator[Outbox]:
    """It wants the log-in of USER, without encryption: it is heard on this machine alone."""
    box = Outbox()
    with socket.create_server(("127.0.0.1", 0)) as probe:
        box.port = probe.getsockname()[1]
    server = Controller(
        box, hostname="127.0.0.1", port=box.port, authenticator=_admit, auth_required=True, auth_require_tls=False
    )
    server.start()
    try:
        yield box
    finally:
        server.stop()
