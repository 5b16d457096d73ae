"""The order system's door: HTTP, its own check of signatures, and the faults it was told to have."""

import hashlib
import hmac
import json
import time
from datetime import date
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Event
from typing import Any
from urllib.parse import parse_qsl, unquote, urlsplit

from demo.orders.books import Answer, Books
from demo.orders.counter import Counter
from demo.orders.faults import Fault, Plan
from demo.orders.stock import TERMS

LARGEST = 64 * 1024
FRESH = 300


class Server(ThreadingHTTPServer):
    """On loopback. `secrets`: a shop's slug → its secret; `plan`: faults, where there shall be any."""

    daemon_threads = True
    request_queue_size = 128

    def __init__(self, port: int, secrets: dict[str, str], books: Books, plan: Plan | None = None) -> None:
        super().__init__(("127.0.0.1", port), Handler)
        self.secrets, self.books, self.plan, self.ended = secrets, books, plan, Event()

    def server_close(self) -> None:
        self.ended.set()
        super().server_close()

    def handle_error(self, request: Any, client_address: Any) -> None:
        """Says nothing of callers that went away."""


class Handler(BaseHTTPRequestHandler):
    protocol_version, timeout = "HTTP/1.1", 30
    server: Server

    def do_GET(self) -> None:
        self._serve(b"")

    def do_POST(self) -> None:
        length = self.headers.get("Content-Length", "0")
        if not length.isdecimal() or int(length) > LARGEST:
            self.close_connection = True
            self._say(413, {"error": "The body is too long."})
            return
        self._serve(self.rfile.read(int(length)))

    do_PUT = do_POST

    def _serve(self, body: bytes) -> None:
        parts = urlsplit(self.path)
        steps = [unquote(step) for step in parts.path.strip("/").split("/")]
        if steps == ["health"]:
            self._say(200, {"ok": True})
        elif self.server.plan and steps in (["faults"], ["effects"]):
            self._steer(self.server.plan, steps, body)
        elif steps[0] not in TERMS or not is_ours(self.server.secrets.get(steps[0], ""), self, body):
            self._say(401, {"error": "The signature is not right, or older than 300 seconds."})
        else:
            fault = self.server.plan.draw() if self.server.plan else Fault()
            self._misbehave(fault, steps[0], steps[1:], dict(parse_qsl(parts.query)), body)

    def _steer(self, plan: Plan, steps: list[str], body: bytes) -> None:
        if self.command == "PUT":
            plan.change(json.loads(body))
        self._say(200, self.server.books.effects() if steps == ["effects"] else {})

    def _misbehave(self, fault: Fault, shop: str, steps: list[str], query: dict[str, str], body: bytes) -> None:
        if fault.how == "stall":
            self.server.ended.wait(fault.seconds)
        if fault.how in ("fail", "busy", "refuse"):
            self._say({"fail": 500, "busy": 429, "refuse": 400}[fault.how], {"error": "It was told to."})
        elif fault.how == "redirect":
            self._say(302, {}, ("Location", "/effects"))
        elif fault.how == "cut":
            self.close_connection = True
        else:
            self._answer_badly(fault, self._answer(shop, steps, query, body))

    def _answer_badly(self, fault: Fault, answer: Answer) -> None:
        if fault.how == "late":
            self.server.ended.wait(fault.seconds)
        if fault.how == "lost":
            self.close_connection = True
        elif fault.how == "torn":
            self.close_connection = True
            body = json.dumps(answer[1]).encode()
            self._send(answer[0], body[: len(body) // 2], length=len(body))
        elif fault.how == "nonsense":
            self._send(200, b"<h1>It works</h1>", "text/html")
        elif fault.how == "huge":
            self._send(200, json.dumps({**answer[1], "more": "x" * 1_000_000}).encode())
        else:
            for _ in range(1 + (fault.how == "twice")):
                self._say(*answer)

    def _answer(self, shop: str, steps: list[str], query: dict[str, str], body: bytes) -> Answer:
        counter, key = Counter(shop, self.server.books, date.today()), self.headers.get("Idempotency-Key", "")
        if self.command == "GET":
            return counter.read(steps, query)
        if not 0 < len(key) <= 200:
            return 400, {"error": "What is written down needs an Idempotency-Key."}
        try:
            given = json.loads(body or b"{}")
        except ValueError:
            given = None
        if not isinstance(given, dict):
            return 400, {"error": "The body is no JSON object."}
        self.server.books.count(shop, key)
        asked = hashlib.sha256(self.path.encode() + b"\n" + body).hexdigest()
        return self.server.books.once(shop, key, asked, lambda: counter.write(steps, given, key))[0]

    def _say(self, status: int, content: dict[str, Any], *headers: tuple[str, str]) -> None:
        self._send(status, json.dumps(content, ensure_ascii=False).encode(), "application/json; charset=utf-8", *headers)

    def _send(
        self, status: int, body: bytes, kind: str = "application/json", *headers: tuple[str, str], length: int | None = None
    ) -> None:
        """`length`: of the body, where not all of it is sent."""
        self.send_response(status)
        length = len(body) if length is None else length
        for name, value in (*headers, ("Content-Type", kind), ("Content-Length", str(length))):
            self.send_header(name, value)
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *args: object) -> None:
        """Says nothing: orders and names stand in the addresses."""


def is_ours(secret: str, request: BaseHTTPRequestHandler, body: bytes) -> bool:
    """Whether the product made this request: as docs/systems.md tells a tenant to check it."""
    stamp, signature = request.headers.get("X-Yingda-Timestamp", ""), request.headers.get("X-Yingda-Signature", "")
    if not secret or not stamp.isdecimal() or abs(time.time() - int(stamp)) > FRESH:
        return False
    message = b"\n".join([stamp.encode(), request.command.encode(), request.path.encode(), body])
    return hmac.compare_digest(hmac.new(secret.encode(), message, hashlib.sha256).hexdigest(), signature)
