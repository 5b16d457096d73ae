"""The faults, at random from a printed seed: each one once, then in any order, until time is over."""

import asyncio
import random
import signal
from collections import Counter
from collections.abc import Awaitable, Callable, Iterator
from concurrent.futures import ThreadPoolExecutor

from bench.arena import say
from bench.chaos.house import House
from bench.chaos.proxy import Proxy

CALM = (2.5, 6.0)  # seconds from one fault to the next
LASTS = (3.0, 8.0)  # of those that end by themselves


class Faults:
    def __init__(self, house: House, proxy: Proxy, dice: random.Random, only: str = "") -> None:
        self.house, self.proxy, self.dice = house, proxy, dice
        self.hand = ThreadPoolExecutor(1)
        self.struck: Counter[str] = Counter()
        self.all: dict[str, Callable[[], Awaitable[object]]] = {
            "sockets cut in mid-frame": self._cut,
            "a web process killed": self._kill("web", "web2"),
            "a web process told to stop": self._stop("web", "web2"),
            "a turns worker killed": self._kill("turns", "turns2"),
            "a turns worker told to stop": self._stop("turns", "turns2"),
            "the desk's worker killed": self._kill("housekeeping"),
            "beat killed": self._kill("beat"),
            "Valkey killed, empty again": self._forget,
            "PostgreSQL killed": self._kill("postgres"),
            "the model stalls": self._stall,
            "the model killed": self._kill("model"),
            "no room for files": self._fill,
            "a machine's clock jumps": self._jump,
        }
        self.all = {name: act for name, act in self.all.items() if only in name}

    async def strike(self, seconds: float) -> None:
        """Until the time is over, and all is mended again."""
        until, began = asyncio.get_running_loop().time() + seconds, asyncio.get_running_loop().time()
        for name in self._order():
            await asyncio.sleep(self.dice.uniform(*CALM))
            now = asyncio.get_running_loop().time()
            if now >= until:
                return
            say(f"{now - began:5.0f} s  {name}")
            self.struck[name] += 1
            await self.all[name]()

    def _order(self) -> Iterator[str]:
        while self.all:
            names = list(self.all)
            self.dice.shuffle(names)
            yield from names

    async def _quickly(self, act: Callable[..., object], *args: object) -> None:
        """On a thread of its own: those of the customers are busy waiting."""
        await asyncio.get_running_loop().run_in_executor(self.hand, act, *args)

    async def _cut(self) -> None:
        self.proxy.doom(self.dice, 0.3)

    def _kill(self, *names: str) -> Callable[[], Awaitable[object]]:
        return lambda: self._quickly(self.house.kill, self.dice.choice(names))

    def _stop(self, *names: str) -> Callable[[], Awaitable[object]]:
        return lambda: self._quickly(self.house.signal, self.dice.choice(names), signal.SIGTERM)

    async def _forget(self) -> None:
        await self._quickly(self.house.forget_everything)

    async def _stall(self) -> None:
        await self._quickly(self.house.signal, "model", signal.SIGSTOP)
        await asyncio.sleep(self.dice.uniform(*LASTS))
        await self._quickly(self.house.signal, "model", signal.SIGCONT)

    async def _fill(self) -> None:
        for name in ("web", "web2"):
            await self._quickly(self.house.fill_disk, name, True)
        await asyncio.sleep(self.dice.uniform(*LASTS))
        for name in ("web", "web2"):
            await self._quickly(self.house.fill_disk, name, False)

    async def _jump(self) -> None:
        """A minute and a half forwards or back, and back again later."""
        self.house.set_clock(self.dice.choice((-90, 90)))
        await asyncio.sleep(self.dice.uniform(*LASTS))
        self.house.set_clock(0)
