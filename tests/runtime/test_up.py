"""`manage.py up`: comes up whole, brings back what dies, leaves nothing behind, and says in one sentence why it cannot."""

import contextlib
import json
import os
import re
import signal
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Callable, Iterator
from pathlib import Path

import psutil
import pytest

from runtime.leftovers import MARK
from runtime.service import free_port

ROOT = Path(__file__).resolve().parent.parent.parent


class Product:
    """One running `manage.py up` on a folder of its own."""

    def __init__(self, folder: Path, **environment: str) -> None:
        self.folder = folder
        self.port = free_port()
        self.log = folder.with_name(f"{folder.name}.log")
        kept = {name: value for name, value in os.environ.items() if name not in ("DATABASE_URL", "VALKEY_URL")}
        chosen = {"YINGDA_DATA_DIR": str(folder), "PORT": str(self.port), "YINGDA_DEMO": "0", **environment}
        with self.log.open("ab") as log:
            self.process = subprocess.Popen(
                (sys.executable, "manage.py", "up"), cwd=ROOT, env={**kept, **chosen}, stdout=log, stderr=subprocess.STDOUT
            )

    def told(self) -> str:
        return self.log.read_text()

    def wait_until_told(self, pattern: str, seconds: float = 60) -> None:
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


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return tmp_path / "data"


@pytest.fixture
def product(folder: Path) -> Iterator[Product]:
    running = Product(folder)
    yield running
    if running.process.poll() is None:
        running.process.send_signal(signal.SIGTERM)
        running.process.wait(60)
    assert running.processes() == []


def wait_for(condition: Callable[[], bool], seconds: float = 30) -> None:
    deadline = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < deadline, "waited in vain"
        time.sleep(0.1)


@pytest.mark.timeout(180)
def test_the_product_comes_up_mends_itself_and_stops_without_leftovers(product: Product) -> None:
    product.wait_until_told("Ready in")
    assert product.get("/healthz")[0] == 200
    status, body = product.get("/readyz")
    assert (status, json.loads(body)["status"]) == (200, "ready"), body
    assert 'yingda_worker_up{queue="turns"} 1.0' in product.get("/metrics")[1]

    product.process_of("Q turns").kill()
    product.wait_until_told(r"turns +died[\s\S]+turns +ready")

    product.process.send_signal(signal.SIGTERM)
    assert product.process.wait(60) == 0
    assert product.told().rstrip().endswith("Stopped.")
    assert product.processes() == []


@pytest.mark.timeout(180)
def test_a_killed_supervisor_takes_everything_with_it_and_the_next_start_is_quick(product: Product) -> None:
    product.wait_until_told("Ready in")
    product.process.kill()
    product.process.wait()
    wait_for(lambda: product.processes() == [])

    again = Product(product.folder)
    again.wait_until_told(r"(?s)Ready in.*Ready in")
    assert again.told().count("Preparing the database") == 1
    again.process.send_signal(signal.SIGINT)
    assert again.process.wait(60) == 0


def refused(folder: Path, **environment: str) -> str:
    """What a start that must fail says, in one line."""
    product = Product(folder, **environment)
    assert product.process.wait(60) == 1
    assert product.processes() == []
    complaint = product.told().strip().splitlines()[-1]
    assert "Traceback" not in product.told()
    assert complaint.startswith("yingda: ")
    return complaint


def test_a_taken_port_is_told(folder: Path) -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
        assert f"Port {port} is taken" in refused(folder, PORT=str(port))


def test_a_wrong_port_is_told(folder: Path) -> None:
    assert "PORT is 'eighty'" in refused(folder, PORT="eighty")


def test_a_folder_of_a_newer_version_is_told(folder: Path) -> None:
    folder.mkdir()
    (folder / "LAYOUT").write_text("99\n")
    assert "made by a newer version" in refused(folder)


def test_a_damaged_folder_is_told(folder: Path) -> None:
    folder.mkdir()
    (folder / "LAYOUT").write_text("1\n")
    (folder / "kept.json").write_text("{")
    assert "damaged" in refused(folder)


def test_a_database_of_another_major_version_is_told(folder: Path) -> None:
    (folder / "postgres").mkdir(parents=True)
    (folder / "postgres" / "PG_VERSION").write_text("17\n")
    assert "made by PostgreSQL 17" in refused(folder)


def test_a_damaged_database_is_told(folder: Path) -> None:
    (folder / "postgres" / "base").mkdir(parents=True)
    assert "damaged" in refused(folder)


@pytest.mark.skipif(os.geteuid() == 0, reason="root may write everywhere")
def test_a_folder_that_may_not_be_written_is_told(folder: Path) -> None:
    folder.parent.chmod(0o555)
    assert "cannot be made" in refused(folder)


def test_a_database_that_does_not_answer_is_told(folder: Path) -> None:
    complaint = refused(folder, DATABASE_URL="postgresql://yingda@127.0.0.1:1/yingda")
    assert "The database does not answer" in complaint


def test_a_second_start_on_the_same_folder_is_told(folder: Path) -> None:
    from runtime.folder import Folder

    owner = Folder(folder)
    owner.prepare()
    with owner.locked():
        assert "in use" in refused(folder)
