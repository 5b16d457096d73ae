"""Everything goes wrong at once: `make chaos ARGS="--minutes 10 --seed 7"`.

The whole product with two web processes behind a proxy and two `turns` workers; customers and agents in two tenants talk
while faults strike from a printed seed. Then all is left in peace until it has caught up, and what each client wrote down is
compared with the database. Exits non-zero when a promise of PROTOCOL.md was broken once.
"""

import argparse
import asyncio
import contextlib
import random
import signal
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import TYPE_CHECKING, Any

from django.db import DatabaseError

from bench.arena import Arena, Company, say, table
from bench.chaos.agent import Agent
from bench.chaos.customer import Customer
from bench.chaos.faults import Faults
from bench.chaos.house import House
from bench.chaos.orders import SOLD_BY, Orders
from bench.chaos.proxy import Proxy
from bench.chaos.returner import FLOW, Returner, definition

if TYPE_CHECKING:
    from bench.chaos.effects import Walked

TENANTS = ("acme", "globex")
SHOP = (
    ("How long does shipping take?", "{slug}-shop: parcels arrive within 3 to 5 business days."),
    ("How do I return an item?", "{slug}-shop: open Your orders and press Start a return."),
    ("Which payment methods do you accept?", "{slug}-shop: Visa, Mastercard, PayPal and gift cards."),
    ("How long is the warranty?", "{slug}-shop: two years on everything but food."),
    ("怎么开发票？", "{slug}-shop：在订单详情页点击“申请发票”，填写抬头和税号。"),
)
CATCH_UP_SECONDS = 180.0


def found(arena: Arena, slug: str, agents: int, orders: Orders, *, returns: bool) -> Company:
    """A tenant that is open, with a little knowledge of its own, whose local model answers: it is killed and stalled too. It
    takes returns by the order system."""
    from apps.flows.models import Flow, System
    from apps.knowledge.intake import ingestion, publishing
    from apps.knowledge.models import Article
    from apps.llm.models import ModelEndpoint
    from apps.releases import publishing as releases
    from apps.tenants import context

    company = arena.found(slug, agents=agents, capacity=10, offer_seconds=8)
    with context.inside(context.Schema(slug)):
        ModelEndpoint.objects.update(answers=True)
        for title, body in SHOP:
            article = Article(title=title, body=body.format(slug=slug), status="published")
            publishing.save(article)
            ingestion.ingest(article.pk)
        System.objects.create(name="shop", base_url=f"{orders.url}/{SOLD_BY}", secret=orders.secret)
        if returns:
            Flow.objects.create(name=FLOW, text=definition(), enabled=True)
        releases.activate(releases.publish())  # no worker is there to play its dialogues
    return company


