"""Bodies on the real servers, byte by byte over the network: refused while they arrive, with nothing left of them on disk."""

import json
import socket
import sys
import time
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path

import psutil
import pytest

from apps.tenants import context
from runtime.services.service import LOOPBACK, Running, free_port
from tests.cast import ACME_HOST, PASSWORD, Cast
from tests.conversations.client import open_session, site_of
from tests.runtime.test_serving import start

UPLOAD, SESSION, IMPORT = "/api/v1/widget/attachments", "/api/v1/widget/session", "/admin/knowledge/import/add/"
MEGABYTE = 1024 * 1024


@pytest.fixture(scope="module", params=["daphne", "uvicorn"])
def server(request: pytest.FixtureRequest) -> str:
    return str(request.param)


@pytest.fixture
def web(committed: Cast, server: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[tuple[int, Running, Path]]:
    """A web process with a temporary folder of its own, on which a watch is kept."""
    port, spool = free_port(), tmp_path / "spool"
    spool.mkdir()
    monkeypatch.setenv("TMPDIR", str(spool))
    argv = (sys.executable, "-m", "tests.runtime.impatient", server, LOOPBACK, str(port))
    running = start(argv, port, tmp_path)
    yield port, running, spool
    running.stop()


class Line:
    """A client that sends what it likes."""

    def __init__(self, port: int) -> None:
        self.socket = socket.create_connection((LOOPBACK, port), timeout=30)

    def head(self, path: str, host: str = ACME_HOST, **headers: str) -> "Line":
        lines = [f"{name.replace('_', '-')}: {value}" for name, value in headers.items()]
        self.socket.sendall("\r\n".join([f"POST {path} HTTP/1.1", f"Host: {host}", *lines, "", ""]).encode())
        return self

    def pour(self, most: int, chunked: bool = False) -> int:
        """Sends until it is refused; → bytes that were taken."""
        piece, sent = b"x" * 65_536, 0
        framed = b"10000\r\n" + piece + b"\r\n" if chunked else piece
        self.socket.settimeout(5)
        with suppress(OSError):
            while sent < most:
                self.socket.sendall(framed)
                sent += len(piece)
        return sent

    def answer(self) -> tuple[int, dict[str, str], bytes]:
        """The next answer, wherever it ends."""
        self.socket.settimeout(30)
        with self.socket.makefile("rb") as file:
            status = int((file.readline().split() or [b"", b"0"])[1])
            headers = {}
            while (line := file.readline().strip()) != b"":
                name, _colon, value = line.decode().partition(":")
                headers[name.lower()] = value.strip()
            return status, headers, file.read(int(headers.get("content-length", 0)))

    def is_closed(self, seconds: float = 30) -> bool:
        self.socket.settimeout(seconds)
        try:
            while self.socket.recv(65_536):
                pass
        except ConnectionError:
            return True
        except TimeoutError:
            return False
        return True


def spooled(running: Running, spool: Path) -> int:
    """Bytes in the folder and in files that are open though removed already."""
    lying = sum(path.stat().st_size for path in spool.rglob("*") if path.is_file())
    for each in Path(f"/proc/{running.process.pid}/fd").iterdir():
        with suppress(OSError):
            if str(spool) in str(each.readlink()):
                lying += each.stat().st_size
    return lying


@pytest.mark.timeout(180)
def test_what_may_not_come_is_refused_while_it_arrives(committed: Cast, web: tuple[int, Running, Path]) -> None:
    port, running, spool = web
    before = psutil.Process(running.process.pid).memory_info().rss
    huge = str(400 * MEGABYTE)
    refused: list[tuple[str, str, dict[str, str], int]] = [
        (SESSION, ACME_HOST, {"content_length": huge}, 413),
        (SESSION, ACME_HOST, {"transfer_encoding": "chunked"}, 413),
        (UPLOAD, ACME_HOST, {"content_length": huge}, 413),
        (UPLOAD, ACME_HOST, {"content_length": str(5 * MEGABYTE), "authorization": "Bearer forged"}, 413),
        (IMPORT, ACME_HOST, {"content_length": str(5 * MEGABYTE), "cookie": "sessionid=forged"}, 413),
        (UPLOAD, "stranger.example", {"content_length": huge}, 404),
        (UPLOAD, "stranger.example", {"transfer_encoding": "chunked"}, 404),
    ]
    for path, host, headers, status in refused:
        line = Line(port).head(path, host, **headers)
        taken = line.pour(40 * MEGABYTE, "transfer_encoding" in headers)
        assert taken < 16 * MEGABYTE, (path, host, headers)  # most of it lies in the network's own buffers
        assert spooled(running, spool) <= 3 * MEGABYTE
        assert line.is_closed()
        polite = Line(port).head(path, host, **headers)  # waits for the answer before it sends
        if "content_length" in headers or status == 404:
            assert polite.answer()[0] == status
    assert psutil.Process(running.process.pid).memory_info().rss - before < 64 * MEGABYTE


@pytest.mark.timeout(180)
def test_what_may_come_comes_whole_and_who_asks_before_sending_is_told(committed: Cast, web: tuple[int, Running, Path]) -> None:
    port, running, spool = web
    token = open_session(committed.acme, ACME_HOST)["token"]
    named = {"authorization": f"Bearer {token}", "content_disposition": 'attachment; filename="a.txt"'}
    line = Line(port)
    for size in (1, 65_536, 3 * MEGABYTE):
        line.head(UPLOAD, content_length=str(size), **named)
        line.socket.sendall(b"x" * size)
        status, _headers, body = line.answer()
        assert (status, json.loads(body)["size"]) == (201, size)
    line.head(UPLOAD, transfer_encoding="chunked", **named)
    line.socket.sendall(b"5\r\nhello\r\n6\r\n world\r\n0\r\n\r\n")
    status, _headers, body = line.answer()
    assert (status, json.loads(body)["size"]) == (201, 11)
    line.head(UPLOAD, content_length="5", expect="100-continue", **named)
    assert line.answer()[0] == 100
    line.socket.sendall(b"words")
    assert line.answer()[0] == 201
    key = json.dumps({"site_key": site_of(committed.acme).site_key}).encode()
    for _ in range(2):  # one after the other in one breath
        line.socket.sendall(
            f"POST {SESSION} HTTP/1.1\r\nHost: {ACME_HOST}\r\nContent-Length: {len(key)}\r\n\r\n".encode() + key
        )
    assert line.answer()[0] == 200
    assert spooled(running, spool) == 0
    refused = Line(port).head(SESSION, content_length=str(400 * MEGABYTE), expect="100-continue")
    assert refused.answer()[0] == 413
    with context.inside(committed.acme):
        form = f"username=alice&password={PASSWORD.replace(' ', '+')}&csrfmiddlewaretoken={'a' * 32}".encode()
    line = Line(port).head(
        "/admin/login/",
        content_length=str(len(form)),
        content_type="application/x-www-form-urlencoded",
        cookie=f"csrftoken={'a' * 32}",
    )
    line.socket.sendall(form)
    assert line.answer()[0] == 302


@pytest.mark.timeout(120)
def test_slow_heads_and_endless_heads_are_let_go_and_hold_up_nobody(committed: Cast, web: tuple[int, Running, Path]) -> None:
    port, _running, _spool = web
    slow = [Line(port) for _ in range(100)]
    endless = Line(port)
    key = json.dumps({"site_key": site_of(committed.acme).site_key}).encode()
    for line in slow[:50]:
        line.socket.sendall(b"POST / HTTP/1.1\r\nHost: a\r\nX: ")
    endless.socket.sendall(b"POST / HTTP/1.1\r\nHost: a\r\n")
    with suppress(OSError):
        for number in range(5_000):
            endless.socket.sendall(f"X-{number}: {'x' * 100}\r\n".encode())
    assert endless.is_closed(5)
    bodies = [Line(port).head(SESSION, content_length="1000") for _ in range(50)]
    asked = Line(port).head(SESSION, content_length=str(len(key)))
    asked.socket.sendall(key)
    assert asked.answer()[0] == 200
    until = time.monotonic() + 15
    while time.monotonic() < until and any(not line.is_closed(0.01) for line in slow):
        with suppress(OSError):
            for line in slow[:50]:
                line.socket.sendall(b"x")
        time.sleep(0.3)
    assert all(line.is_closed(0.1) for line in slow)
    for line in bodies:
        assert line.answer()[0] == 408
