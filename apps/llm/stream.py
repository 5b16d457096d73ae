"""Reads a streamed completion so that no endpoint can fill this process: every length has a limit.

Server-sent events (WHATWG HTML, section 9.2). The client library would make objects of every chunk, which was most of what a
worker with two hundred streams did.
"""

import json
from collections.abc import AsyncIterator
from dataclasses import dataclass
from typing import Any

LINE = 256 * 1024  # bytes of one event
TOKENS = 10_000_000  # of one call, as an endpoint may count them


class Breach(ValueError):
    """The endpoint sends more than any answer needs."""


@dataclass(frozen=True)
class Bounds:
    """The limits of one answer: bytes on the line, characters said, lines (comments that keep the line open count too)."""

    bytes: int
    characters: int
    lines: int

    @classmethod
    def of(cls, max_tokens: int) -> "Bounds":
        """A token is some four characters, and some 300 bytes of JSON in two lines; here is room for several times that."""
        most = min(max_tokens, 100_000)
        return cls(bytes=256 * 1024 + most * 2_048, characters=400 + most * 12, lines=1_000 + most * 8)


@dataclass
class Used:
    """Tokens of one call, as the endpoint counted them; estimated at four characters a token where it did not say."""

    prompt: int = 0
    completion: int = 0


async def lines(parts: AsyncIterator[bytes], bounds: Bounds) -> AsyncIterator[str]:
    """The lines of a body that comes in parts of any size. Raises Breach."""
    held: list[bytes] = []  # of the line that has not ended yet
    length = total = count = came = 0
    async for part in parts:
        total, came = total + len(part), came + 1
        if total > bounds.bytes or came > bounds.lines:  # parts of a byte cost as much as lines
            raise Breach(f"more than {bounds.bytes} bytes or {bounds.lines} parts")
        *ended, rest = part.replace(b"\r\n", b"\n").replace(b"\r", b"\n").split(b"\n")
        count += len(ended)
        if count > bounds.lines:
            raise Breach(f"more than {bounds.lines} lines")
        for line in ended:
            if length + len(line) > LINE:
                raise Breach(f"a line of more than {LINE} bytes")
            yield (b"".join(held) + line).decode("utf-8", "replace")
            held, length = [], 0
        held.append(rest)
        length += len(rest)
        if length > LINE:
            raise Breach(f"a line of more than {LINE} bytes")
    yield b"".join(held).decode("utf-8", "replace")


async def words(lines: AsyncIterator[str], used: Used, bounds: Bounds) -> AsyncIterator[str]:
    """Pieces of the answer. Raises Breach, ConnectionError for an error that the endpoint tells, and what JSON may raise."""
    said = 0
    async for line in lines:
        field_name, _colon, value = line.partition(":")
        if field_name != "data":
            continue
        if value.strip() == "[DONE]":
            return
        chunk = json.loads(value)
        if chunk.get("error"):
            raise ConnectionError(str(chunk["error"])[:200])
        if counted := chunk.get("usage"):
            used.prompt, used.completion = _tokens(counted["prompt_tokens"]), _tokens(counted["completion_tokens"])
        if (choices := chunk.get("choices")) and (piece := choices[0]["delta"].get("content")):
            if not isinstance(piece, str):
                raise TypeError("the content is not text")
            said += len(piece)
            if said > bounds.characters:
                raise Breach(f"more than {bounds.characters} characters")
            yield _storable(piece)


def _tokens(count: Any) -> int:
    """A number that nobody can mean counts as none, and is estimated."""
    return count if type(count) is int and 0 <= count <= TOKENS else 0


def _storable(piece: str) -> str:
    """The piece without what no database takes: NUL, and half characters."""
    return piece.replace("\x00", "").encode("utf-8", "replace").decode()
