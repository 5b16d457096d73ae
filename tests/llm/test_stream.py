"""A model endpoint that sends without end, or what nobody can store: the answer ends as failed, and the process stays small."""

import gzip
import json
import time
from collections.abc import Iterator

import psutil
import pytest
from django.core.cache import cache

from apps.llm import chat, stream
from apps.llm.models import ModelEndpoint, Usage
from apps.tenants import context
from tests.cast import Cast
from tests.saying import saying
from tests.waiting import wait_for

HEAD = b"HTTP/1.1 200 OK\r\nContent-Type: text/event-stream\r\n"
STREAM = HEAD + b"\r\n"
CHUNKED = HEAD + b"Transfer-Encoding: chunked\r\n\r\n"


def word(content: object, **more: object) -> bytes:
    return f"data: {json.dumps({'choices': [{'delta': {'content': content}}], **more})}\n\n".encode()


@pytest.fixture
def acme(cast: Cast) -> Iterator[Cast]:
    with context.inside(cast.acme):
        cache.clear()
        yield cast


def endpoint(url: str, seconds: int = 5, max_tokens: int = 100) -> chat.Model:
    row = ModelEndpoint.objects.create(name=url[:60], base_url=f"{url}v1", seconds=seconds, max_tokens=max_tokens)
    return chat.of_endpoint(row)


def ask(model: chat.Model) -> str:
    return "".join(model.stream([{"role": "user", "content": "Hello"}]))


@pytest.mark.parametrize(
    ("head", "forever"),
    [
        (STREAM, b"x" * 1_000_000),
        (STREAM + b"data: ", b"x" * 1_000_000),
        (STREAM, b": still here\n" * 1_000),
        (STREAM, b"\n" * 10_000),
        (STREAM, word("a") * 1_000),
        (STREAM, word("many words " * 1_000)),
        (STREAM, word(None) * 1_000),
        (CHUNKED, b"1\r\nx\r\n" * 1_000),
        (CHUNKED, b"f" * 100_000),
        (HEAD, b"X-More: and more\r\n" * 1_000),
        (HEAD + b"X: ", b"x" * 100_000),
        (b"", b"HTTP/1.1 100 Continue\r\n\r\n" * 1_000),
        (b"", b"x" * 100_000),
        (b"HTTP/1.1 200 OK\r\nContent-Encoding: gzip\r\n\r\n", gzip.compress(bytes(10_000_000))),
        (b"HTTP/1.1 200 OK\r\nContent-Encoding: br\r\n\r\n", b"x" * 100_000),
        (b"HTTP/1.1 101 Other\r\nUpgrade: x\r\nConnection: upgrade\r\n\r\n", b"x" * 100_000),
        (b"HTTP/1.1 500 Down\r\n\r\n", b"x" * 1_000_000),
    ],
    ids=[
        *("no line", "one event", "comments", "empty lines", "words", "long words", "no words", "bytes", "a chunk's size"),
        *("headers", "a header", "interim answers", "no HTTP", "a gzip bomb", "brotli"),
        *("another protocol", "an error's page"),
    ],
)
def test_what_has_no_end_is_ended(acme: Cast, head: bytes, forever: bytes) -> None:
    with saying(head, forever) as (url, taken):
        asked, before = endpoint(url), psutil.Process().memory_info().rss
        with pytest.raises(chat.ModelFailed) as raised:
            ask(asked)
        assert raised.value.code in ("nonsense", "refused", "down", "slow")
        assert psutil.Process().memory_info().rss - before < 60_000_000
        assert taken[0] < 40_000_000, "whatever the system's own buffers hold"
        assert Usage.objects.get().failures == 1


@pytest.mark.parametrize("forever", [b": still here\n", b"data: ", b"x"])
def test_a_line_that_drips_ends_with_the_endpoints_patience(acme: Cast, forever: bytes) -> None:
    with saying(STREAM, forever, pause=0.05) as (url, _taken):
        with pytest.raises(chat.ModelFailed) as raised:
            ask(endpoint(url, seconds=1))
        assert raised.value.code == "slow"


def test_a_reader_who_is_slow_holds_the_endpoint_back(acme: Cast) -> None:
    with saying(STREAM, word("a") * 100) as (url, taken):
        pieces = endpoint(url, seconds=20, max_tokens=1_000_000).stream([{"role": "user", "content": "Hello"}])
        while not next(pieces):
            pass
        held = -1
        while taken[0] != held:  # until the system's buffers are full and nothing moves any more
            held = taken[0]
            time.sleep(0.3)
        assert held < 10_000_000
        for _ in range(20_000):
            next(pieces)
        wait_for(lambda: taken[0] > held)
        del pieces


@pytest.mark.parametrize(
    ("event", "code"),
    [
        (word(["a", "list"]), "nonsense"),
        (word(7), "nonsense"),
        (word({"a": "dict"}), "nonsense"),
        (b"data: " + b"[" * 100_000 + b"\n\n", "nonsense"),
        (b'data: {"choices": {"0": 1}}\n\n', "nonsense"),
        (b"data: 9" + b"9" * 10_000 + b"\n\n", "nonsense"),
        (b"data: \xff\xfe\n\n", "nonsense"),
        (b"data: null\n\n", "nonsense"),
    ],
)
def test_what_is_no_answer_fails_as_nonsense(acme: Cast, event: bytes, code: str) -> None:
    with saying(STREAM + word("Hi ") + event) as (url, _taken):
        with pytest.raises(chat.ModelFailed) as raised:
            ask(endpoint(url))
        assert raised.value.code == code


@pytest.mark.parametrize("count", [10**40, -5, 1.5, "many", None, True])
def test_a_count_that_nobody_can_mean_is_estimated(acme: Cast, count: object) -> None:
    usage = {"prompt_tokens": count, "completion_tokens": count}
    with saying(STREAM + word("Hello there, this is said.") + word(None, usage=usage) + b"data: [DONE]\n\n") as (url, _taken):
        assert ask(endpoint(url)) == "Hello there, this is said."
    row = Usage.objects.get()
    assert 0 < row.completion_tokens < 100
    assert 0 < row.prompt_tokens < 100


def test_what_no_database_takes_is_left_out(acme: Cast) -> None:
    said = b'data: {"choices": [{"delta": {"content": "a\\u0000b\\ud800c\\u2028d"}}]}\r\n\r\ndata: [DONE]\r\n\r\n'
    with saying(STREAM + said) as (url, _taken):
        assert ask(endpoint(url)) == "ab?c\u2028d"


def test_an_answer_as_long_as_its_tokens_allow_is_whole(acme: Cast) -> None:
    text = ("extraordinarily " * 100).strip()
    events = b"".join(word(piece + " ", id="x" * 200, obfuscation="y" * 100) for piece in text.split())
    with saying(STREAM + events + b"data: [DONE]\n\n") as (url, _taken):
        assert ask(endpoint(url, max_tokens=300)).strip() == text


def test_bounds_grow_with_the_tokens_and_end() -> None:
    small, large = stream.Bounds.of(10), stream.Bounds.of(10**9)
    assert small.characters < large.characters < 2_000_000
    assert large.bytes < 256 * 1024 * 1024
