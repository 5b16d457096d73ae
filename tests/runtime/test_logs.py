"""A log line is one JSON object and names whose work it was."""

import io
import json
import logging
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import structlog

from apps.tenants import context
from runtime.watching import logs


@contextmanager
def captured() -> Iterator[list[dict[str, Any]]]:
    """Lines as the JSON handler writes them."""
    lines: list[dict[str, Any]] = []
    handler = next(one for one in logging.getLogger().handlers if one.get_name() == "stderr")
    assert isinstance(handler, logging.StreamHandler)
    before, page = handler.stream, io.StringIO()
    handler.setStream(page)
    try:
        yield lines
    finally:
        handler.setStream(before)
        lines += [json.loads(line) for line in page.getvalue().splitlines()]


def setup_module() -> None:
    logs.configure(production=True)


def test_a_line_carries_tenant_conversation_and_turn() -> None:
    with (
        captured() as lines,
        context.inside(context.Schema("acme")),
        structlog.contextvars.bound_contextvars(conversation="c-1", turn=7),
    ):
        structlog.get_logger("apps.turns").info("answered", tier=1)
    assert lines[0]["event"] == "answered"
    assert (lines[0]["tenant"], lines[0]["conversation"], lines[0]["turn"], lines[0]["tier"]) == ("acme", "c-1", 7, 1)


def test_the_standard_librarys_loggers_carry_them_too() -> None:
    with captured() as lines, context.inside(context.Schema("globex")):
        logging.getLogger("some.library").warning("it is %s", "late")
    assert lines[0]["event"] == "it is late"
    assert lines[0]["tenant"] == "globex"
    assert lines[0]["level"] == "warning"


def test_an_exception_is_one_line() -> None:
    with captured() as lines:
        try:
            raise ValueError("多行\n的")
        except ValueError:
            structlog.get_logger("apps").exception("failed")
    assert len(lines) == 1
    assert "ValueError: 多行" in lines[0]["exception"]
