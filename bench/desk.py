"""The desk under load: `python -m bench.desk`: 50 agents who come and go, 500 customers who want a person.

Agents take, decline or miss their offers, snatch at other agents' customers, go away, lose their line. Prints how long a
customer with whom an agent had room waited for the offer, how many claims won, and whether anybody ever waited in no queue.
Exits non-zero when a handover was won twice, somebody was stranded or nobody ever came, or p95 is above two seconds.
"""

import argparse
import asyncio
import contextlib
import itertools
import random
import sys
import tempfile
import time
import uuid
from collections import Counter, defaultdict
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from typing import Any

from websockets.exceptions import WebSocketException

from bench.arena import Arena, Company, quantile, say, table
from bench.wire import Frame, Line

CAPACITY = 5
TARGET_SECONDS = 2.0
VERBS = ("claim", "open", "say", "resolve")
GONE = (OSError, WebSocketException, ConnectionError)


@dataclass
class Log:
    """What happened, by the clock of this machine (seconds since the epoch)."""

    winners: dict[str, set[str]] = field(default_factory=lambda: defaultdict(set))
    claims: int = 0
    refused: int = 0
    entered: list[float] = field(default_factory=list)  # seconds from the connect to the welcome, customers'
    verbs: dict[str, list[float]] = field(default_factory=lambda: defaultdict(list))  # seconds from a verb to its effect
    freed: dict[str, list[float]] = field(default_factory=lambda: defaultdict(list))
    done: int = 0
    lost: Counter[str] = field(default_factory=Counter)  # customers' lines, by close code or error


class Agent:
    """Works as people do: mostly takes what is offered, sometimes not, and is not always there."""

    def __init__(self, arena: Arena, company: Company, name: str, log: Log, dice: random.Random) -> None:
        self.arena, self.company, self.name, self.log, self.dice = arena, company, name, log, dice
        self.id = company.members[name]
        self.line: Line | None = None
        self.offers: set[str] = set()
        self.held: set[str] = set()
        self.resolved: set[str] = set()
        self.asked: dict[tuple[str, str], float] = {}
        self.jobs: set[asyncio.Task[None]] = set()

    async def work(self) -> None:
        """Until cancelled: a line, and another when it is lost."""
        while True:
            try:
                self.line = await Line.agent(self.arena.port, self.company.host, self.company.cookies[self.name])
                await self._be("online")
                self._start(self._live(self.line))
                async for frame in self.line:
                    self._take(frame)
            except GONE:
                pass
            self.line = None
            await asyncio.sleep(self.dice.uniform(1, 4))

    def _take(self, frame: Frame) -> None:
        match frame["type"]:
            case "welcome":
                self.offers.clear()
            case "offer":
                self.offers.add(frame["handover"])
                self._start(self._decide(frame["handover"]))
            case "withdrawn":
                self._drop(frame["handover"])
            case "claimed":
                self._claimed(frame)
            case "opened":
                self._done("open", frame["conversation"])
            case "ack":
                self._done("say", frame["client_id"])
            case "error" if frame["code"] == "taken":
                self.log.refused += 1
            case "inbox":
                for row in frame["rows"]:
                    self._look(row)

    def _claimed(self, frame: Frame) -> None:
        handover, by = frame["handover"], frame["by"]["id"]
        if handover:
            self.log.winners[handover].add(by)
        if by != self.id:
            self._drop(handover)
        elif frame["conversation"] not in self.held:
            self._done("claim", handover)
            self.offers.discard(handover)
            self.held.add(frame["conversation"])
            self._start(self._serve(frame["conversation"]))

    def _look(self, row: Frame) -> None:
        if row["state"] == "resolved":
            self._done("resolve", row["conversation"])
            self.resolved.add(row["conversation"])
        waits = row["handover"] and row["handover"]["state"] in ("requested", "offered")
        if waits and len(self.held) < CAPACITY and self.dice.random() < 0.01:
            self._start(self._claim(row["handover"]["id"]))

    async def _decide(self, handover: str) -> None:
        await asyncio.sleep(self.dice.uniform(0.2, 1.5))
        fate = self.dice.random()
        if fate < 0.85:
            await self._claim(handover)
        elif fate < 0.95 and handover in self.offers:
            await self._send("decline", handover=handover)
            self._drop(handover)

    async def _claim(self, handover: str) -> None:
        self.log.claims += 1
        self._ask("claim", handover)
        await self._send("claim", handover=handover)

    async def _serve(self, conversation: str) -> None:
        words = _uuid(self.dice)
        self._ask("open", conversation)
        await self._send("open", conversation=conversation, after=0)
        self._ask("say", words)
        await self._send("say", conversation=conversation, client_id=words, text="Hello, I am looking into it.")
        await asyncio.sleep(self.dice.uniform(2, 5))
        while conversation not in self.resolved:
            self._ask("resolve", conversation)
            await self._send("resolve", conversation=conversation)
            self._free()
            for _moment in itertools.takewhile(lambda _: conversation not in self.resolved, range(25)):
                await asyncio.sleep(0.2)  # a lost line may have lost the wish too
        await self._send("leave", conversation=conversation)
        self.held.discard(conversation)

    async def _live(self, line: Line) -> None:
        """Goes away for a while, or loses the line without a word."""
        while self.line is line:
            await asyncio.sleep(self.dice.uniform(8, 25))
            if self.dice.random() < 0.5:
                line.cut()
                return
            await self._be("away")
            await asyncio.sleep(self.dice.uniform(2, 5))
            await self._be("online")

    async def _be(self, state: str) -> None:
        if state == "online":
            self._free()
        await self._send("presence", state=state)

    def _drop(self, handover: str | None) -> None:
        if handover in self.offers:
            self.offers.discard(handover)
            self._free()

    def _free(self) -> None:
        """From now on there is room: what the queue then owes, it owes from this moment."""
        self.log.freed[self.id].append(time.time())

    async def _send(self, kind: str, **fields: Any) -> None:
        with contextlib.suppress(*GONE):
            if self.line:
                await self.line.send(kind, **fields)

    def _ask(self, verb: str, what: str) -> None:
        self.asked[verb, what] = time.monotonic()

    def _done(self, verb: str, what: str) -> None:
        asked = self.asked.pop((verb, what), None)
        if asked:
            self.log.verbs[verb].append(time.monotonic() - asked)

    def _start(self, work: Any) -> None:
        job = asyncio.create_task(work)
        self.jobs.add(job)
        job.add_done_callback(self.jobs.discard)


