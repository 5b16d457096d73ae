"""Many customers, and the agents who watch them, in a process of its own: `python -m bench.crowd` reads a Plan from stdin.

Prints `began` when all lines stand and the measured time begins, then one line of JSON (Outcome). Closed loop (`rate` None):
who got all that was waited for says the next thing. Open loop: things are said at their time, whether or not the one before
was answered; what has to wait for a free customer is counted from the moment it was due.
"""

import asyncio
import json
import random
import resource
import sys
import time
from collections import deque
from dataclasses import asdict
from typing import Any

from bench import thin
from bench.customer import Customer
from bench.plan import Console, Outcome, Plan, read

AT_ONCE = 40  # lines opened side by side
GRACE_SECONDS = 15.0  # for what was said and is not answered when time is over
MOMENT_SECONDS = 0.05
WARM_SECONDS = 1.0  # at the beginning, not measured
OFTEN = 20  # questions that one customer asks before another one comes


class Crowd:
    def __init__(self, plan: Plan) -> None:
        self.plan, self.outcome = plan, Outcome()
        self.customers: list[Customer] = []
        self.flying: dict[str, Customer] = {}
        self.idle: deque[Customer] = deque()
        self.due: deque[float] = deque()
        self.tokens = deque(plan.tokens)
        self.said, self.begins, self.over = 0, 0.0, False
        self.by_conversation: dict[str, Customer] = {}
        self.jobs: set[asyncio.Task[None]] = set()

    async def run(self) -> Outcome:
        await self._open()
        print("began", flush=True)  # noqa: T201  told to the process that started this one
        before, began = _cpu(), time.time()
        self.begins = began + WARM_SECONDS
        self.idle.extend(self.customers)
        if self.plan.rate is None:
            while self.idle:
                self.freed(self.idle.popleft())
            await asyncio.sleep(WARM_SECONDS + self.plan.seconds)
        else:
            await self._at_a_rate(self.plan.rate, began + WARM_SECONDS + self.plan.seconds)
        self.outcome.seconds, self.outcome.client = time.time() - self.begins, (_cpu() - before) / (time.time() - began)
        self.over = True
        await self._grace()
        return self.outcome

    def ended(self, customer: Customer, own: str, at: float) -> None:
        """Counts an answer if it came in the measured time; at a rate, also if it was due in that time and came soon after."""
        if at >= self.begins and not (self.over and self.plan.rate is None):
            self.outcome.ends.append((own, customer.due, customer.acked, at))
        if self.over:
            return
        if self.plan.kind == "ask" and (customer.handed_over or customer.asked >= OFTEN):
            self._start(self._replace(customer))
        else:
            self.freed(customer)

    def complain(self, frame: bytes) -> None:
        if len(self.outcome.errors) < 5:
            self.outcome.errors.append(frame.decode())

    def freed(self, customer: Customer) -> None:
        """Gives this customer the next thing that is due to say."""
        if self.over:
            return
        if self.plan.rate is None:
            self._say(customer, time.time())
        elif self.due:
            self._say(customer, self.due.popleft())
        else:
            self.idle.append(customer)

    def _say(self, customer: Customer, due: float) -> None:
        text = self.plan.texts[self.said % len(self.plan.texts)]
        self.said += 1
        customer.say(text, due)

    async def _at_a_rate(self, rate: float, until: float) -> None:
        dice, at = random.Random(1), time.time()  # noqa: S311
        while at < until:
            await asyncio.sleep(max(0.0, at - time.time()))
            if self.idle:
                self._say(self.idle.popleft(), at)
            else:
                self.due.append(at)
            at += dice.expovariate(rate)
        self.outcome.behind = len(self.due)

    async def _open(self) -> None:
        room = asyncio.Semaphore(AT_ONCE)

        async def one() -> None:
            async with room:
                self.customers.append(await self._new())

        await asyncio.gather(*(one() for _ in range(self.plan.customers)))
        self.by_conversation = {customer.conversation: customer for customer in self.customers}
        for console in self.plan.consoles:
            await self._watch(console)

    async def _new(self) -> Customer:
        customer = Customer(self)
        await customer.enter(self.tokens.popleft() if self.tokens else "")
        return customer

    async def _replace(self, old: Customer) -> None:
        """Somebody else comes in its place, while there are tokens."""
        if self.tokens:
            old.socket.lost = lambda: None
            old.socket.close()
            try:
                self.freed(await self._new())
            except (OSError, TimeoutError) as error:
                self.complain(repr(error).encode())
        elif not old.handed_over:
            self.freed(old)

    async def _watch(self, console: Console) -> None:
        socket = await thin.connect(self.plan.port, self.plan.host, "/ws/agent/", {"Cookie": f"sessionid={console.cookie}"})
        stands: asyncio.Queue[None] = asyncio.Queue()
        socket.heard = lambda frame: (
            stands.put_nowait(None) if frame.startswith((b'{"type":"welcome"', b'{"type":"opened"')) else None
        )
        async with asyncio.timeout(thin.OPEN_SECONDS):
            await stands.get()
            for conversation in console.conversations:
                socket.send(json.dumps({"type": "open", "conversation": conversation, "after": 0}).encode())
                await stands.get()
        socket.heard = self._heard_in_inbox if self.plan.by_inbox else self._heard_at_desk

    def _heard_at_desk(self, frame: bytes) -> None:
        if frame.startswith(b'{"type":"message"'):
            _head, mark, rest = frame.partition(b'"client_id":"')
            customer = self.flying.get(rest[:36].decode()) if mark else None
            if customer:
                customer.notice()

    def _heard_in_inbox(self, frame: bytes) -> None:
        if not frame.startswith(b'{"type":"inbox"'):
            return
        for row in json.loads(frame)["rows"]:
            customer = self.by_conversation.get(row["conversation"])
            if customer:
                customer.seen = row["seq"]
                customer.settle()

    async def _grace(self) -> None:
        for _moment in range(int(GRACE_SECONDS / MOMENT_SECONDS)):
            if not self.flying:
                break
            await asyncio.sleep(MOMENT_SECONDS)
        self.outcome.unanswered = len(self.flying)
        for customer in self.customers:
            customer.socket.close()

    def _start(self, work: Any) -> None:
        job = asyncio.create_task(work)
        self.jobs.add(job)
        job.add_done_callback(self.jobs.discard)


def _cpu() -> float:
    used = resource.getrusage(resource.RUSAGE_SELF)
    return used.ru_utime + used.ru_stime


async def main() -> None:
    outcome = await Crowd(read(json.loads(sys.stdin.read()))).run()
    print(json.dumps(asdict(outcome)), flush=True)  # noqa: T201


if __name__ == "__main__":
    asyncio.run(main())
