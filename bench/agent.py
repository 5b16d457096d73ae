"""An agent of the desk's trial, who works as people do, and what is written down of all of them."""

import asyncio
import contextlib
import itertools
import random
import time
import uuid
from collections import Counter, defaultdict
from dataclasses import dataclass, field
from typing import Any

from websockets.exceptions import WebSocketException

from bench.arena import Arena, Company
from bench.wire import Frame, Line

CAPACITY = 5
GONE = (OSError, WebSocketException, ConnectionError)


@dataclass
class Log:
    """The events of one agent, by the clock of this machine (seconds since the epoch)."""

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
                for row in frame["rows"]:
                    self._look(row)
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
        else:
            self._done("claim", handover)
            self.offers.discard(handover)
            self._hold(frame["conversation"])

    def _look(self, row: Frame) -> None:
        if row["state"] == "resolved":
            self._done("resolve", row["conversation"])
            self.resolved.add(row["conversation"])
        elif row["mine"]:
            self._hold(row["conversation"])  # theirs since before their line was lost
        waits = row["handover"] and row["handover"]["state"] in ("requested", "offered")
        if waits and len(self.held) < CAPACITY and self.dice.random() < 0.01:
            self._start(self._claim(row["handover"]["id"]))

    def _hold(self, conversation: str) -> None:
        if conversation not in self.held:
            self.held.add(conversation)
            self._start(self._serve(conversation))

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
        """Notes that the agent has room from now on: whatever the queue then owes, it owes from this moment."""
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


def _uuid(dice: random.Random) -> str:
    return str(uuid.UUID(int=dice.getrandbits(128), version=4))