async def customer(arena: Arena, company: Company, token: str, log: Log) -> None:
    """Asks for a person, waits, is served, goes; with another line when the first one is lost."""
    conversation, seq, pause = None, 0, 0.5
    while True:
        try:
            began = time.monotonic()
            line = await Line.customer(arena.port, company.host, token, conversation, seq)
            conversation = (await line.next("welcome"))["conversation"]
            log.entered.append(time.monotonic() - began)
            if not seq:
                await line.send("person", reason="My parcel is lost")
            beat = asyncio.create_task(line.ping())
            async for frame in line:
                seq = max(seq, frame.get("seq", 0))
                if frame["type"] == "closed":
                    log.done += 1
                    beat.cancel()
                    await line.close()
                    return
            beat.cancel()
            log.lost[str(line.code)] += 1
        except GONE as error:
            log.lost[type(error).__name__] += 1
        await asyncio.sleep(pause := min(8.0, pause * 2))


async def day(arena: Arena, company: Company, options: argparse.Namespace, log: Log) -> None:
    dice = random.Random(options.seed)  # noqa: S311
    agents = [Agent(arena, company, name, log, random.Random(dice.random())) for name in company.cookies]  # noqa: S311
    shifts = [asyncio.create_task(agent.work()) for agent in agents]
    await asyncio.sleep(3)
    tokens = await asyncio.to_thread(arena.tokens, company, options.customers)
    visits = []
    for token in tokens:
        visits.append(asyncio.create_task(customer(arena, company, token, log)))
        await asyncio.sleep(dice.expovariate(options.rate))
    with contextlib.suppress(TimeoutError):
        await asyncio.wait_for(asyncio.gather(*visits), options.seconds)
    for task in (*shifts, *(job for agent in agents for job in agent.jobs), *visits):
        task.cancel()


def stranded(company: Company) -> int:
    from django.db import connection

    from apps.agents import sweeping
    from apps.tenants import context

    with context.inside(context.Schema(company.slug)):
        count = sweeping.stranded().count()
        connection.close()
    return count


