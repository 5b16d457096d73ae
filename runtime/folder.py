"""The data folder: where everything the product keeps lives, with its version, ports and secrets."""

import fcntl
import json
import os
import secrets
import shutil
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import IO

from runtime.errors import CannotStart
from runtime.services.service import free_port, port_is_free

LAYOUT = 1
PRIVATE = 0o077  # the umask of all that is started: logs, queues and files hold what customers wrote


class Folder:
    """`.data/` by default. Secrets and ports are made once and kept in `kept.json` (mode 600)."""

    def __init__(self, path: Path) -> None:
        self.path = path.expanduser().absolute()
        self.postgres = self.path / "postgres"
        self.valkey = self.path / "valkey"
        self.logs = self.path / "logs"
        self.run = self.path / "run"
        self.metrics = self.run / "metrics"
        self._kept = self.path / "kept.json"
        self._ports: dict[str, int] = {}

    def prepare(self) -> None:
        """Make the folder, or check that an existing one is of a layout this version understands."""
        try:
            for folder in (self.path, self.logs, self.run):
                folder.mkdir(parents=True, exist_ok=True)
            self._close()
        except OSError as problem:
            raise CannotStart(f"The data folder {self.path} cannot be made: {problem.strerror}.") from problem
        if not os.access(self.path, os.W_OK):
            raise CannotStart(f"The data folder {self.path} is not writable by this user.")
        self._check_layout()

    def _close(self) -> None:
        """Closes the folders to other accounts of the machine, those that an older version left open too. When run by root,
        PostgreSQL has an account of its own that walks through the outermost folder, which it may not list."""
        self.path.chmod(0o711 if os.geteuid() == 0 else 0o700)
        for folder in (self.logs, self.run, self.valkey, self.path / "media", self.path / "static", self.path / "slim"):
            if folder.is_dir():
                folder.chmod(0o700)

    def _check_layout(self) -> None:
        version = self.path / "LAYOUT"
        if not version.exists():
            if self._kept.exists():
                raise CannotStart(f"The data folder {self.path} is damaged: its LAYOUT file is missing.")
            write_private(version, f"{LAYOUT}\n")
            return
        found = version.read_text().strip()
        if not found.isdigit():
            raise CannotStart(f"The data folder {self.path} is damaged: LAYOUT says {found[:20]!r}.")
        if int(found) > LAYOUT:
            raise CannotStart(
                f"The data folder {self.path} was made by a newer version (layout {found}, this one knows {LAYOUT})."
            )

    @contextmanager
    def locked(self) -> Iterator[None]:
        """One product a folder: a second start is refused while the first runs."""
        with (self.run / "lock").open("a") as lock:
            # Once more after a moment: a command may just be looking whether the product runs.
            if not _lock(lock):
                time.sleep(0.2)
                if not _lock(lock):
                    raise CannotStart(f"The data folder {self.path} is in use: the product already runs on it.")
            yield

    def fresh_metrics(self) -> None:
        """The processes' shared counters begin anew with each start."""
        shutil.rmtree(self.metrics, ignore_errors=True)
        self.metrics.mkdir()

    def secret(self, name: str, length: int = 24) -> str:
        """A random value made on first use and kept."""
        kept = self.kept()
        if name not in kept:
            kept[name] = secrets.token_urlsafe(length)
            self._keep(kept)
        return kept[name]

    def set_secret(self, name: str, value: str) -> None:
        self._keep({**self.kept(), name: value})

    def port(self, name: str) -> int:
        """The loopback port of a service: kept between runs, another one when somebody took it."""
        if name not in self._ports:  # asked once: the service itself takes the port afterwards
            kept = self.kept()
            key = f"port_{name}"
            if key not in kept or not port_is_free(int(kept[key])):
                kept[key] = str(free_port())
                self._keep(kept)
            self._ports[name] = int(kept[key])
        return self._ports[name]

    def kept(self) -> dict[str, str]:
        if not self._kept.exists():
            return {}
        try:
            kept = json.loads(self._kept.read_text())
        except ValueError as problem:
            raise CannotStart(f"The data folder {self.path} is damaged: kept.json is not readable.") from problem
        if not isinstance(kept, dict):
            raise CannotStart(f"The data folder {self.path} is damaged: kept.json holds no table.")
        return {str(name): str(value) for name, value in kept.items()}

    def _keep(self, kept: dict[str, str]) -> None:
        write_private(self._kept, json.dumps(kept, indent=1, sort_keys=True) + "\n")


def _lock(file: IO[str]) -> bool:
    try:
        fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        return False
    return True


def write_private(path: Path, text: str) -> None:
    """Write a file only its owner may read, whole or not at all."""
    fresh = path.with_name(f".{path.name}.{os.getpid()}")
    with os.fdopen(os.open(fresh, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "w") as file:
        file.write(text)
        file.flush()
        os.fsync(file.fileno())
    fresh.replace(path)
