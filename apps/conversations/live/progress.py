"""The answer being written right now, kept in Valkey: its text so far, the newest epoch, a wish to stop.

All of it is a convenience. When Valkey forgets, a superseded turn still cannot store its answer (the ledger checks the epoch).
"""

import json
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any
from uuid import UUID

import structlog
from redis.exceptions import RedisError

from apps.conversations.wire.events import Frame
from apps.tenants.live import valkey

log = structlog.get_logger(__name__)
SECONDS = 180


@dataclass(frozen=True)
class Signal:
    """A reason for a running turn to stop: a newer epoch was written, or the customer pressed stop."""

    superseded: bool
    stopped: bool


def supersede(pipe: Any, epochs: Sequence[tuple[str, UUID, int]]) -> None:
    """Put (schema, conversation, epoch) of messages just written into a pipeline of Valkey's."""
    for schema, conversation, epoch in epochs:
        pipe.set(valkey.key(conversation, "epoch", schema=schema), epoch, ex=SECONDS)


def supersede_now(conversation: UUID, epoch: int) -> None:
    _quietly("set", valkey.key(conversation, "epoch"), epoch, ex=SECONDS)


async def stop(conversation: UUID) -> None:
    """Ask the running answer, if any, to end where it stands."""
    try:
        raw = await valkey.aclient().get(valkey.key(conversation, "partial"))
        if raw:
            await valkey.aclient().set(valkey.key(conversation, "stop"), json.loads(raw)["turn"], ex=SECONDS)
    except (RedisError, OSError) as error:
        log.warning("progress_lost", error=str(error))


async def partial(conversation: UUID) -> Frame | None:
    """{turn, text} of the answer being written, for a client that comes back in the middle of it."""
    try:
        raw = await valkey.aclient().get(valkey.key(conversation, "partial"))
    except (RedisError, OSError):
        return None
    return json.loads(raw) if raw else None


def begin(turns: Sequence[tuple[UUID, UUID]]) -> None:
    """(conversation, turn) of each; nothing is written of them yet."""
    try:
        pipe = valkey.client().pipeline(transaction=False)
        for conversation, turn in turns:
            pipe.set(valkey.key(conversation, "partial"), _partial(turn, ""), ex=SECONDS)
        pipe.execute()
    except (RedisError, OSError) as error:
        log.warning("progress_lost", error=str(error))


def write(conversation: UUID, turn: UUID, text: str) -> None:
    _quietly("set", valkey.key(conversation, "partial"), _partial(turn, text), ex=SECONDS)


def _partial(turn: UUID, text: str) -> str:
    return json.dumps({"turn": str(turn), "text": text})


def end(*conversations: UUID) -> None:
    _quietly("delete", *(valkey.key(conversation, what) for conversation in conversations for what in ("partial", "stop")))


def signal(conversation: UUID, turn: UUID, epoch: int) -> Signal:
    found = _quietly("mget", valkey.key(conversation, "epoch"), valkey.key(conversation, "stop")) or (None, None)
    newest, stopped = found
    return Signal(superseded=newest is not None and int(newest) > epoch, stopped=stopped == str(turn).encode())


def _quietly(command: str, *args: object, **options: object) -> "tuple[bytes | None, bytes | None] | None":
    try:
        result = getattr(valkey.client(), command)(*args, **options)
    except (RedisError, OSError) as error:
        log.warning("progress_lost", error=str(error))
        return None
    return result if command == "mget" else None
