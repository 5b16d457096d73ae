"""A small round-robin proxy before the web processes, which can also tear lines in the middle of a frame."""

import asyncio
import contextlib
import itertools
import random

from runtime.services.service import LOOPBACK, free_port

PIECE = 64 * 1024


class Pair:
    """A client's line and the web process's behind it. A doomed one forwards half of what comes next, then breaks."""

    def __init__(self, client: asyncio.StreamWriter, server: asyncio.StreamWriter) -> None:
        self.client, self.server = client, server
        self.doomed = False

    def cut(self) -> None:
        for writer in (self.client, self.server):
            writer.transport.abort()


class Proxy:
    def __init__(self, backends: list[int]) -> None:
        self.port = free_port()
        self.pairs: set[Pair] = set()
        self._backends = backends
        self._next = itertools.count()
        self._jobs: set[asyncio.Task[None]] = set()

    async def start(self) -> None:
        self._server = await asyncio.start_server(self._serve, LOOPBACK, self.port)

    def stop(self) -> None:
        self._server.close()
        for job in self._jobs:
            job.cancel()
        for pair in list(self.pairs):
            pair.cut()

    def doom(self, dice: random.Random, share: float) -> int:
        """Tear a share of the lines with the next piece they carry; → how many."""
        chosen = [pair for pair in self.pairs if dice.random() < share]
        for pair in chosen:
            pair.doomed = True
        return len(chosen)

    async def _serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        behind = await self._connect()
        if behind is None:
            writer.transport.abort()
            return
        pair = Pair(writer, behind[1])
        self.pairs.add(pair)
        jobs = {
            asyncio.create_task(self._carry(reader, pair.server, pair)),
            asyncio.create_task(self._carry(behind[0], pair.client, pair)),
        }
        self._jobs |= jobs
        try:
            with contextlib.suppress(asyncio.CancelledError):  # the server was closed; its callback would complain
                await asyncio.wait(jobs, return_when=asyncio.FIRST_COMPLETED)
        finally:
            for job in jobs:
                job.cancel()
            self._jobs -= jobs
            self.pairs.discard(pair)
            pair.cut() if pair.doomed else self._close(pair)

    def _close(self, pair: Pair) -> None:
        for writer in (pair.client, pair.server):
            with contextlib.suppress(OSError, RuntimeError):
                writer.close()

    async def _connect(self) -> tuple[asyncio.StreamReader, asyncio.StreamWriter] | None:
        """The next web process that takes the line; None when none does."""
        turn = next(self._next)
        for offset in range(len(self._backends)):
            with contextlib.suppress(OSError):
                return await asyncio.open_connection(LOOPBACK, self._backends[(turn + offset) % len(self._backends)])
        return None

    async def _carry(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter, pair: Pair) -> None:
        with contextlib.suppress(OSError):
            while piece := await reader.read(PIECE):
                if pair.doomed:
                    writer.write(piece[: len(piece) // 2])
                    await writer.drain()
                    return
                writer.write(piece)
                await writer.drain()
