"""A whole product for tests that need one: `manage.py up` on a folder and port of its own."""

import contextlib
import os
import re
import subprocess
import sys
import urllib.error
import urllib.request
from pathlib import Path

import psutil

from runtime.services.leftovers import MARK
from runtime.services.service import free_port
from tests.waiting import wait_for

ROOT = Path(__file__).resolve().parent.parent


class Product:
    """One running `manage.py up` on a folder of its own."""

    def __init__(self, folder: Path, **environment: str) -> None:
        self.folder = folder
        self.port = free_port()
        self.log = folder.with_name(f"{folder.name}.log")
        kept = {name: value for name, value in os.environ.items() if name not in ("DATABASE_URL", "VALKEY_URL")}
        chosen = {"YINGDA_DATA_DIR": str(folder), "PORT": str(self.port), "YINGDA_DEMO": "0", **environment}
        self.environment = {**kept, **chosen}  # of commands beside it, too
        with self.log.open("ab") as log:
            self.process = subprocess.Popen(
                (sys.executable, "manage.py", "up"), cwd=ROOT, env=self.environment, stdout=log, stderr=subprocess.STDOUT
            )

    def told(self) -> str:
        return self.log.read_text()

    def wait_until_told(self, pattern: str, seconds: float = 100) -> None:
        wait_for(lambda: bool(re.search(pattern, self.told())) or self.process.poll() is not None, seconds)
        assert re.search(pattern, self.told()), self.told()

    def get(self, path: str, host: str = "stranger.example") -> tuple[int, str]:
        request = urllib.request.Request(f"http://127.0.0.1:{self.port}{path}", headers={"Host": host})
        try:
            with urllib.request.urlopen(request, timeout=10) as answer:
                return answer.status, answer.read().decode()
        except urllib.error.HTTPError as refusal:
            return refusal.code, refusal.read().decode()

    def processes(self) -> list[psutil.Process]:
        found = []
        for process in psutil.process_iter():
            with contextlib.suppress(psutil.Error, OSError):
                if process.environ().get(MARK) == str(self.folder) and process.status() != psutil.STATUS_ZOMBIE:
                    found.append(process)
        return found

    def process_of(self, words: str) -> psutil.Process:
        return next(process for process in self.processes() if words in " ".join(process.cmdline()))
