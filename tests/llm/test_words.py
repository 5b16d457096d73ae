"""The words of a streamed completion, line by line as endpoints send it."""

import asyncio
import json
from collections.abc import AsyncIterator

import pytest

from apps.llm.chat import _failure
from apps.llm.stream import Bounds, Used, words


def read(*lines: str) -> tuple[list[str], Used]:
    async def sent() -> AsyncIterator[str]:
        for line in lines:
            yield line

    async def take() -> list[str]:
        return [piece async for piece in words(sent(), used, Bounds.of(400))]

    used = Used()
    return asyncio.run(take()), used


def data(**chunk: object) -> str:
    return f"data: {json.dumps(chunk)}"


def word(text: str | None) -> str:
    return data(choices=[{"index": 0, "delta": {"content": text}}])


def test_words_are_told_until_the_end() -> None:
    usage = data(choices=[], usage={"prompt_tokens": 50, "completion_tokens": 20, "total_tokens": 70})
    role = data(choices=[{"index": 0, "delta": {"role": "assistant"}}], usage=None)
    said, used = read(
        ": ping", "event: completion", role, "", word("Hel"), word(None), word("lo: 好"), usage, "data: [DONE]", word("!")
    )
    assert "".join(said) == "Hello: 好"
    assert (used.prompt, used.completion) == (50, 20)


def test_a_line_needs_no_space_and_the_end_no_mark() -> None:
    assert read(word("Hi").replace("data: ", "data:"))[0] == ["Hi"]


@pytest.mark.parametrize(
    ("line", "code"),
    [
        ("data: <html>", "nonsense"),
        ("data: [1, 2]", "nonsense"),
        ('data: {"choices": [{"index": 0}]}', "nonsense"),
        ('data: {"error": {"message": "overloaded"}}', "down"),
    ],
)
def test_what_is_no_completion_ends_the_call_with_its_cause(line: str, code: str) -> None:
    with pytest.raises((ValueError, AttributeError, KeyError, ConnectionError)) as raised:
        read(word("Hi"), line)
    assert _failure(raised.value).code == code
