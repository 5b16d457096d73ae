"""One process of the product: its command line, how to see that it is ready, how to stop it."""

import os
import random
import shutil
import signal
import socket
import subprocess
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path

from runtime.errors import CannotStart

LOOPBACK = "127.0.0.1"
LISTENING = "0A"  # in /proc/net/tcp
SHARED_PORT = "YINGDA_SHARED_PORT"  # told by `manage.py up` to its own processes


@dataclass(frozen=True)
class Service:
    """A program to keep running. `ready` must answer quickly and never raise."""

    name: str
    argv: tuple[str, ...]
    ready: Callable[[], bool]
    environment: Mapping[str, str] = field(default_factory=dict)
    stop_signal: str = "TERM"
    stop_seconds: int = 10

    @property
    def command(self) -> tuple[str, ...]:
        """The command line, tied to its parent: the kernel sends the stop signal when that dies.

        Without it a killed supervisor would leave its servers running on their ports.
        """
        setpriv = shutil.which("setpriv")
        if setpriv is None or self.argv[0] == setpriv:
            return self.argv
        return (setpriv, "--pdeathsig", self.stop_signal, "--", *self.argv)


class Running:
    """A service started by this very process: what the tests use; `manage.py up` has a supervisor."""

    def __init__(self, service: Service, log: Path) -> None:
        self.service = service
        self.log = log
        with log.open("ab") as output:
            self.process = subprocess.Popen(
                service.command,
                stdin=subprocess.DEVNULL,
                stdout=output,
                stderr=subprocess.STDOUT,
                env={**os.environ, **service.environment},
                start_new_session=True,
            )

    def wait_until_ready(self, seconds: float = 30) -> None:
        deadline = time.monotonic() + seconds
        while not self.service.ready():
            if self.process.poll() is not None:
                raise CannotStart(f"{self.service.name} stopped at once; its log: {self.log}")
            if time.monotonic() > deadline:
                raise CannotStart(f"{self.service.name} is not ready after {seconds:.0f} s; its log: {self.log}")
            time.sleep(0.02)

    def stop(self) -> None:
        if self.process.poll() is None:
            self.process.send_signal(signal.Signals[f"SIG{self.service.stop_signal}"])
        try:
            self.process.wait(self.service.stop_seconds)
        except subprocess.TimeoutExpired:
            self.process.kill()
            self.process.wait()


def free_port() -> int:
    """A loopback port nobody listens on, below the range the kernel hands out to clients."""
    for _ in range(200):
        port = random.randrange(20000, 32000)  # noqa: S311 — no secret, only a spread
        if port_is_free(port):
            return port
    raise CannotStart("No free port was found between 20000 and 32000 on this machine.")


def port_is_free(port: int, host: str = LOOPBACK) -> bool:
    with socket.socket(socket.AF_INET, socket.SOCK_STREAM) as probe:
        # As servers do: a port in TIME_WAIT counts as free.
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((host, port))
        except OSError:
            return False
    return True


def listen(host: str, port: int) -> socket.socket:
    """A listening socket, beside those of the same product's other web processes when it told us that there are some: then the
    kernel spreads new lines over them. Raises OSError when the port is somebody else's."""
    shared, everywhere = os.environ.get(SHARED_PORT) == str(port), host == "::" and socket.has_dualstack_ipv6()
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    return socket.create_server((host, port), family=family, backlog=1024, reuse_port=shared, dualstack_ipv6=everywhere)


def listeners(port: int) -> int:
    """The number of sockets that listen on this port of this machine."""
    found = 0
    for table in (Path("/proc/net/tcp"), Path("/proc/net/tcp6")):
        for line in table.read_text().splitlines()[1:] if table.exists() else ():
            _number, local, _remote, state, *_rest = line.split()
            found += state == LISTENING and int(local.rpartition(":")[2], 16) == port
    return found


def accepts_http(port: int, path: str, host: str = LOOPBACK) -> bool:
    """Whether a GET is answered with 200. Spoken raw: the caller wants no HTTP library loaded to start a product."""
    try:
        with socket.create_connection((host, port), timeout=1) as connection:
            connection.sendall(f"GET {path} HTTP/1.1\r\nHost: {host}\r\nConnection: close\r\n\r\n".encode())
            return connection.recv(64).split(b" ")[1:2] == [b"200"]
    except OSError:
        return False
