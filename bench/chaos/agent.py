"""An agent's console as an outside client is: takes what is offered, answers, resolves; comes back and finds all again."""

import asyncio
import contextlib
import json
import random
import uuid
from dataclasses import dataclass, field
from typing import Any

from bench.arena import Company
from bench.chaos.customer import AGAIN_SECONDS, BEAT_SECONDS, GONE, Said
from bench.wire import Frame, Line

NUMBERED = ("message", "owner", "closed", "rated", "note")


@dataclass
class Shift:
    """All that happened at one console. `inbox_holes`: inbox frames that were missing in their own numbering."""

    said: dict[str, Said] = field(default_factory=dict)
    texts: list[str] = field(default_factory=list)
    rows: set[str] = field(default_factory=set)
    inbox_holes: int = 0
    repeats: int = 0
    lines: int = 0
    won: dict[str, str] = field(default_factory=dict)  # handover → conversation
    served: int = 0


class Agent:
    def __init__(self, port: int, company: Company, name: str, dice: random.Random) -> None:
        self.port, self.company, self.name, self.dice = port, company, name, dice
        self.id = company.members[name]
        self.shift = Shift()
        self.line: Line | None = None
        self.mine: set[str] = set()  # conversations that are being served
        self.rows: dict[str, Frame] = {}
        self.seqs: dict[str, int] = {}
        self.n = 0
        self.jobs: set[asyncio.Task[None]] = set()
        self.going_home = False

    async def work(self) -> None:
        """Until cancelled."""
        while True:
            with contextlib.suppress(*GONE):
                await self._sit_down()
            self.line = None
            await asyncio.sleep(self.dice.uniform(0.3, 1.5))

    async def _sit_down(self) -> None:
        line = await Line.agent(self.port, self.company.host, self.company.cookies[self.name])
        self.shift.lines += 1
        self.seqs.clear()
        beat = asyncio.create_task(self._beat(line))
        try:
            async for frame in line:
                self._take(line, frame)
        finally:
            beat.cancel()
            await line.close()

    async def _beat(self, line: Line) -> None:
        with contextlib.suppress(*GONE):
            await line.send("presence", state="online")
            while True:
                await asyncio.sleep(BEAT_SECONDS)
                await line.send("ping")

    def _take(self, line: Line, frame: Frame) -> None:
        match frame["type"]:
            case "welcome":
                self.line, self.n = line, 0
                self._look(frame["rows"], whole=True)
            case "inbox":
                self.shift.inbox_holes += frame["n"] != self.n + 1
                self.n = frame["n"]
                self._look(frame["rows"], whole=frame.get("whole", False))
            case "offer":
                self._start(self._claim(frame["handover"]))
            case "claimed" if frame["by"]["id"] == self.id and frame["handover"]:
                self.shift.won[frame["handover"]] = frame["conversation"]
            case "opened":
                self.seqs[frame["conversation"]] = 0
            case "ack":
                said = self.shift.said.get(frame["client_id"])
                if said:
                    self.shift.repeats += bool(said.seq) and said.seq != frame["seq"]
                    said.seq = frame["seq"]
            case "error" if frame.get("client_id") in self.shift.said:
                if frame["code"] in ("not_yours", "closed", "not_found"):
                    self.shift.said[frame["client_id"]].refused = frame["code"]
            case kind if kind in NUMBERED:
                self._see(frame)

    def _look(self, rows: list[Frame], *, whole: bool) -> None:
        if whole:
            self.rows.clear()
        self.rows |= {row["conversation"]: row for row in rows}
        self.shift.rows |= {row["conversation"] for row in rows}
        for row in rows:
            open_mine = row["mine"] and row["owner"] == "human" and row["state"] != "resolved"
            if open_mine and row["conversation"] not in self.mine:
                self.mine.add(row["conversation"])
                self._start(self._serve(row["conversation"]))

    def _see(self, frame: Frame) -> None:
        conversation = frame["conversation"]
        if conversation in self.seqs:
            if frame["seq"] <= self.seqs[conversation]:
                self.shift.repeats += 1
            self.seqs[conversation] = frame["seq"]
            self.shift.texts.append(json.dumps(frame))

    async def _claim(self, handover: str) -> None:
        await asyncio.sleep(self.dice.uniform(0.2, 2))
        await self._send("claim", handover=handover)

    async def _serve(self, conversation: str) -> None:
        """One answer, then the end, or back to the bot. Every wish is repeated until its effect is seen."""
        await self._send("open", conversation=conversation, after=0)
        own = str(uuid.UUID(int=self.dice.getrandbits(128), version=4))
        said = self.shift.said[own] = Said(f"I am looking into it ({self.company.slug}-{self.name}-{len(self.shift.said)})")
        while not said.settled:
            await self._send("say", conversation=conversation, client_id=own, text=said.text)
            await self._until(lambda: said.settled)
        said.conversation = conversation
        await asyncio.sleep(self.dice.uniform(1, 4))
        to_bot = self.dice.random() < 0.2
        while self._is_mine(conversation):
            if to_bot and not self.going_home:
                await self._send("transfer", conversation=conversation, to={"bot": True})
            else:
                await self._send("resolve", conversation=conversation)
            await self._until(lambda: not self._is_mine(conversation))
        await self._send("leave", conversation=conversation)
        self.shift.served += 1
        self.mine.discard(conversation)

    def _is_mine(self, conversation: str) -> bool:
        row = self.rows.get(conversation)
        return bool(row and row["mine"] and row["owner"] == "human" and row["state"] != "resolved")

    async def _until(self, done: Any) -> None:
        until = asyncio.get_running_loop().time() + AGAIN_SECONDS
        while not done() and asyncio.get_running_loop().time() < until:  # noqa: ASYNC110  what changes is a frame's doing
            await asyncio.sleep(0.1)

    async def _send(self, kind: str, **fields: Any) -> None:
        """Sends a wish, or keeps it for later when there is no line now."""
        with contextlib.suppress(*GONE):
            if self.line:
                await self.line.send(kind, **fields)

    def _start(self, work: Any) -> None:
        job = asyncio.create_task(work)
        self.jobs.add(job)
        job.add_done_callback(self.jobs.discard)
