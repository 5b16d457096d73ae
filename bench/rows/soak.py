"""The memory a web process keeps: while everything that attackers and customers send comes at once, and afterwards."""

import http.client
import io
import json
import threading
import time
import uuid
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from dataclasses import replace
from urllib.parse import urlencode

import psutil
from PIL import Image

from bench import load
from bench.load import name_of
from bench.row import Budget, Row
from bench.rows.messages import prepare
from bench.thin import LOOPBACK
from bench.trial import Trial

MINUTES = 10.0
REST = 60.0  # seconds
LARGEST = 400.0  # MB of a web process (docs/operating.md)
UPLOAD, SESSION, LOGIN = "/api/v1/widget/attachments", "/api/v1/widget/session", "/admin/login/"
MEGABYTE = 1024 * 1024


def rows(trial: Trial) -> Iterator[Row]:
    """MB, the largest web process, for ten minutes (`--seconds`, if longer than 20; 20 seconds with --quick) of everything at
    once: images as small as they are large, text files of 8 MB, bodies that are refused or never end, log-ins, sessions, the
    admin's pages, messages between people at 60/s with consoles that watch, questions that a model streams its answers to."""
    seconds = trial.seconds if trial.seconds > 20 else 20.0 if trial.quick else 60 * MINUTES
    _talk, planned = prepare(trial, "soak", 40)
    composer = trial.composer
    trial.endpoint.pace(words=20, pause=0.05, text="A lamp can be returned within thirty days.")
    texts = [f"How is a lamp returned? {number}" for number in range(int(seconds * 2) + 10)]
    asking = replace(planned(1.0), kind="ask", host=composer.host, customers=40, texts=texts, consoles=[])
    asking = replace(asking, tokens=trial.arena.tokens(composer, 400), seconds=seconds)
    watch = _Watch([process for process in trial.processes() if name_of(process) == "web"])
    before = watch.look()
    with load.loads(replace(planned(60.0), seconds=seconds), asking), _Crowd(trial, composer.host) as crowd:
        until = time.monotonic() + seconds
        while time.monotonic() < until:
            time.sleep(1)
            watch.look()
    during = watch.most
    time.sleep(5.0 if trial.quick else REST)
    after = watch.look()
    did = ", ".join(f"{count} {what}" for what, count in sorted(crowd.did.items()))
    note = f"{seconds:.0f} s; {before:.0f} MB before. Besides messages and questions: {did}."
    yield Row("memory of a web process, everything at once", during, "MB", budgets=(Budget("figure", "<", LARGEST),), note=note)
    yield Row("the same, when it is over", after, "MB", budgets=(Budget("figure", "<", LARGEST),))


class _Watch:
    def __init__(self, webs: list[psutil.Process]) -> None:
        self.webs, self.most = webs, 0.0

    def look(self) -> float:
        """The largest one's resident memory now, in MB."""
        found = max(web.memory_info().rss for web in self.webs) / MEGABYTE
        self.most = max(self.most, found)
        return float(found)


class _Crowd:
    """A thread for each thing that is sent again and again; `did`: how often, by what was answered."""

    def __init__(self, trial: Trial, host: str) -> None:
        self.port, self.host, self.did = trial.arena.port, host, Counter[str]()
        self.tokens = trial.arena.tokens(trial.composer, 40)
        self.key = trial.composer.site_key
        self.animation = _saved("GIF", *(Image.new("RGB", (2560, 2343), (n, 0, 99)) for n in range(10)))
        self.large = _saved("PNG", Image.new("RGB", (6_000, 4_900), "teal"))
        self.over = threading.Event()
        self.ends = ExitStack()

    def __enter__(self) -> "_Crowd":
        kinds = (self._animation, self._large, self._file, self._huge, self._slow, self._login, self._session, self._page)
        for kind in kinds:
            thread = threading.Thread(target=self._again, args=(kind,), daemon=True)
            thread.start()
            self.ends.callback(thread.join, 30)
        self.ends.callback(self.over.set)
        return self

    def __exit__(self, *_error: object) -> None:
        self.ends.close()

    def _again(self, kind: Callable[[], int]) -> None:
        while not self.over.is_set():
            try:
                answer = str(kind())
            except (OSError, http.client.HTTPException):
                answer = "cut off"
            self.did[f"{kind.__name__.strip('_')} {answer}"] += 1
            self.over.wait(0.2)

    def _ask(self, method: str, path: str, body: bytes = b"", **headers: str) -> int:
        line = http.client.HTTPConnection(LOOPBACK, self.port, timeout=30)
        try:
            told = {name.replace("_", "-"): value for name, value in headers.items()}
            line.request(method, path, body, {"Host": self.host, **told})
            answer = line.getresponse()
            answer.read()
            return answer.status
        finally:
            line.close()

    def _upload(self, body: bytes, name: str) -> int:
        self.tokens = [*self.tokens[1:], self.tokens[0]]
        named = f'attachment; filename="{name}"'
        return self._ask("POST", UPLOAD, body, authorization=f"Bearer {self.tokens[0]}", content_disposition=named)

    def _animation(self) -> int:
        return self._upload(self.animation, "a.gif")

    def _large(self) -> int:
        return self._upload(self.large, "a.png")

    def _file(self) -> int:
        return self._upload(uuid.uuid4().hex.encode() * (8 * MEGABYTE // 32), "a.txt")

    def _huge(self) -> int:
        return self._ask("POST", SESSION, b"x" * (3 * MEGABYTE))

    def _slow(self) -> int:
        line = http.client.HTTPConnection(LOOPBACK, self.port, timeout=30)
        line.putrequest("POST", SESSION, skip_host=True)
        line.putheader("Host", self.host)
        line.putheader("Content-Length", str(MEGABYTE))
        line.endheaders(b"x" * 500_000)
        self.over.wait(1)
        line.close()
        return 0

    def _login(self) -> int:
        form = {"username": uuid.uuid4().hex, "password": "x", "csrfmiddlewaretoken": "a" * 32}
        kind = "application/x-www-form-urlencoded"
        return self._ask("POST", LOGIN, urlencode(form).encode(), content_type=kind, cookie=f"csrftoken={'a' * 32}")

    def _session(self) -> int:
        return self._ask("POST", SESSION, json.dumps({"site_key": self.key}).encode())

    def _page(self) -> int:
        return self._ask("GET", LOGIN)


def _saved(form: str, *frames: Image.Image) -> bytes:
    out = io.BytesIO()
    frames[0].save(out, form, **({"save_all": True, "append_images": frames[1:]} if frames[1:] else {}))
    return out.getvalue()
