"""A reranker on loopback that answers, or misbehaves, as it is told."""

import json
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Event, Thread
from typing import Any

Asked = dict[str, Any]


@dataclass
class Told:
    """`answer`: of the JSON asked → the JSON or the bytes of the answer; `asked`, `keys`: what came, in order."""

    url: str = ""
    answer: Callable[[Asked], Any] = lambda asked: {"results": []}
    status: int = 200
    slow: bool = False
    asked: list[Asked] = field(default_factory=list)
    keys: list[str | None] = field(default_factory=list)


def preferring(word: str, score: float = 0.9) -> Callable[[Asked], Any]:
    """`score` for the texts that hold the word, .01 for the others."""

    def answer(asked: Asked) -> Any:
        scores = [(place, score if word in text else 0.01) for place, text in enumerate(asked["documents"])]
        return {
            "results": [{"index": place, "relevance_score": each} for place, each in sorted(scores, key=lambda row: -row[1])]
        }

    return answer


@contextmanager
def reranker(**told: Any) -> Iterator[Told]:
    kept, ends = Told(**told), Event()

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            asked = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
            kept.asked.append(asked)
            kept.keys.append(self.headers["Authorization"])
            if kept.slow:
                ends.wait(20)
            answer = kept.answer(asked)
            body = answer if isinstance(answer, bytes) else json.dumps(answer).encode()
            self.send_response(kept.status)
            self.send_header("Location", "http://127.0.0.1:9/")
            self.end_headers()
            try:
                self.wfile.write(body)
            except OSError:
                return  # enough was read

        def log_message(self, *args: object) -> None:
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    server.daemon_threads = True
    Thread(target=server.serve_forever, daemon=True).start()
    kept.url = f"http://127.0.0.1:{server.server_port}/v1/rerank"
    try:
        yield kept
    finally:
        ends.set()
        server.shutdown()
        server.server_close()
