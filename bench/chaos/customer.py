"""A customer as an outside client is, written against PROTOCOL.md: what is not acknowledged is sent again, what was seen
is asked for no more, and everything is written down."""

import asyncio
import contextlib
import http.client
import io
import json
import random
import urllib.error
import urllib.request
import uuid
from dataclasses import dataclass, field
from typing import Any

from PIL import Image
from websockets.exceptions import WebSocketException

from bench.arena import Company
from bench.chaos.asking import Asking
from bench.wire import LOOPBACK, Frame, Line

NUMBERED = ("message", "owner", "closed", "rated")
GONE = (OSError, WebSocketException, TimeoutError)
AGAIN_SECONDS = 6.0  # an unacknowledged message is sent again on the same line
BEAT_SECONDS = 4.0
UNKNOWN = "What colour are the curtains in your office on Mars?"


@dataclass
class Said:
    """One message of the customer's. `seq` and `conversation` once it is acknowledged."""

    text: str
    file: str = ""
    seq: int = 0
    conversation: str = ""
    refused: str = ""
    sent_at: float = 0.0

    @property
    def settled(self) -> bool:
        return bool(self.seq or self.refused)


@dataclass
class Diary:
    """All that happened to one customer. `seen`: numbered events in the order of their arrival, by conversation."""

    said: dict[str, Said] = field(default_factory=dict)
    seen: dict[str, list[tuple[int, str]]] = field(default_factory=dict)
    texts: list[str] = field(default_factory=list)
    repeats: int = 0
    lines: int = 0
    codes: dict[int, int] = field(default_factory=dict)
    files_refused: list[str] = field(default_factory=list)
    limited: int = 0  # times that something came too fast, though the trial lifts the limits