async def watch(company: Company, seen: list[int]) -> None:
    """The invariant, looked at all the time. One look may catch a row just before it is put right; two running may not."""
    while True:
        seen.append(await asyncio.to_thread(stranded, company))
        await asyncio.sleep(0.5)


def waits(company: Company, log: Log) -> Iterator[float]:
    """Seconds from the moment an offer was owed to the offer. Owed: somebody waits and the agent who got it has room."""
    from apps.agents.models import Offer
    from apps.tenants import context

    with context.inside(context.Schema(company.slug)):
        rows = list(Offer.objects.select_related("handover").order_by("offered_at"))
    ended: dict[Any, datetime] = {}
    expired: dict[Any, list[float]] = defaultdict(list)
    for row in rows:
        if row.ended_at:
            expired[str(row.member_id)].append(row.ended_at.timestamp())
    for row in rows:
        at = row.offered_at.timestamp()
        asked = ended.get(row.handover_id, row.handover.requested_at).timestamp()
        freed = [moment for moment in (*log.freed[str(row.member_id)], *expired[str(row.member_id)]) if moment <= at]
        yield at - max(asked, max(freed, default=0.0))
        if row.ended_at:
            ended[row.handover_id] = row.ended_at


def resolved(company: Company) -> int:
    from apps.conversations.models import Conversation
    from apps.tenants import context

    with context.inside(context.Schema(company.slug)):
        return Conversation.objects.filter(closed_at__isnull=False).count()


def spread(seconds: list[float]) -> str:
    return f"{quantile(seconds, 0.5):.2f} / {quantile(seconds, 0.95):.2f} / {max(seconds, default=0):.2f} s"


def report(company: Company, options: argparse.Namespace, log: Log, seen: list[int]) -> bool:
    owed = list(waits(company, log))
    double = sum(len(winners) > 1 for winners in log.winners.values())
    twice = sum(one > 0 and two > 0 for one, two in itertools.pairwise(seen))
    p95 = quantile(owed, 0.95)
    say(table([
        ("customers who came, served to the end", f"{options.customers}, {log.done}"),
        ("customers' lines lost", dict(log.lost) or "none"),
        ("conversations resolved, in the database", resolved(company)),
        ("a customer's way in, p50 / p95 / max", spread(log.entered)),
        *((f"{verb} until it is seen, p50 / p95 / max", spread(log.verbs[verb])) for verb in VERBS),
        ("offers made", len(owed)),
        ("offer after it was owed, p50 / p95 / max", spread(owed)),
        ("claims tried, refused as taken", f"{log.claims}, {log.refused}"),
        ("handovers won by more than one agent", double),
        ("looks at the invariant, stranded in two looks running", f"{len(seen)}, {twice}"),
    ]))  # fmt: skip
    return not double and not twice and log.done == options.customers and p95 < TARGET_SECONDS


def _uuid(dice: random.Random) -> str:
    return str(uuid.UUID(int=dice.getrandbits(128), version=4))


async def run(arena: Arena, options: argparse.Namespace) -> bool:
    company = await asyncio.to_thread(
        lambda: arena.found("desk", agents=options.agents, offer_seconds=10, capacity=CAPACITY, patience_minutes=60)
    )
    log, seen = Log(), list[int]()
    eye = asyncio.create_task(watch(company, seen))
    began = time.monotonic()
    await day(arena, company, options, log)
    eye.cancel()
    say(f"{time.monotonic() - began:.0f} s, seed {options.seed}")
    return await asyncio.to_thread(report, company, options, log, seen)


def main() -> int:
    parser = argparse.ArgumentParser(prog="bench.desk", description=__doc__)
    parser.add_argument("--agents", type=int, default=50)
    parser.add_argument("--customers", type=int, default=500)
    parser.add_argument("--rate", type=float, default=50.0, help="customers a second")
    parser.add_argument("--seconds", type=float, default=120.0, help="most that is waited after the last one came")
    parser.add_argument("--seed", type=int, default=1)
    options = parser.parse_args()
    with tempfile.TemporaryDirectory(prefix="yingda-desk-") as folder, Arena(Path(folder) / "data") as arena:
        return 0 if asyncio.run(run(arena, options)) else 1


if __name__ == "__main__":
    sys.exit(main())
