"""What the product consists of when it runs on one machine, and what each part is told by its environment.

A dependency whose address is given from outside (DATABASE_URL, VALKEY_URL, YINGDA_MODEL_URL) is not started here.
"""

import hashlib
import os
import sys
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from runtime import leftovers, model, postgres, pulse, valkey
from runtime.errors import CannotStart
from runtime.folder import Folder
from runtime.service import LOOPBACK, Service, accepts_http

ROOT = Path(__file__).resolve().parent.parent
PYTHON = sys.executable

# One process a class of waiting: answers never queue behind an import. Threads, because they wait for models and disks.
WORKERS = {"turns": ("turns", 32), "ingest": ("ingest", 2), "housekeeping": ("housekeeping,tickets", 4)}


@dataclass(frozen=True)
class Options:
    """What the person who starts the product may choose; read from the environment once."""

    folder: Folder
    port: int
    bind: str
    server: str
    demo: bool
    given: Mapping[str, str]

    @classmethod
    def read(cls) -> "Options":
        port = os.environ.get("PORT", "").strip() or "8000"
        if not port.isdigit() or not 1 <= int(port) <= 65535:
            raise CannotStart(f"PORT is {port[:20]!r}: set it to a number from 1 to 65535.")
        server = os.environ.get("ASGI_SERVER", "").strip() or "daphne"
        if server not in ("daphne", "uvicorn"):
            raise CannotStart(f"ASGI_SERVER is {server[:20]!r}: set it to daphne or uvicorn.")
        production = os.environ.get("YINGDA_ENV") == "production"
        names = ("DATABASE_URL", "VALKEY_URL", "CELERY_BROKER_URL", "YINGDA_MODEL_URL", "SECRET_KEY", "YINGDA_PG_DUMP")
        return cls(
            folder=Folder(Path(os.environ.get("YINGDA_DATA_DIR", "").strip() or ROOT / ".data")),
            port=int(port),
            bind=os.environ.get("YINGDA_BIND", "").strip() or LOOPBACK,
            server=server,
            demo=os.environ.get("YINGDA_DEMO", "0" if production else "1") == "1",
            given={name: value for name in names if (value := os.environ.get(name, "").strip())},
        )


class Stack:
    """The services of one data folder: `stores` first, then `app`."""

    def __init__(self, options: Options) -> None:
        self.options = options
        self.folder = options.folder
        self.embeds_database = "DATABASE_URL" not in options.given
        self.stores: list[Service] = []
        self.environment = self._environment()
        self._add_stores()
        self.app = [self._web(), *(self._worker(name) for name in WORKERS), self._beat()]

    def queues_of(self, name: str) -> list[str]:
        """Whose pulse ends when this service dies."""
        return WORKERS[name][0].split(",") if name in WORKERS else [name] if name == "beat" else []

    def _environment(self) -> dict[str, str]:
        """What every process of the product finds in its environment."""
        folder, given = self.folder, self.options.given
        made = {
            "YINGDA_DATA_DIR": str(folder.path),
            "PORT": str(self.options.port),
            "SECRET_KEY": given.get("SECRET_KEY") or folder.secret("secret_key", 48),
            "DJANGO_SETTINGS_MODULE": "config.settings",
            "PROMETHEUS_MULTIPROC_DIR": str(folder.metrics),
            "MALLOC_ARENA_MAX": "2",  # many threads would otherwise keep hundreds of megabytes of freed memory
            "PYTHONUNBUFFERED": "1",
            leftovers.MARK: str(folder.path),
        }
        if self.embeds_database:
            made["DATABASE_URL"] = postgres.url(folder, folder.port("postgres"))
            made["YINGDA_PG_DUMP"] = str(postgres.binaries() / "pg_dump")
        if "VALKEY_URL" not in given:
            made["VALKEY_URL"] = valkey.url(folder, folder.port("valkey"))
            made["CELERY_BROKER_URL"] = valkey.url(folder, folder.port("valkey"), database=1)
        if "YINGDA_MODEL_URL" not in given:
            made["YINGDA_MODEL_URL"] = model.url(folder.port("model"))
        return {**made, **given}

    def _add_stores(self) -> None:
        if self.embeds_database:
            self.stores.append(postgres.service(self.folder, self.folder.port("postgres")))
        if "VALKEY_URL" not in self.options.given:
            self.stores.append(valkey.service(self.folder, self.folder.port("valkey")))
        if "YINGDA_MODEL_URL" not in self.options.given:
            self.stores.append(model.service(self.folder.port("model")))

    def _web(self) -> Service:
        port, bind = str(self.options.port), self.options.bind
        daphne = ("-m", "daphne", "-b", bind, "-p", port, "-v", "0", "--application-close-timeout", "20")
        uvicorn = (
            *("-m", "uvicorn", "--host", bind, "--port", port, "--lifespan", "off", "--no-access-log"),
            # Big frames must reach the consumer, which refuses them in words and keeps the line.
            *("--ws", "websockets-sansio", "--ws-per-message-deflate", "false", "--ws-max-size", "1048576"),
            *("--timeout-graceful-shutdown", "15", "--log-level", "warning"),
        )
        chosen = daphne if self.options.server == "daphne" else uvicorn
        return Service(
            name="web",
            argv=(PYTHON, *chosen, "config.asgi:application"),
            ready=lambda: accepts_http(self.options.port, "/healthz"),
            stop_seconds=20,
        )

    def _worker(self, name: str) -> Service:
        queues, threads = WORKERS[name]
        options = ("-P", "threads", "-c", str(threads), "-Q", queues, "-n", f"{name}@%h", "-l", "INFO")
        quick = ("--without-gossip", "--without-mingle")  # nobody here listens to other workers
        return Service(
            name=name,
            argv=(PYTHON, "-m", "celery", "-A", "config", "worker", *options, *quick),
            ready=lambda: all(pulse.beats(self.environment["VALKEY_URL"], queue) for queue in queues.split(",")),
            stop_seconds=25,
        )

    def _beat(self) -> Service:
        schedule = str(self.folder.run / "beat-schedule")
        options = ("-s", schedule, "--pidfile=", "-l", "WARNING", "--max-interval", "5")
        return Service(
            name="beat",
            argv=(PYTHON, "-m", "celery", "-A", "config", "beat", *options),
            ready=lambda: pulse.beats(self.environment["VALKEY_URL"], "beat"),
        )


def state_of_code() -> str:
    """A digest of everything that `manage.py prepare` acts on: migrations, the demo, the locked requirements."""
    digest = hashlib.sha256()
    files = [*ROOT.glob("apps/**/migrations/*.py"), *ROOT.glob("demo/**/*"), ROOT / "requirements" / "base.txt"]
    for file in sorted(file for file in files if file.is_file() and "__pycache__" not in file.parts):
        digest.update(f"{file.relative_to(ROOT)}\0".encode())
        digest.update(file.read_bytes())
    return digest.hexdigest()