class Customer:
    def __init__(self, port: int, company: Company, number: int, questions: list[str], dice: random.Random) -> None:
        self.port, self.company, self.number, self.questions, self.dice = port, company, number, questions, dice
        self.diary = Diary()
        self.visitor = self.conversation = ""
        self.line: Line | None = None
        self.newest = 0  # the server's word for the newest number, by welcome and pong
        self.count = 0
        self.moving = False  # between the end of one conversation and the welcome of the next
        self.pongs = 0  # in a row, that told of more than was seen
        self.asking = Asking()  # of the line that is up

    async def live(self) -> None:
        """Keep a line up, until cancelled."""
        pause = 0.3
        while True:
            with contextlib.suppress(*GONE):
                await self._visit()
                pause = 0.3
            self.line = None
            await asyncio.sleep(pause * (1 + self.dice.random()))
            pause = min(3.0, pause * 2)

    async def talk(self, seconds: float, think: float) -> None:
        """Say something now and then. Returns when time is over: nobody thinks on about what is not said any more."""
        loop = asyncio.get_running_loop()
        until = loop.time() + seconds
        await asyncio.sleep(self.dice.uniform(0, think))
        while loop.time() < until:
            await self._act()
            await asyncio.sleep(min(self.dice.uniform(0.5 * think, 1.5 * think), until - loop.time()))

    @property
    def settled(self) -> bool:
        """Everything said is acknowledged or refused for good, and everything the server told of was seen."""
        return all(said.settled for said in self.diary.said.values()) and self.last >= self.newest

    @property
    def last(self) -> int:
        seen = self.diary.seen.get(self.conversation)
        return seen[-1][0] if seen else 0

    async def ping(self) -> None:
        if self.line:
            with contextlib.suppress(*GONE):
                await self._ping(self.line)

    async def _ping(self, line: Line) -> None:
        self.asking.ping()
        await line.send("ping")

    async def _visit(self) -> None:
        session = await asyncio.to_thread(self._session)
        self.visitor = session["token"]
        line = await Line.customer(self.port, self.company.host, self.visitor, self.conversation or None, self.last)
        self.diary.lines += 1
        self.pongs, self.asking, self.moving = 0, Asking(), False
        beat = asyncio.create_task(self._beat(line))
        try:
            async for frame in line:
                await self._take(line, frame)
        finally:
            beat.cancel()
            self.diary.codes[line.code] = self.diary.codes.get(line.code, 0) + 1
            await line.close()

    async def _beat(self, line: Line) -> None:
        with contextlib.suppress(*GONE):
            while True:
                await asyncio.sleep(BEAT_SECONDS)
                await self._ping(line)
                await self._resend(line, AGAIN_SECONDS)

    async def _take(self, line: Line, frame: Frame) -> None:
        kind = frame["type"]
        if kind == "welcome":
            self._enter(frame["conversation"])
            self.moving = False
            self.newest = frame["seq"]
            self.line = line
            await self._resend(line, 0.0)
        elif kind == "pong":
            self.newest = max(self.newest, frame["seq"])
            self.asking.pong()
            await self._ask_for_missing(line)
        elif kind == "ack":
            said = self.diary.said[frame["client_id"]]
            if said.seq and said.seq != frame["seq"]:
                self.diary.repeats += 1  # two numbers for one message
            said.seq, said.conversation = frame["seq"], self.conversation
        elif kind == "error":
            await self._refused(line, frame)
        elif kind in NUMBERED:
            self._see(frame)

    async def _ask_for_missing(self, line: Line) -> None:
        """Syncs when two pongs in a row name newer events: then those events are not on their way any more."""
        self.pongs = self.pongs + 1 if self.newest > self.last else 0
        if self.pongs >= 2:
            self.asking.sync(self.last)
            await line.send("sync", after=self.last)

    def _enter(self, conversation: str) -> None:
        if conversation != self.conversation:
            self.conversation = conversation
            self.diary.seen.setdefault(conversation, [])

    def _see(self, frame: Frame) -> None:
        seen = self.diary.seen[self.conversation]
        seq = frame["seq"]
        if seen and seq <= seen[-1][0]:
            self.diary.repeats += not self.asking.expected(seq)
            return
        seen.append((seq, frame["type"]))
        self.diary.texts.append(json.dumps(frame))

    async def _refused(self, line: Line, frame: Frame) -> None:
        said = self.diary.said.get(frame.get("client_id") or "")
        if said is None:
            return
        if frame["code"] == "closed" and not self.moving:  # a new conversation takes it
            self.newest, self.moving = 0, True
            await line.send("hello", token=self.visitor, conversation=None, after=0)
        elif frame["code"] in ("unavailable", "too_fast", "closed"):
            self.diary.limited += frame["code"] == "too_fast"
            said.sent_at = asyncio.get_running_loop().time() - AGAIN_SECONDS + min(AGAIN_SECONDS, frame.get("retry_after") or 1)
        else:
            said.refused = frame["code"]

    async def _act(self) -> None:
        act = self.dice.random()
        if act < 0.68:
            await self._say(self.dice.choice(self.questions))
        elif act < 0.78:
            for _ in range(3):  # a burst is one turn
                await self._say(self.dice.choice(self.questions))
        elif act < 0.83:
            await self._say(UNKNOWN)
        elif act < 0.88:
            await self._say("I want to talk to a human")
        elif act < 0.95:
            await self._send_file()
        elif self.line:
            with contextlib.suppress(*GONE):
                await self.line.send("stop")

    async def _say(self, question: str, file: str = "") -> None:
        self.count += 1
        own = str(uuid.UUID(int=self.dice.getrandbits(128), version=4))
        self.diary.said[own] = Said(f"{question} ({mark(self.company, self.number, self.count)})", file)
        if self.line:
            with contextlib.suppress(*GONE):
                await self._utter(self.line, own)

    async def _utter(self, line: Line, own: str) -> None:
        said = self.diary.said[own]
        said.sent_at = asyncio.get_running_loop().time()
        await line.say(said.text, own, **({"attachments": [said.file]} if said.file else {}))

    async def _resend(self, line: Line, older: float) -> None:
        now = asyncio.get_running_loop().time()
        for own, said in list(self.diary.said.items()):
            if not said.settled and now - said.sent_at >= older:
                await self._utter(line, own)

    async def _send_file(self) -> None:
        if not self.visitor:
            return
        status, body = await asyncio.to_thread(self._post, "/api/v1/widget/attachments", picture(self.dice), "image/png")
        if status == 201:
            await self._say("Look at this picture", body["id"])
        else:  # the words go without it, as they would in the widget
            self.diary.files_refused.append(str(body.get("message", status)))
            await self._say(self.dice.choice(self.questions))

    def _session(self) -> Frame:
        fields = json.dumps({"site_key": self.company.site_key, "visitor": self.visitor or None}).encode()
        status, body = self._post("/api/v1/widget/session", fields, "application/json")
        self.diary.limited += status == 429
        if status != 200:
            raise ConnectionError(f"no session: {status}")
        return body

    def _post(self, path: str, content: bytes, kind: str) -> tuple[int, dict[str, Any]]:
        headers = {"Host": self.company.host, "Content-Type": kind, "Origin": f"http://{self.company.host}"}
        headers |= _file_headers(self.visitor) if kind == "image/png" else {}
        request = urllib.request.Request(f"http://{LOOPBACK}:{self.port}{path}", content, headers)
        try:
            with urllib.request.urlopen(request, timeout=15) as answer:  # noqa: S310  our own loopback
                return answer.status, json.loads(answer.read())
        except urllib.error.HTTPError as refusal:
            try:
                return refusal.code, json.loads(refusal.read())
            except (OSError, ValueError, http.client.HTTPException):  # a refusal may be cut off as anything else
                return refusal.code, {}
        except (OSError, ValueError, http.client.HTTPException) as error:
            return 0, {"message": repr(error)}


def _file_headers(token: str) -> dict[str, str]:
    return {"Authorization": f"Bearer {token}", "Content-Disposition": 'attachment; filename="picture.png"'}


def mark(company: Company, customer: int, count: int) -> str:
    """A text that tells every message of the trial from every other one, and names its customer."""
    return f"{company.slug}-{customer}-{count}"


def picture(dice: random.Random) -> bytes:
    """A PNG of noise, too big for a disk that is full."""
    image = Image.frombytes("RGB", (200, 200), dice.randbytes(200 * 200 * 3))
    kept = io.BytesIO()
    image.save(kept, "PNG")
    return kept.getvalue()
