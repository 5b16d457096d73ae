"""A language model that is only a clock: `python -m bench.endpoint` prints its port and streams an answer to every question.

`PUT /pace` {"words", "pause", "text"} says how: so many words of the text (from its beginning again when it is over), one
each `pause` seconds. `GET /state` → {"arrived": {mark: seconds since the epoch}, "now": open streams, "most": their peak since
the last pace}. A question's mark is the last word of its form `mark-000123`. Until its standard input ends.
"""

import asyncio
import json
import re
import sys
import threading
import time
from typing import Any

from bench.thin import LOOPBACK

MARK = re.compile(r"mark-\d+")


class Endpoint:
    def __init__(self) -> None:
        self.pace: dict[str, Any] = {"words": 12, "pause": 0.0, "text": "Yes."}
        self.arrived: dict[str, float] = {}
        self.now = self.most = 0

    async def serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        try:
            while await self._one(reader, writer):
                pass
        except (OSError, asyncio.IncompleteReadError):
            pass  # the caller went away
        finally:
            writer.close()

    async def _one(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> bool:
        head = (await reader.readuntil(b"\r\n\r\n")).decode("latin-1")
        at = time.time()
        length = re.search(r"content-length: *(\d+)", head, re.IGNORECASE)
        body = await reader.readexactly(int(length[1])) if length else b""
        if head.startswith("GET /state"):
            self._reply(writer, {"arrived": self.arrived, "now": self.now, "most": self.most})
        elif head.startswith("PUT /pace"):
            self.pace, self.most = json.loads(body), self.now
            self.arrived.clear()
            self._reply(writer, {})
        else:
            marks = MARK.findall(body.decode())
            if marks:
                self.arrived[marks[-1]] = at
            await self._stream(writer)
        await writer.drain()
        return True

    def _reply(self, writer: asyncio.StreamWriter, fields: dict[str, Any]) -> None:
        body = json.dumps(fields).encode()
        writer.write(b"HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: %d\r\n\r\n%s" % (len(body), body))

    async def _stream(self, writer: asyncio.StreamWriter) -> None:
        words, pace = str(self.pace["text"]).split(" "), self.pace
        writer.write(b"HTTP/1.1 200 OK\r\nContent-Type: text/event-stream\r\nTransfer-Encoding: chunked\r\n\r\n")
        self.now += 1
        self.most = max(self.most, self.now)
        try:
            for number in range(pace["words"]):
                if pace["pause"]:
                    await writer.drain()
                    await asyncio.sleep(pace["pause"])
                piece = words[number % len(words)] + " "
                self._chunk(writer, {"choices": [{"index": 0, "delta": {"content": piece}}]})
            used = {"prompt_tokens": 50, "completion_tokens": pace["words"], "total_tokens": 50 + pace["words"]}
            self._chunk(writer, {"choices": [], "usage": used})
            self._piece(writer, b"data: [DONE]\n\n")
            writer.write(b"0\r\n\r\n")
        finally:
            self.now -= 1

    def _chunk(self, writer: asyncio.StreamWriter, fields: dict[str, Any]) -> None:
        chunk = {"id": "x", "object": "chat.completion.chunk", "created": 1, "model": "clock", **fields}
        self._piece(writer, f"data: {json.dumps(chunk)}\n\n".encode())

    def _piece(self, writer: asyncio.StreamWriter, data: bytes) -> None:
        if writer.is_closing():
            raise ConnectionError("Whoever asked went away.")
        writer.write(b"%x\r\n%s\r\n" % (len(data), data))


async def main() -> None:
    server = await asyncio.start_server(Endpoint().serve, LOOPBACK, 0)
    print(server.sockets[0].getsockname()[1], flush=True)  # noqa: T201  told to the process that started this one
    ended = asyncio.Event()
    loop = asyncio.get_running_loop()
    threading.Thread(target=lambda: (sys.stdin.read(), loop.call_soon_threadsafe(ended.set)), daemon=True).start()
    await ended.wait()


if __name__ == "__main__":
    asyncio.run(main())