class Trial:
    def __init__(self, arena: Arena, house: House, orders: Orders, options: argparse.Namespace) -> None:
        self.options, self.house, self.orders = options, house, orders
        self.dice = random.Random(options.seed)  # noqa: S311
        self.proxy = Proxy(house.ports)
        self.companies = [
            found(arena, slug, options.agents // len(TENANTS), orders, returns=options.returns > 0) for slug in TENANTS
        ]
        self.customers = {company.slug: self._customers(company) for company in self.companies}
        self.agents = {company.slug: self._agents(company) for company in self.companies}
        self.lives: list[asyncio.Task[None]] = []
        self.faults = Faults(house, self.proxy, random.Random(self.dice.random()), options.only)  # noqa: S311

    async def run(self) -> float:
        """The talk, the faults, the peace afterwards; → how many seconds all took to catch up."""
        asyncio.get_running_loop().set_default_executor(ThreadPoolExecutor(64))  # people wait for their sessions side by side
        await self.proxy.start()
        await self.house.wait_until_ready()
        seconds = 60 * self.options.minutes
        customers = [customer for group in self.customers.values() for customer in group]
        agents = [agent for group in self.agents.values() for agent in group]
        self.lives = [asyncio.create_task(each) for each in (*(c.live() for c in customers), *(a.work() for a in agents))]
        mending = asyncio.create_task(self.house.mend())
        self.orders.misbehave(self.options.seed)
        talks = [customer.talk(seconds, self.options.think) for customer in customers]
        await asyncio.gather(*talks, self.faults.strike(seconds))
        self.orders.behave()
        caught_up = await self._peace()
        for task in (*self.lives, mending, *(job for group in self.agents.values() for agent in group for job in agent.jobs)):
            task.cancel()
        await asyncio.sleep(0.5)
        self.proxy.stop()
        return caught_up

    async def _peace(self) -> float:
        began = time.monotonic()
        for agent in (agent for group in self.agents.values() for agent in group):
            agent.going_home = True
        told: set[str] = set()
        while time.monotonic() - began < CATCH_UP_SECONDS:
            await asyncio.sleep(0.5)
            left = await self._left()
            if not left:
                break
            if left.keys() != told:
                told = set(left)
                counts = ", ".join(f"{what}: {count}" for what, count in left.items())
                say(f"{time.monotonic() - began:5.0f} s of peace, {counts}")
        seconds = time.monotonic() - began
        for customer in (customer for group in self.customers.values() for customer in group):
            await customer.ping()  # a last look whether anything is missing
        await asyncio.sleep(3)
        return seconds

    async def _left(self) -> dict[str, int]:
        """The things that are not yet as they will be, and how much of each."""
        from bench.chaos import effects, verdict

        for ended in filter(asyncio.Task.done, self.lives):
            ended.result()  # nobody's life ends before the trial: what it died of is this program's mistake, told at once
        customers = [customer for group in self.customers.values() for customer in group]
        left = {
            "customers without an answer to what they sent": sum(not customer.settled for customer in customers),
            "conversations that agents serve": sum(len(agent.mine) for group in self.agents.values() for agent in group),
        }
        try:
            ledgers = [await asyncio.to_thread(verdict.read, company) for company in self.companies]
            owed = [await asyncio.to_thread(effects.owed, company) for company in self.companies]
        except DatabaseError:  # it may be on its way back
            return {"the database is away": 1}
        left |= {
            verdict.ENDLESS: sum(len(ledger.open_ends) for ledger in ledgers),
            "tickets not filed": sum(owed),
            "handovers not done": sum(ledger.waiting for ledger in ledgers),
            verdict.STRANDED: sum(ledger.stranded for ledger in ledgers),
        }
        return {what: count for what, count in left.items() if count}

    def report(self, caught_up: float) -> bool:
        from bench.chaos import effects, verdict

        parties = [(c, verdict.read(c), self.customers[c.slug], self.agents[c.slug]) for c in self.companies]
        found = verdict.judge(parties)
        journal, walked = self.orders.journal(), [effects.read(company) for company in self.companies]
        effects.judge(found, journal, walked)
        asked = [each["times"] for each in journal["asked"]]
        customers = [customer for group in self.customers.values() for customer in group]
        agents = [agent for group in self.agents.values() for agent in group]
        said = [said for customer in customers for said in customer.diary.said.values()]
        codes = sum((Counter(customer.diary.codes) for customer in customers), Counter[int]())
        ledgers = [ledger for _c, ledger, *_rest in parties]
        say(table([
            ("customers, lines they needed", f"{len(customers)}, {sum(customer.diary.lines for customer in customers)}"),
            ("messages said, acknowledged", f"{len(said)}, {sum(bool(each.seq) for each in said)}"),
            ("messages refused for good", dict(Counter(each.refused for each in said if each.refused)) or "none"),
            ("files that were not taken; their words went without", sum(len(c.diary.files_refused) for c in customers)),
            ("turns, taken over by another worker", f"{sum(x.turns for x in ledgers)}, {sum(x.again for x in ledgers)}"),
            ("handovers, served by agents", f"{sum(x.handovers for x in ledgers)}, {sum(a.shift.served for a in agents)}"),
            ("returns wished for, made, told", self._returns(journal, walked)),
            ("calls of returns, sent again", f"{len(asked)}, {sum(times - 1 for times in asked)}"),
            ("agents, lines they needed", f"{len(agents)}, {sum(agent.shift.lines for agent in agents)}"),
            ("close codes", dict(sorted(codes.items()))),
            ("faults", sum(self.faults.struck.values())),
            ("seconds to catch up afterwards", f"{caught_up:.0f}"),
            *((promise, found.counts[promise]) for promise in (*verdict.PROMISES, *effects.PROMISES)),
        ]))  # fmt: skip
        for promise, examples in found.examples.items():
            say("\n".join((f"{promise}, for example:", *(f"  {example[:600]}" for example in examples))))
        return not found.counts.total() and caught_up < CATCH_UP_SECONDS

    def _returns(self, journal: dict[str, Any], walked: "Sequence[Walked]") -> str:
        wished, told = sum(len(each.wishes) for each in walked), sum(len(each.told) for each in walked)
        return f"{wished}, {len(journal['records'])}, {told}"

    def _customers(self, company: Company) -> list[Customer]:
        questions = [title for title, _body in SHOP]
        count = self.options.customers // len(TENANTS)
        kinds = [Returner if self.options.returns and n % self.options.returns == 0 else Customer for n in range(count)]
        return [kind(self.proxy.port, company, n, questions, self._dice()) for n, kind in enumerate(kinds)]

    def _agents(self, company: Company) -> list[Agent]:
        return [Agent(self.proxy.port, company, name, self._dice()) for name in company.cookies]

    def _dice(self) -> random.Random:
        return random.Random(self.dice.random())  # noqa: S311


def main() -> int:
    parser = argparse.ArgumentParser(prog="make chaos", description=__doc__)
    parser.add_argument("--minutes", type=float, default=3.0)
    parser.add_argument("--seed", type=int, default=int(time.time()))
    parser.add_argument("--customers", type=int, default=200)
    parser.add_argument("--agents", type=int, default=10)
    parser.add_argument("--think", type=float, default=20.0, help="seconds between two of a customer's messages, on average")
    parser.add_argument("--only", default="", help="faults with these words in their name")
    parser.add_argument("--keep", type=Path, help="a folder that keeps the data and the logs")
    parser.add_argument("--returns", type=int, default=3, metavar="N", help="each Nth customer returns something; 0: none")
    options = parser.parse_args()
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(143))  # so that everything started here is stopped
    say(f"seed {options.seed}, {options.minutes:g} minutes")
    with contextlib.ExitStack() as stack:
        folder = options.keep or Path(stack.enter_context(tempfile.TemporaryDirectory(prefix="yingda-chaos-")))
        folder.mkdir(parents=True, exist_ok=True)
        arena = stack.enter_context(Arena(folder / "data", YINGDA_WEB_PROCESSES="1", YINGDA_TURNS_WORKERS="1"))
        house = House(arena)
        stack.callback(house.stop)
        orders = Orders(folder / "orders")
        stack.callback(orders.stop)
        trial = Trial(arena, house, orders, options)
        caught_up = asyncio.run(trial.run())
        good = trial.report(caught_up)
    say("nothing was lost" if good else "PROMISES WERE BROKEN")
    return 0 if good else 1


if __name__ == "__main__":
    sys.exit(main())
