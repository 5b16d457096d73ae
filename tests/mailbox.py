"""A mail server on loopback that keeps what it is sent: enough SMTP for Django's own client, refusing as it is told."""

import socketserver
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from email import message_from_bytes, policy
from email.message import EmailMessage
from threading import Thread


@dataclass
class Mailbox:
    """`refuses`: the answer to every message, such as 552, or "" to take them."""

    port: int = 0
    refuses: str = ""
    taken: list[EmailMessage] = field(default_factory=list)
    logins: list[str] = field(default_factory=list)


@contextmanager
def mailbox() -> Iterator[Mailbox]:
    found = Mailbox()
    server = socketserver.ThreadingTCPServer(("127.0.0.1", 0), type("Handler", (_Handler,), {"box": found}))
    server.daemon_threads = True
    found.port = server.server_address[1]
    Thread(target=server.serve_forever, daemon=True).start()
    try:
        yield found
    finally:
        server.shutdown()
        server.server_close()


class _Handler(socketserver.StreamRequestHandler):
    box: Mailbox

    def handle(self) -> None:
        self._answer("220 mailbox")
        while line := self.rfile.readline():
            command = line.decode().strip()
            match command.upper().partition(" ")[0]:
                case "EHLO":
                    self._answer("250-mailbox", "250 AUTH PLAIN")
                case "AUTH":
                    self.box.logins.append(command)
                    self._answer("235 welcome")
                case "DATA":
                    self._answer("354 go on")
                    self._take()
                case "QUIT":
                    self._answer("221 bye")
                    return
                case _:
                    self._answer("250 ok")

    def _take(self) -> None:
        lines = []
        while (line := self.rfile.readline()) not in (b".\r\n", b""):
            lines.append(line.removeprefix(b".") if line.startswith(b"..") else line)
        if self.box.refuses:
            self._answer(self.box.refuses)
            return
        self.box.taken.append(message_from_bytes(b"".join(lines), policy=policy.default))
        self._answer("250 taken")

    def _answer(self, *lines: str) -> None:
        self.wfile.write("".join(f"{line}\r\n" for line in lines).encode())
