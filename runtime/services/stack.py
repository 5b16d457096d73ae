"""The processes of the product on one machine, and the environment each of them gets.

A dependency whose address is given from outside (DATABASE_URL, VALKEY_URL, YINGDA_MODEL_URL) is not started here.
"""

import hashlib
import os
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from runtime import model, programs
from runtime.folder import Folder
from runtime.services import leftovers, orders, postgres, valkey
from runtime.services.service import LOOPBACK, SHARED_PORT, Service, accepts_http, listeners
from runtime.watching import pulse

ROOT = Path(__file__).resolve().parent.parent.parent


@dataclass(frozen=True)
class Options:
    """The choices of the person who starts the product; read from the environment once."""

    folder: Folder
    port: int
    bind: str
    server: str
    web_processes: int
    turns_workers: int
    demo: bool
    given: Mapping[str, str]

    @classmethod
    def read(cls) -> "Options":
        production = os.environ.get("YINGDA_ENV") == "production"
        names = (
            "DATABASE_URL",
            "VALKEY_URL",
            "CELERY_BROKER_URL",
            "YINGDA_MODEL_URL",
            "YINGDA_MODEL_KEY",
            "SECRET_KEY",
            "YINGDA_PG_DUMP",
        )
        return cls(
            folder=Folder(Path(os.environ.get("YINGDA_DATA_DIR", "").strip() or ROOT / ".data")),
            port=programs.port_wanted(),
            bind=os.environ.get("YINGDA_BIND", "").strip() or LOOPBACK,
            server=programs.server_wanted(),
            web_processes=programs.web_wanted(),
            turns_workers=programs.turns_wanted(),
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
        webs = ["web", *(f"web{number}" for number in range(2, options.web_processes + 1))]
        others = {f"turns{number}": "turns" for number in range(2, options.turns_workers + 1)}
        self.workers = {**{name: name for name in programs.WORKERS}, **others}  # what each service's program is
        self.app = [*map(self._web, webs), *(self._worker(*one) for one in self.workers.items()), self._beat()]
        self.app += [orders.service(self.folder)] if options.demo else []

    def state(self) -> str:
        """All that the database was prepared for: the code, and where the demo's order system is, which its shops were told."""
        return state_of_code() + (f" {self.environment[orders.URL]}" if self.options.demo else "")

    def pulses_of(self, name: str) -> list[str]:
        """The pulses that end when this service dies: its own, and its queue's unless another worker of the queue is heard."""
        program = self.workers.get(name)
        if program is None:
            return [name] if name == "beat" else []
        others = [node for node, other in self.workers.items() if other == program and node != name]
        heard = any(pulse.beats(self.environment["VALKEY_URL"], pulse.of_node(node)) for node in others)
        return [pulse.of_node(name), *([] if heard else programs.WORKERS[program][0].split(","))]

    def _environment(self) -> dict[str, str]:
        """The environment of every process of the product."""
        folder, given = self.folder, self.options.given
        made = {
            "YINGDA_DATA_DIR": str(folder.path),
            "PORT": str(self.options.port),
            **({SHARED_PORT: str(self.options.port)} if self.options.web_processes > 1 else {}),
            "SECRET_KEY": given.get("SECRET_KEY") or folder.secret("secret_key", 48),
            "DJANGO_SETTINGS_MODULE": "config.settings",
            "PROMETHEUS_MULTIPROC_DIR": str(folder.metrics),
            "MALLOC_ARENA_MAX": "2",  # many threads would otherwise keep hundreds of megabytes of freed memory
            "PYTHONUNBUFFERED": "1",
            **programs.ONE_THREAD,
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
            made["YINGDA_MODEL_KEY"] = folder.secret("model_key")
        if self.options.demo:
            made[orders.URL] = orders.url(folder)
        return {**made, **given}

    def _add_stores(self) -> None:
        if self.embeds_database:
            self.stores.append(postgres.service(self.folder, self.folder.port("postgres")))
        if "VALKEY_URL" not in self.options.given:
            self.stores.append(valkey.service(self.folder, self.folder.port("valkey")))
        if "YINGDA_MODEL_URL" not in self.options.given:
            self.stores.append(model.service(self.folder.port("model")))

    def _web(self, name: str) -> Service:
        """They share the port: which one answers nobody can choose, so each is ready when all listen."""
        port, count = self.options.port, self.options.web_processes
        return Service(
            name=name,
            argv=programs.web(self.options.server, self.options.bind, port),
            ready=lambda: listeners(port) >= count and accepts_http(port, "/healthz"),
            environment={programs.WORK: "web"},
            stop_seconds=20,
        )

    def _worker(self, name: str, program: str) -> Service:
        return Service(
            name=name,
            argv=programs.worker(program, name),
            ready=lambda: pulse.beats(self.environment["VALKEY_URL"], pulse.of_node(name)),
            environment={programs.WORK: program},
            stop_seconds=20,
        )

    def _beat(self) -> Service:
        return Service(
            name="beat",
            argv=programs.beat(),
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
