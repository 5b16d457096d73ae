"""A model endpoint that misbehaves as it is told: an OpenAI-compatible server on loopback for the tests and the chaos run."""

import gzip
import json
import time
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Event, Thread
from typing import Any, ClassVar


class _Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    how: ClassVar[str] = "good"
    text: ClassVar[str] = ""
    pause: ClassVar[float] = 0.0
    ends: ClassVar[Event]

    def do_POST(self) -> None:
        self.rfile.read(int(self.headers.get("Content-Length", 0)))
        if self.how in ("429", "500"):
            self._answer(int(self.how), b'{"error": {"message": "no"}}')
            return
        if self.how == "nonsense":
            self._answer(200, b"<html>not what you asked for</html>", "text/event-stream")
            return
        if self.how == "packed":
            self._answer(200, gzip.compress(b": nothing\n" * 1_000_000), "text/event-stream", ("Content-Encoding", "gzip"))
            return
        self.send_response(200)
        self.send_header("Content-Type", "text/event-stream")
        self.send_header("Connection", "close")
        self.end_headers()
        self.close_connection = True
        try:
            self._stream()
        except OSError:
            return  # the client went away, which is what some tests are about

    def _stream(self) -> None:
        while self.how == "flood":
            self.wfile.write(b"x" * 65_536)
        for number, word in enumerate(self.text.split(" ")):
            if self.how == "cut" and number == 8:
                return
            if self.how == "stall" and number == 3:
                self.ends.wait()
            time.sleep(self.pause)
            self._chunk({"choices": [{"index": 0, "delta": {"content": word + " "}}]})
        self._chunk({"choices": [], "usage": {"prompt_tokens": 50, "completion_tokens": 20, "total_tokens": 70}})
        self.wfile.write(b"data: [DONE]\n\n")

    def _chunk(self, fields: dict[str, Any]) -> None:
        chunk = {"id": "x", "object": "chat.completion.chunk", "created": 1, "model": "faulty", **fields}
        self.wfile.write(f"data: {json.dumps(chunk)}\n\n".encode())
        self.wfile.flush()

    def _answer(self, status: int, body: bytes, kind: str = "application/json", *headers: tuple[str, str]) -> None:
        self.send_response(status)
        for name, value in headers:
            self.send_header(name, value)
        self.send_header("Content-Type", kind)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *args: object) -> None:
        pass


@contextmanager
def faulty_model(how: str = "good", text: str = "", pause: float = 0.0) -> Iterator[str]:
    """Its base URL. `how`: good, 429, 500, nonsense, cut (mid-stream), stall (after three words), flood (a line without
    end), packed (a gzip bomb)."""
    ends = Event()
    handler = type("Handler", (_Handler,), {"how": how, "text": text, "pause": pause, "ends": ends})
    server = ThreadingHTTPServer(("127.0.0.1", 0), handler)
    server.daemon_threads = True
    Thread(target=server.serve_forever, daemon=True).start()
    try:
        yield f"http://127.0.0.1:{server.server_port}/v1"
    finally:
        ends.set()
        server.shutdown()
        server.server_close()
