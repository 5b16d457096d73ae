"""Asking a model: one OpenAI-compatible chat completion, always streamed, always with an end.

The stream runs on the process's background loop, so a hundred answers at once cost a hundred coroutines. The caller's
database connection goes back to the pool before it waits.
"""

import asyncio
import json
import queue
import time
from collections.abc import AsyncIterator, Iterator, Sequence
from dataclasses import dataclass, field
from functools import lru_cache
from typing import TYPE_CHECKING, Any, TypedDict

import structlog
from django.conf import settings
from django.db import connection
from prometheus_client import Counter

from apps.llm import breaker, loop, reach, usage
from apps.llm.models import ModelEndpoint, Tier

if TYPE_CHECKING:
    from openai import AsyncOpenAI

log = structlog.get_logger(__name__)

HEARTBEAT_SECONDS = 0.25
TOKENS = Counter("yingda_model_tokens_total", "Tokens used.", ["direction"])


class Message(TypedDict):
    role: str
    content: str


class ModelFailed(RuntimeError):
    """The model gave no usable answer in time; the turn goes on without it. `code`: slow, down, refused, limited, nonsense."""

    def __init__(self, code: str, detail: str) -> None:
        super().__init__(f"{code}: {detail}")
        self.code = code


@dataclass
class Used:
    """Tokens of one call, as the endpoint counted them; estimated at four characters a token where it did not say."""

    prompt: int = 0
    completion: int = 0


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

    def stream(self, messages: Sequence[Message]) -> Iterator[str]:
        """Pieces of the answer; an empty piece is a heartbeat. Raises ModelFailed. Closing the iterator ends the call."""
        if not connection.in_atomic_block:
            connection.close()
        pieces: queue.Queue[str | Exception | None] = queue.Queue()
        future = loop.submit(_pump(self, list(messages), pieces))
        said = ""
        try:
            for piece in self._receive(pieces):
                said += piece
                yield piece
            if not said.strip():
                raise ModelFailed("nonsense", "the endpoint ended without a word")
        except ModelFailed as error:
            breaker.failed(self.endpoint)
            log.warning("model_failed", model=self.name, code=error.code, error=str(error))
            self._account(messages, said, failed=True)
            raise
        except GeneratorExit:  # nobody wants the rest; what was used so far was used
            self._account(messages, said, failed=False)
            raise
        finally:
            future.cancel()
        breaker.worked(self.endpoint)
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


def models(routes: Sequence[dict[str, Any]], language: str) -> list[Model]:
    """The routes' models that are good at `language`, reachable and not resting, cheapest tier first."""
    rows = ModelEndpoint.objects.in_bulk([route["endpoint"] for route in routes])
    found = []
    for route in sorted(routes, key=lambda route: (route["tier"], route["name"])):
        row = rows.get(route["endpoint"])
        base_url = row.base_url or settings.MODEL_URL if row else ""
        if row is None or not base_url or (route["languages"] and language not in route["languages"]):
            continue
        if not breaker.is_open(row.pk):
            found.append(_model(row, base_url, route["seconds"], route["max_tokens"]))
    return found


def of_endpoint(row: ModelEndpoint) -> Model:
    """An endpoint as it stands in the editor, whether released or not: for the admin's test button."""
    return _model(row, row.base_url or settings.MODEL_URL, row.seconds, row.max_tokens)


def _model(row: ModelEndpoint, base_url: str, seconds: int, max_tokens: int) -> Model:
    return Model(row.pk, row.name, row.tier, base_url, row.model, row.api_key, seconds, max_tokens)


async def _pump(model: Model, messages: list[Message], pieces: "queue.Queue[str | Exception | None]") -> None:
    try:
        call: dict[str, Any] = {
            "model": model.model,
            "messages": messages,
            "max_tokens": model.max_tokens,
            "temperature": 0.1,
            "stream": True,
            "stream_options": {"include_usage": True},
            "timeout": model.seconds,
        }
        await asyncio.to_thread(reach.check, model.base_url)
        completions = _client(model.base_url, model.api_key).chat.completions
        async with completions.with_streaming_response.create(**call) as response:
            async for piece in _words(response.iter_lines(), model.used):
                pieces.put(piece)
        pieces.put(None)
    except Exception as error:  # whatever went wrong there must reach the thread that waits here
        pieces.put(error)


async def _words(lines: AsyncIterator[str], used: Used) -> AsyncIterator[str]:
    """What a streamed completion says (server-sent events, WHATWG HTML, section 9.2). The client library would make objects of
    every chunk, which was most of what a worker with two hundred streams did."""
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
            used.prompt, used.completion = int(counted["prompt_tokens"]), int(counted["completion_tokens"])
        if (choices := chunk.get("choices")) and (words := choices[0]["delta"].get("content")):
            yield words


@lru_cache(maxsize=64)
def _client(base_url: str, api_key: str) -> "AsyncOpenAI":
    """One a base URL and key, used on the background loop alone; retries are the turn's business."""
    from openai import AsyncOpenAI, DefaultAsyncHttpxClient  # 0.3 s, which four of five processes never need

    straight = DefaultAsyncHttpxClient(follow_redirects=False)  # a redirect could lead where `reach` forbids
    return AsyncOpenAI(base_url=base_url, api_key=api_key or "none", max_retries=0, http_client=straight)


def _failure(error: Exception) -> ModelFailed:
    from openai import OpenAIError

    status = getattr(error, "status_code", None)
    if status == 429:
        return ModelFailed("limited", "the endpoint limits our rate")
    if status is not None:
        return ModelFailed("refused", f"the endpoint answered {status}")
    if isinstance(error, TimeoutError) or "Timeout" in type(error).__name__:
        return ModelFailed("slow", "the endpoint did not answer in time")
    if isinstance(error, OpenAIError | OSError):
        return ModelFailed("down", f"the endpoint cannot be reached ({type(error).__name__})")
    return ModelFailed("nonsense", f"the endpoint sent what is no chat completion ({type(error).__name__})")


def furnish() -> None:
    """A new tenant gets the platform's local model. It is small: good for short English answers from a passage."""
    ModelEndpoint.objects.get_or_create(
        name="Local model", defaults={"tier": Tier.LOCAL, "model": "local", "languages": ["en"], "max_tokens": 160}
    )
