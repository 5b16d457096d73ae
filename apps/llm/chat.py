"""Asking a model: one OpenAI-compatible chat completion, always streamed, always with an end.

The stream runs on the process's background loop, so a hundred answers at once cost a hundred coroutines. The caller's
database connection goes back to the pool before it waits.
"""

import asyncio
import queue
import time
from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass, field
from typing import Any, TypedDict

import structlog
from django.conf import settings
from django.db import connection
from prometheus_client import Counter

from apps.llm import breaker, loop, reach, stream, usage
from apps.llm.models import ModelEndpoint, Tier
from apps.llm.release import Route
from apps.llm.stream import Used as Used
from apps.tenants.vault.encryption import CannotDecrypt

log = structlog.get_logger(__name__)

HEARTBEAT_SECONDS = 0.25
PIECES = 64  # that wait for the turn to read them
FULL_SECONDS = 0.01  # until they are looked at again when they are so many
TOKENS = Counter("yingda_model_tokens_total", "Tokens used.", ["direction"])


Schema = dict[str, Any]


class Message(TypedDict):
    role: str
    content: str


class ModelFailed(RuntimeError):
    """The model gave no usable answer in time; the turn goes on without it. `code`: slow, down, refused, limited, nonsense."""

    def __init__(self, code: str, detail: str) -> None:
        super().__init__(f"{code}: {detail}")
        self.code = code


@dataclass(frozen=True)
class Model:
    """One endpoint as a release knows it, ready to be asked."""

    endpoint: int
    name: str
    tier: int
    base_url: str
    model: str
    api_key: str
    seconds: int
    max_tokens: int
    used: Used = field(default_factory=Used, compare=False)

    def stream(self, messages: Sequence[Message], schema: Schema | None = None) -> Iterator[str]:
        """Pieces of the answer; an empty piece is a heartbeat. With a JSON schema the answer is one object that it describes,
        as far as the endpoint keeps to it. Raises ModelFailed. Closing the iterator ends the call."""
        if not connection.in_atomic_block:
            connection.close()
        pieces: queue.Queue[str | Exception | None] = queue.Queue(PIECES)
        future = loop.submit(_pump(self, list(messages), schema, pieces))
        said = ""
        try:
            for piece in self._receive(pieces):
                said += piece
                yield piece
            if not said.strip():
                raise ModelFailed("nonsense", "the endpoint ended without a word")
        except ModelFailed as error:
            breaker.note_failure(self.endpoint)
            log.warning("model_failed", model=self.name, code=error.code, error=str(error))
            self._account(messages, said, failed=True)
            raise
        except GeneratorExit:  # nobody wants the rest; what was used so far was used
            self._account(messages, said, failed=False)
            raise
        finally:
            future.cancel()
        breaker.note_success(self.endpoint)
        self._account(messages, said, failed=False)

    def _account(self, messages: Sequence[Message], said: str, *, failed: bool) -> None:
        self.used.prompt = self.used.prompt or sum(len(message["content"]) for message in messages) // 4
        self.used.completion = self.used.completion or len(said) // 4
        TOKENS.labels("prompt").inc(self.used.prompt)
        TOKENS.labels("completion").inc(self.used.completion)
        usage.record(self.endpoint, prompt_tokens=self.used.prompt, completion_tokens=self.used.completion, failed=failed)

    def _receive(self, pieces: "queue.Queue[str | Exception | None]") -> Iterator[str]:
        deadline = time.monotonic() + self.seconds
        while True:
            left = deadline - time.monotonic()
            if left <= 0:
                raise ModelFailed("slow", f"no end within {self.seconds} s")
            try:
                piece = pieces.get(timeout=min(left, HEARTBEAT_SECONDS))
            except queue.Empty:
                yield ""
                continue
            if piece is None:
                return
            if isinstance(piece, Exception):
                raise _failure(piece) from piece
            yield piece


