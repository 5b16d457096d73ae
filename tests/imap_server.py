"""A real IMAP server on loopback (pymap, in a process of its own), and a way to put mails into its mailbox."""

import imaplib
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

USER, PASSWORD = "desk", "open sesame"


@dataclass(frozen=True)
class Mailbox:
    port: int

    def put(self, raw: bytes) -> None:
        with imaplib.IMAP4("127.0.0.1", self.port) as line:
            line.login(USER, PASSWORD)
            assert line.append("INBOX", "", "", raw)[0] == "OK"


@contextmanager
def imap_server() -> Iterator[Mailbox]:
    with socket.create_server(("127.0.0.1", 0)) as probe:
        port = probe.getsockname()[1]
    command = [str(Path(sys.executable).with_name("pymap")), "--host", "127.0.0.1", "--port", str(port), "--no-tls"]
    backend = ["dict", "--demo-data", "--demo-user", USER, "--demo-password", PASSWORD]
    server = subprocess.Popen([*command, *backend], stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    try:
        _wait(server, port)
        yield Mailbox(port)
    finally:
        server.terminate()
        server.wait()


def _wait(server: "subprocess.Popen[bytes]", port: int) -> None:
    while server.poll() is None:
        try:
            socket.create_connection(("127.0.0.1", port)).close()
            return
        except OSError:
            time.sleep(0.05)
    raise RuntimeError("The IMAP server did not start.")
