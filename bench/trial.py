"""The subject of the measurements: one running product, started for the first row that needs it, and tenants with knowledge."""

import contextlib
import json
import subprocess
import sys
import tempfile
import time
import urllib.request
from collections.abc import Iterator
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path
from typing import Any

import psutil

from bench import load
from bench.arena import Arena, Company
from bench.load import ROOT, Failed
from bench.plan import Plan
from bench.thin import LOOPBACK

KNOWLEDGE = ROOT / "demo" / "acme" / "knowledge.jsonl"
OPENINGS = ("Hello, ", "Please tell me: ", "Quick question: ", "Hi there, ", "One thing, ", "Sorry to ask, ", "So, ")
LEARN_SECONDS = 120.0
WARM = 40  # questions
CALM_SECONDS = 180.0


class Endpoint:
    """The clock that plays a language model (bench.endpoint), from outside."""

    def __init__(self) -> None:
        self.process = subprocess.Popen(
            (sys.executable, "-m", "bench.endpoint"), cwd=ROOT, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
        )
        self.port = int(self.process.stdout.readline()) if self.process.stdout else 0

    @property
    def url(self) -> str:
        return f"http://{LOOPBACK}:{self.port}/v1"

    def pace(self, *, words: int, pause: float, text: str) -> None:
        self._call("PUT", "/pace", {"words": words, "pause": pause, "text": text})

    def state(self) -> dict[str, Any]:
        return self._call("GET", "/state")

    def stop(self) -> None:
        self.process.kill()
        self.process.wait()

    def _call(self, method: str, path: str, fields: dict[str, Any] | None = None) -> dict[str, Any]:
        data = json.dumps(fields).encode() if fields is not None else None
        request = urllib.request.Request(f"http://{LOOPBACK}:{self.port}{path}", data, method=method)
        with urllib.request.urlopen(request, timeout=10) as answer:  # noqa: S310  loopback
            found: dict[str, Any] = json.load(answer)
            return found


@dataclass
class Trial:
    """`seconds`: how long a load lasts; `quick`: small sizes, for seeing that each row works."""

    seconds: float
    quick: bool
    server: str
    ends: contextlib.ExitStack = field(default_factory=contextlib.ExitStack)
    kept: dict[str, Any] = field(default_factory=dict)  # what one row leaves for another, by row

    @cached_property
    def folder(self) -> Path:
        return Path(self.ends.enter_context(tempfile.TemporaryDirectory(prefix="yingda-bench-")))

    @cached_property
    def endpoint(self) -> Endpoint:
        endpoint = Endpoint()
        self.ends.callback(endpoint.stop)
        return endpoint

    @cached_property
    def arena(self) -> Arena:
        """Its platform's own model is the endpoint, so that no real one takes the cores."""
        patient = {"YINGDA_MODEL_FIRST_WORDS_MS": "120000"}  # it is measured how many streams there can be, however slow
        chosen = {"YINGDA_MODEL_URL": self.endpoint.url, "ASGI_SERVER": self.server, **patient}
        return self.ends.enter_context(Arena(self.folder / "data", **chosen))

    def processes(self) -> list[psutil.Process]:
        """The product's, as they are now. By parentage: PostgreSQL writes its titles over its environment."""
        return psutil.Process(self.arena.product.process.pid).children(recursive=True)

    @cached_property
    def shop(self) -> Company:
        return self.another_shop("shop")

    def another_shop(self, slug: str) -> Company:
        """A tenant that knows the demo shop's questions and has no model."""
        company = self.arena.found(slug, agents=0)
        with inside(company):
            from apps.llm.models import ModelEndpoint

            ModelEndpoint.objects.update(enabled=False)
            _learn(_entries())
        self.warm(company, self.asked(WARM))
        return company

    @cached_property
    def composer(self) -> Company:
        """A tenant that knows one article, from which the endpoint composes every answer."""
        company = self.arena.found("composer", agents=0)
        with inside(company):
            from apps.llm.models import ModelEndpoint

            ModelEndpoint.objects.update(answers=True)
            _learn([{"question": QUESTION, "answer": ANSWER, "language": "en"}], kind="article")
        self.endpoint.pace(words=len(ANSWER.split(" ")), pause=0.0, text=ANSWER)
        self.warm(company, [f"{QUESTION} {number}" for number in range(WARM)])
        return company

    def warm(self, company: Company, texts: list[str]) -> None:
        """First questions wait for a worker's encoders, each thread's first one opens a connection: no row is about that."""
        plan = Plan(
            "ask", self.arena.port, company.host, WARM, self.arena.tokens(company, WARM), texts, seconds=3.0, rate=WARM / 3
        )
        load.run(plan)
        self.calm(company)

    def asked(self, count: int) -> list[str]:
        """So many questions, each in other words than the shop was told and than any before it, whatever row asked."""
        begin = self.kept.get("asked", 0)
        self.kept["asked"] = begin + count
        words = [other for entry in _entries() for other in entry["alternatives"]]
        numbered = range(begin, begin + count)
        return [f"{OPENINGS[n // len(words) % len(OPENINGS)]}{words[n % len(words)]}{_turn(n, len(words))}" for n in numbered]

    def calm(self, company: Company) -> None:
        """Waits until nobody of the tenant waits for the bot. Raises Failed when that does not come."""
        until = time.monotonic() + CALM_SECONDS
        while waiting := self._waiting(company):
            if time.monotonic() > until:
                raise Failed(f"{waiting} questions of {company.slug} still waited after {CALM_SECONDS:.0f} s.")
            time.sleep(0.5)

    def _waiting(self, company: Company) -> int:
        from apps.conversations.models import Conversation, Owner

        with inside(company):
            return Conversation.objects.waiting().owned_by(Owner.BOT).count()


QUESTION = "How does a customer return a lamp that they do not like?"
ANSWER = "A lamp can be returned within thirty days. Open your orders and press the return button. We refund it within a week."


@contextlib.contextmanager
def inside(company: Company) -> Iterator[None]:
    """The tenant's tables; the connection is given back at the end."""
    from django.db import connection

    from apps.tenants import context

    with context.inside(context.Schema(company.slug)):
        yield
    connection.close()


def _entries() -> list[dict[str, Any]]:
    return [json.loads(line) for line in KNOWLEDGE.read_text().splitlines()]


def _turn(number: int, words: int) -> str:
    """Beyond all openings the questions differ by a number."""
    lap = number // (words * len(OPENINGS))
    return f" ({lap})" if lap else ""


def _learn(entries: list[dict[str, Any]], kind: str = "qa") -> None:
    """Teaches a tenant through the product's own import or by saving articles; returns when the search finds them."""
    from apps.knowledge.intake import importing, publishing
    from apps.knowledge.models import Article, Import, Ingestion, Status
    from apps.releases import publishing as releases

    if kind == "qa":
        job = importing.begin("knowledge.jsonl", "".join(json.dumps(entry) + "\n" for entry in entries).encode())
    else:
        for entry in entries:
            article = Article(kind=kind, title=entry["question"], body=entry["answer"], status=Status.PUBLISHED)
            publishing.save(article)
    until = time.monotonic() + LEARN_SECONDS
    while True:
        waiting = Article.objects.exclude(ingestion=Ingestion.LIVE).exists()
        if not waiting and (kind != "qa" or Import.objects.get(pk=job.pk).state == Import.State.LIVE):
            break
        if time.monotonic() > until:
            raise Failed("The tenant's knowledge did not become live.")
        time.sleep(0.2)
    releases.publish()
