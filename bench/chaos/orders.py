"""The demo's order system as the trial's companies have it: a process of its own that stalls, fails and answers twice."""

import json
import subprocess
import sys
import urllib.request
from pathlib import Path
from typing import Any

from bench.load import ROOT
from runtime.folder import Folder
from runtime.services.orders import secret_name
from runtime.services.service import LOOPBACK, accepts_http, free_port
from tests.waiting import wait_for

SOLD_BY = "acme"  # whose orders both companies sell
SECONDS = 9.0  # longer than any call of the return waits
SHARES = {"stall": 0.05, "late": 0.05, "fail": 0.08, "busy": 0.04, "cut": 0.05, "lost": 0.08, "torn": 0.05, "twice": 0.1}


class Orders:
    def __init__(self, path: Path) -> None:
        folder = Folder(path)
        folder.prepare()
        self.secret = folder.secret(secret_name(SOLD_BY))
        port = free_port()
        self.url = f"http://{LOOPBACK}:{port}"
        argv = (sys.executable, "-m", "demo.orders", str(port), str(path), "--faults")
        self.process = subprocess.Popen(argv, cwd=ROOT)
        wait_for(lambda: accepts_http(port, "/health"))

    def misbehave(self, seed: int) -> None:
        self._ask("/faults", {"shares": SHARES, "seconds": SECONDS, "seed": seed})

    def behave(self) -> None:
        self._ask("/faults", {})

    def journal(self) -> dict[str, Any]:
        """All that was written down, and how often each key came."""
        return self._ask("/effects")

    def stop(self) -> None:
        self.process.terminate()
        self.process.wait(10)

    def _ask(self, path: str, told: dict[str, Any] | None = None) -> dict[str, Any]:
        body = None if told is None else json.dumps(told).encode()
        request = urllib.request.Request(self.url + path, body, method="GET" if body is None else "PUT")  # noqa: S310
        with urllib.request.urlopen(request, timeout=30) as answer:  # noqa: S310  our own loopback
            found: dict[str, Any] = json.loads(answer.read())
            return found
