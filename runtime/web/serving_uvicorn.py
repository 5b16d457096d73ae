"""Uvicorn on a port that it shares with the machine's other web processes; its arguments: host port application."""

import asyncio
import sys
from typing import Any

import uvicorn
from uvicorn.protocols.http.httptools_impl import HttpToolsProtocol

from runtime.services.service import listen

HEAD_SECONDS = 15.0  # from the first byte of a request's head to its last
LARGEST_HEAD = 64 * 1024  # bytes


class Patient(HttpToolsProtocol):
    """A line on which a head has to be complete in time and of a sane size; as it comes, both may go on for ever."""

    _late: asyncio.TimerHandle | None = None
    _in_head = True
    _head = 0

    def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override]
        super().connection_made(transport)
        self._watch()

    def data_received(self, data: bytes) -> None:
        if self._in_head:
            self._watch()
        super().data_received(data)
        if self._in_head and self._late:
            self._head += len(data)
            if self._head > LARGEST_HEAD and not self.transport.is_closing():
                self.send_400_response("The head of this request is too large.")

    def on_headers_complete(self) -> None:
        self._rest()
        self._in_head, self._head = False, 0
        super().on_headers_complete()

    def on_message_complete(self) -> None:
        super().on_message_complete()
        self._in_head = True

    def connection_lost(self, exc: Exception | None) -> None:
        self._rest()
        super().connection_lost(exc)

    def _watch(self) -> None:
        if self._late is None:
            self._late = self.loop.call_later(HEAD_SECONDS, self._end)

    def _rest(self) -> None:
        if self._late:
            self._late.cancel()
        self._late = None

    def _end(self) -> None:
        self._late = None
        self.transport.abort()


def main(host: str, port: int, application: str) -> None:
    config: Any = uvicorn.Config(
        application,
        lifespan="off",
        access_log=False,
        log_level="warning",
        http=Patient,
        # Big frames must reach the consumer, which refuses them in words and keeps the line.
        ws="websockets-sansio",
        ws_per_message_deflate=False,
        ws_max_size=1024 * 1024,
        timeout_graceful_shutdown=15,
    )
    config.load()  # before it listens: a process that is given a line must be able to take it
    uvicorn.Server(config).run(sockets=[listen(host, port)])


if __name__ == "__main__":
    main(sys.argv[1], int(sys.argv[2]), sys.argv[3])
