"""Platform time: from the customer's say until the request has arrived at the model."""

import http.client
import json
import time
from collections.abc import Iterator

from bench import load
from bench.plan import Plan
from bench.row import Budget, Reference, Row, Spread
from bench.thin import LOOPBACK
from bench.trial import ANSWER, QUESTION, Trial

RATE = 10.0
ALONE = 50


def rows(trial: Trial) -> Iterator[Row]:
    """ms from say to the arrival of the request, as the endpoint's own clock stamps it (same machine, same clock), at 10
    questions a second and random moments. The tenant knows one article, so that every question goes to the model; each carries
    a mark by which its request is known again. Beside it: the endpoint asked by a bare HTTP client, until its whole answer."""
    trial.endpoint.pace(words=len(ANSWER.split(" ")), pause=0.0, text=ANSWER)
    company = trial.composer
    count = int(RATE * (trial.seconds + 2) * 2)
    texts = [f"{QUESTION} mark-{number:06d}" for number in range(count)]
    tokens = trial.arena.tokens(company, 100 + count // 10)
    plan = Plan("ask", trial.arena.port, company.host, 100, tokens, texts, trial.seconds, RATE)
    outcome, used = load.run(plan, trial.processes())
    arrived = trial.endpoint.state()["arrived"]
    told = Spread.of(_waits(company.slug, outcome.ends, arrived))
    alone = Spread.of([_ask(trial.endpoint.port) for _ in range(ALONE)])
    reference = Reference("the endpoint alone, p50", alone.p50)
    budgets = (Budget("p50", "<", 50), Budget("p99", "<", 150))
    note = f"{len(arrived)} requests arrived. {used}"
    yield Row(f"say → request at the model, {RATE:.0f}/s", told.p50, "ms", told, (reference,), budgets, note)
    trial.calm(company)


def _waits(slug: str, ends: list[tuple[str, float, float, float]], arrived: dict[str, float]) -> list[float]:
    from django.db import connection

    from apps.conversations.models import Event
    from apps.tenants import context

    with context.inside(context.Schema(slug)):
        events = Event.objects.filter(client_id__in=[own for own, *_ in ends]).values_list("client_id", "body")
        marks = {str(own): body["text"].rsplit(" ", 1)[1] for own, body in events}
    connection.close()
    return [arrived[marks[own]] - due for own, due, _acked, _answered in ends if marks.get(own) in arrived]


def _ask(port: int) -> float:
    """Seconds from the connection's begin to the whole answer."""
    body = json.dumps({"model": "clock", "stream": True, "messages": [{"role": "user", "content": QUESTION}]})
    began = time.monotonic()
    line = http.client.HTTPConnection(LOOPBACK, port, timeout=10)
    line.request("POST", "/v1/chat/completions", body, {"Content-Type": "application/json"})
    line.getresponse().read()
    line.close()
    return time.monotonic() - began
