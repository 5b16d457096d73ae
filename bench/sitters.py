"""Customers who open the chat and say nothing: `python -m bench.sitters` reads one line of JSON, {port, host, path, tokens}.

Prints {"standing": n, "seconds": s} when as many lines stand as could be opened, s seconds after the first was asked for, and
keeps them until it is killed.
"""

import asyncio
import json
import sys
import time
from typing import Any

from bench import thin
from bench.wire import PING_SECONDS

AT_ONCE = 40
AN_ADDRESS = 20_000  # lines from one source address, well below a machine's usual range of ports
HELLO, PING = '{"type":"hello","after":0,"token":%s}', b'{"type":"ping"}'


class Sitter:
    def __init__(self) -> None:
        self.stands = False

    async def enter(self, plan: dict[str, Any], number: int) -> None:
        source = f"127.0.0.{1 + number // AN_ADDRESS}"
        self.socket = await thin.connect(plan["port"], plan["host"], plan["path"], source=source)
        self.socket.lost = self._lost
        token = plan["tokens"][number]
        if token:
            welcome: asyncio.Future[bytes] = asyncio.get_running_loop().create_future()
            self.socket.heard = lambda frame: None if welcome.done() else welcome.set_result(frame)
            self.socket.send((HELLO % json.dumps(token)).encode())
            async with asyncio.timeout(thin.OPEN_SECONDS):
                if b'"type":"welcome"' not in await welcome:
                    raise ConnectionError("no welcome")
            self.socket.heard = lambda frame: None
        self.stands = True

    def _lost(self) -> None:
        self.stands = False


async def main() -> None:
    plan = json.loads(sys.stdin.readline())
    room, sitters = asyncio.Semaphore(AT_ONCE), [Sitter() for _ in plan["tokens"]]
    pinging = {asyncio.create_task(_ping(sitters))}

    async def one(number: int) -> None:
        async with room:
            try:
                await sitters[number].enter(plan, number)
            except (OSError, TimeoutError) as error:
                print(f"line {number}: {error!r}", file=sys.stderr)  # noqa: T201

    began = time.monotonic()
    await asyncio.gather(*(one(number) for number in range(len(sitters))))
    standing, seconds = sum(sitter.stands for sitter in sitters), time.monotonic() - began
    print(json.dumps({"standing": standing, "seconds": seconds}), flush=True)  # noqa: T201
    await asyncio.gather(*pinging)


async def _ping(sitters: list[Sitter]) -> None:
    """Each every PING_SECONDS, spread evenly."""
    while True:
        for place in range(100):
            for sitter in sitters[place::100]:
                if sitter.stands:
                    sitter.socket.send(PING)
            await asyncio.sleep(PING_SECONDS / 100)


if __name__ == "__main__":
    asyncio.run(main())
