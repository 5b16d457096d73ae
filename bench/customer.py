"""One customer of a crowd: a line on which one thing at a time is said, and what has to come back before it is answered."""

import asyncio
import json
import time
import uuid
from typing import Any, Protocol

from bench import thin
from bench.plan import Outcome, Plan
from bench.thin import ThinSocket


class Crowd(Protocol):
    """The crowd a customer belongs to. `flying`: the customers who wait for an answer, by client_id; `over`: time is up."""

    plan: Plan
    outcome: Outcome
    flying: "dict[str, Customer]"
    over: bool

    def ended(self, customer: "Customer", own: str, at: float) -> None: ...
    def freed(self, customer: "Customer") -> None: ...
    def complain(self, frame: bytes) -> None: ...


class Customer:
    """One line. One thing said at a time."""

    def __init__(self, crowd: Crowd) -> None:
        self.crowd = crowd
        self.socket: ThinSocket
        self.conversation = ""
        self.own = ""  # client_id of what was said last, empty when it was answered
        self.due = self.acked = self.noticed = 0.0
        self.seq = self.seen = self.asked = 0
        self.handed_over = False

    async def enter(self, token: str) -> None:
        plan = self.crowd.plan
        path = "/" if plan.kind == "echo" else "/ws/chat/"
        self.socket = await thin.connect(plan.port, plan.host, path)
        self.socket.lost = self.lost
        if plan.kind != "echo":
            welcome: asyncio.Future[dict[str, Any]] = asyncio.get_running_loop().create_future()
            self.socket.heard = lambda frame: None if welcome.done() else welcome.set_result(json.loads(frame))
            self.socket.send(json.dumps({"type": "hello", "token": token, "after": 0}).encode())
            async with asyncio.timeout(thin.OPEN_SECONDS):
                first = await welcome
            if first["type"] != "welcome":
                raise ConnectionError(f"Instead of a welcome came {first}.")
            self.conversation = first["conversation"]
        self.socket.heard = {"echo": self.answered, "talk": self.heard_in_talk, "ask": self.heard_of_bot}[plan.kind]

    def say(self, text: str, due: float) -> None:
        self.own, self.due, self.acked, self.noticed = str(uuid.uuid4()), due, 0.0, 0.0
        self.asked += 1
        self.crowd.flying[self.own] = self
        self.socket.send(b'{"type":"say","client_id":"%s","text":%s}' % (self.own.encode(), json.dumps(text).encode()))

    def refused(self, frame: bytes) -> None:
        """The tenant's plan refused a message. Somebody else speaks next, as with a tenant that has more customers than it paid
        for."""
        if b'"code":"too_fast"' not in frame:
            self.crowd.complain(frame)
            return
        self.crowd.outcome.refused += 1
        self.crowd.flying.pop(self.own, None)
        self.own = ""
        self.crowd.freed(self)

    def heard_in_talk(self, frame: bytes) -> None:
        if frame.startswith(b'{"type":"ack"'):
            self.acked, self.seq = time.time(), int(frame.split(b'"seq":', 1)[1].split(b",", 1)[0])
            self.settle()
        elif frame.startswith(b'{"type":"error"'):
            self.refused(frame)

    def notice(self) -> None:
        """An agent's socket has it."""
        self.noticed = time.time()
        self.settle()

    def settle(self) -> None:
        plan = self.crowd.plan
        reached = not plan.consoles or (self.seen >= self.seq if plan.by_inbox else self.noticed > 0)
        if self.own and self.acked and reached:
            self.answered(b"")

    def heard_of_bot(self, frame: bytes) -> None:
        """Answered when the message came; the next is said when the turn is over, as a handover may follow its message."""
        if frame.startswith(b'{"type":"ack"'):
            self.acked = time.time()
        elif frame.startswith(b'{"type":"message"') and b'"kind":"bot"' in frame:
            self.noticed = time.time()
        elif frame.startswith(b'{"type":"owner"') and b'"owner":"bot"' not in frame:
            self.noticed = self.noticed or time.time()
            self.handed_over = True
        elif frame.startswith(b'{"type":"turn"') and self.own and (b'"done"' in frame or b'"failed"' in frame):
            self.crowd.outcome.handed_over += self.handed_over
            self.answered(frame)
        elif frame.startswith(b'{"type":"error"'):
            self.refused(frame)

    def answered(self, _frame: bytes) -> None:
        own, self.own = self.own, ""
        if own:
            self.crowd.flying.pop(own, None)
            self.crowd.ended(self, own, self.noticed or time.time())

    def lost(self) -> None:
        if not self.crowd.over:
            self.crowd.outcome.lines_lost += 1
