"""The product's own processes on the tests' database and broker, with few connections each, and who holds how many."""

import http.client
import os
import threading
from collections.abc import Callable
from pathlib import Path
from urllib.parse import urlsplit

import psycopg
from django.db import connection

from runtime import programs
from runtime.services.service import LOOPBACK, Running, Service, accepts_http, free_port
from tests.waiting import wait_for

POOL = 2


def own_database() -> str:
    """The address of the database that these tests are in, for processes beside them."""
    return urlsplit(os.environ["DATABASE_URL"])._replace(path=f"/{connection.settings_dict['NAME']}").geturl()


class Crew:
    """Each process tells PostgreSQL its name. `most` is the largest number of connections seen of each."""

    def __init__(self, folder: Path) -> None:
        self.folder, self.port = folder, free_port()
        self.database = own_database()
        self.settings = "config.settings"
        self.most: dict[str, int] = {}
        self._running: list[Running] = []
        self._ended = threading.Event()
        self._counting = threading.Thread(target=self._count)
        self._counting.start()

    def start(self, *names: str, pool: int = POOL) -> None:
        for name in names:
            self._start(name, programs.worker(name), lambda: True, pool)

    def start_web(self) -> None:
        self._start("web", programs.web("uvicorn", LOOPBACK, self.port), lambda: accepts_http(self.port, "/healthz"))
        self._running[-1].wait_until_ready(60)

    def start_beat(self) -> None:
        self._start("beat", programs.beat(), lambda: True)

    def get(self, path: str, host: str, cookie: str = "") -> int:
        line = http.client.HTTPConnection(LOOPBACK, self.port, timeout=60)
        try:
            line.request("GET", path, headers={"Host": host, "Cookie": cookie})
            return line.getresponse().status
        finally:
            line.close()

    def stop(self) -> None:
        for each in self._running:
            each.process.kill()
            each.process.wait()
        self._ended.set()
        self._counting.join()

    def _start(self, name: str, argv: tuple[str, ...], ready: Callable[[], bool], pool: int = POOL) -> None:
        told = {"DATABASE_URL": self.database, "YINGDA_DB_POOL": str(pool), "PGAPPNAME": name}
        told["DJANGO_SETTINGS_MODULE"] = self.settings
        told |= {programs.WORK: name} if name != "beat" else {}
        self._running.append(Running(Service(name, argv, ready, told), self.folder / f"{name}.log"))

    def _count(self) -> None:
        query = "SELECT application_name, count(*) FROM pg_stat_activity WHERE datname = current_database() GROUP BY 1"
        with psycopg.connect(self.database, autocommit=True, application_name="counting") as line:
            while not self._ended.wait(0.02):
                for name, count in line.execute(query).fetchall():
                    self.most[name] = max(self.most.get(name, 0), count)

    def check(self, *names: str) -> None:
        """No process ever held more connections than `runtime.programs` states, and each was seen."""
        wait_for(lambda: set(names) <= self.most.keys())
        stated = {name: programs.connections(name, POOL) for name in names}
        assert {name: self.most[name] for name in names if self.most[name] > stated[name]} == {}