def models(routes: Sequence[Route], languages: Collection[str], *, answering: bool = False) -> list[Model]:
    """The routes' models that are good at all of the languages, reachable and not resting, cheapest tier first. `answering`:
    those that answer customers; a release of before that could be chosen does as the endpoint says now."""
    rows = ModelEndpoint.objects.in_bulk([route["endpoint"] for route in routes])
    found = []
    for route in sorted(routes, key=lambda route: (route["tier"], route["name"])):
        row = rows.get(route["endpoint"])
        base_url = row.base_url or settings.MODEL_URL if row else ""
        if row is None or not base_url or (route["languages"] and not set(languages) <= set(route["languages"])):
            continue
        if answering and not route.get("answers", row.answers):
            continue
        if not breaker.is_open(row.pk):
            try:
                found.append(_model(row, base_url, route["seconds"], route["max_tokens"]))
            except CannotDecrypt as error:  # the turn goes on without this model
                log.error("endpoint_locked", endpoint=row.name, error=str(error))
    return found


def of_endpoint(row: ModelEndpoint) -> Model:
    """An endpoint as it stands in the editor, whether released or not: for the admin's test button."""
    return _model(row, row.base_url or settings.MODEL_URL, row.seconds, row.max_tokens)


def _model(row: ModelEndpoint, base_url: str, seconds: int, max_tokens: int) -> Model:
    key = row.api_key or (settings.MODEL_KEY if reach.is_own(base_url) else "")
    return Model(row.pk, row.name, row.tier, base_url, row.model, key, seconds, max_tokens)


async def _pump(
    model: Model, messages: list[Message], schema: Schema | None, pieces: "queue.Queue[str | Exception | None]"
) -> None:
    ended: Exception | None = None
    try:
        async with asyncio.timeout(model.seconds):
            await _ask(model, messages, schema, pieces)
    except Exception as error:  # whatever went wrong there must reach the thread that waits here
        ended = error
    await _hand(pieces, ended)


async def _ask(
    model: Model, messages: list[Message], schema: Schema | None, pieces: "queue.Queue[str | Exception | None]"
) -> None:
    from apps.llm import line  # with the client, 0.3 s, which four of five processes never need

    call: dict[str, Any] = {
        "model": model.model,
        "messages": messages,
        "max_tokens": model.max_tokens,
        "temperature": 0.1,
        "stream": True,
        "stream_options": {"include_usage": True},
        "timeout": model.seconds,
    }
    if schema:
        call["response_format"] = {"type": "json_schema", "json_schema": {"name": "answer", "strict": True, "schema": schema}}
    bounds = stream.Bounds.of(model.max_tokens)
    completions = line.client(model.base_url, model.api_key, own=reach.is_own(model.base_url)).chat.completions
    async with completions.with_streaming_response.create(**call) as response:
        async for piece in stream.words(stream.lines(response.iter_bytes(), bounds), model.used, bounds):
            await _hand(pieces, piece)


async def _hand(pieces: "queue.Queue[str | Exception | None]", piece: str | Exception | None) -> None:
    """A reader who is slow holds the endpoint back: no more is read from it meanwhile."""
    while True:
        try:
            pieces.put_nowait(piece)
            return
        except queue.Full:
            await asyncio.sleep(FULL_SECONDS)


def _failure(error: Exception) -> ModelFailed:
    from openai import OpenAIError

    from apps.llm import line

    status = getattr(error, "status_code", None)
    if status == 429:
        return ModelFailed("limited", "the endpoint limits our rate")
    if status is not None:
        return ModelFailed("refused", f"the endpoint answered {status}")
    causes = list(line.causes(error))
    too_much = next((cause for cause in causes if isinstance(cause, line.TooMuch | stream.Breach)), None)
    if too_much:
        return ModelFailed("nonsense", f"the endpoint sent something that is not an answer: {too_much}")
    if any(isinstance(cause, reach.OutOfReach | reach.NoPlace) for cause in causes):
        return ModelFailed("down", "the endpoint is where nobody may ask (OutOfReach)")
    if any(isinstance(cause, TimeoutError) or "Timeout" in type(cause).__name__ for cause in causes):
        return ModelFailed("slow", "the endpoint did not answer in time")
    if any(isinstance(cause, OpenAIError | OSError) for cause in causes):
        return ModelFailed("down", f"the endpoint cannot be reached ({type(error).__name__})")
    return ModelFailed("nonsense", f"the endpoint sent something that is not a chat completion ({type(error).__name__})")


def furnish() -> None:
    """A new tenant gets the platform's local model, for colleagues only: to customers it harmed more than it helped
    (docs/search.md)."""
    local = {"tier": Tier.LOCAL, "model": "local", "languages": ["en"], "max_tokens": 160, "answers": False}
    ModelEndpoint.objects.get_or_create(name="Local model", defaults=local)
