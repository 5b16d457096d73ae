"""A tenant's own system that takes tickets, written as docs/tickets.md tells: it checks signatures and misbehaves as told."""

import hashlib
import hmac
import json
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Event, Lock, Thread
from typing import Any

COUNTING = Lock()


@dataclass
class Receiver:
    """`how`: good, slow (3 s), drip (a byte at a time), 500, 404, redirect (to `elsewhere`), huge, cut, hold (until `go`)."""

    how: str = "good"
    secret: str = ""
    elsewhere: str = ""
    pause: float = 0.0
    url: str = ""
    taken: list[dict[str, Any]] = field(default_factory=list)
    keys: list[str] = field(default_factory=list)
    paths: list[str] = field(default_factory=list)
    forged: int = 0
    go: Event = field(default_factory=Event)
    inside: int = 0  # requests that wait for an answer
    most_inside: int = 0

    def check(self, path: str, headers: Any, body: bytes) -> bool:
        stamp = headers["X-Yingda-Timestamp"]
        message = b"\n".join([stamp.encode(), b"POST", path.encode(), body])
        expected = hmac.new(self.secret.encode(), message, hashlib.sha256).hexdigest()
        fresh = abs(time.time() - int(stamp)) < 300
        return fresh and hmac.compare_digest(expected, headers["X-Yingda-Signature"])


@contextmanager
def receiver(how: str = "good", **more: Any) -> Iterator[Receiver]:
    """On loopback, until the end of the block."""
    found = Receiver(how, **more)
    server = ThreadingHTTPServer(("127.0.0.1", 0), type("Handler", (_Handler,), {"told": found}))
    server.daemon_threads = True
    found.url = f"http://127.0.0.1:{server.server_port}/tickets?from=yingda"
    Thread(target=server.serve_forever, daemon=True).start()
    try:
        yield found
    finally:
        found.go.set()
        server.shutdown()
        server.server_close()


class _Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    told: Receiver

    def do_POST(self) -> None:
        body = self.rfile.read(int(self.headers["Content-Length"]))
        told = self.told
        told.paths.append(self.path)
        if told.secret and not told.check(self.path, self.headers, body):
            told.forged += 1
            self._answer(401, b"bad signature")
            return
        told.keys.append(self.headers["X-Yingda-Delivery"])
        told.taken.append(json.loads(body) | {"header": self.headers["X-Yingda-Event"], "host": self.headers["Host"]})
        with COUNTING:
            told.inside += 1
            told.most_inside = max(told.most_inside, told.inside)
        try:
            self._misbehave(told)
        except OSError:
            return  # the caller went away, which is what some tests are about
        finally:
            with COUNTING:
                told.inside -= 1

    def _misbehave(self, told: Receiver) -> None:
        time.sleep(3 if told.how == "slow" else told.pause)
        match told.how:
            case "hold":
                told.go.wait()
                self._answer(200, b"taken")
            case "500" | "404":
                self._answer(int(told.how), b"<h1>the ticket\nbox is full</h1>")
            case "redirect":
                self._answer(302, b"", ("Location", told.elsewhere))
            case "huge":
                self.send_response(200)
                self.send_header("Content-Length", str(10**10))
                self.end_headers()
                while True:
                    self.wfile.write(b"x" * 65_536)
            case "drip":
                self.wfile.write(b"HTTP/1.1 200 OK\r\nX-Slow: ")
                while True:
                    self.wfile.write(b"x")
                    self.wfile.flush()
                    time.sleep(0.1)
            case "cut":
                self.wfile.write(b"HTTP/1.1 2")
                self.close_connection = True
            case _:
                self._answer(200, b"taken")

    def _answer(self, status: int, body: bytes, *headers: tuple[str, str]) -> None:
        self.send_response(status)
        for name, value in (*headers, ("Content-Length", str(len(body)))):
            self.send_header(name, value)
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *args: object) -> None:
        pass
