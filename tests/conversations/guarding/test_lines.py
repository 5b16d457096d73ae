"""Finds in lines of the log become rows of the audit, beside the lines and not before them."""

import subprocess
import sys
import threading
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
import structlog
from django.db import connection
from django.utils import timezone

from apps.conversations import metrics
from apps.conversations.guarding import audit, lines
from apps.conversations.models import Hit
from apps.conversations.sweeping import finds_in_lines
from apps.filters import live
from apps.filters.rule import Direction
from apps.tenants import context
from runtime.watching import logs
from tests.agents.asking import ask
from tests.cast import Cast
from tests.conversations.guarding.rules import in_force
from tests.runtime.test_logs import captured

NUMBER = "13812345678"


@pytest.fixture
def watched(committed: Cast) -> Iterator[Cast]:
    """Acme's rule for logs is known to this process, whose lines are drawn as in production."""
    in_force(committed.acme, "numbers", "to_logs", action="mask")
    logs.configure(production=True)
    with context.inside(committed.acme):
        live.of(Direction.TO_LOGS)
        yield committed
        lines.keeper.flush()


def tell(**facts: Any) -> list[dict[str, Any]]:
    with captured() as told:
        structlog.get_logger("x").error("odd", error=f"no such number {NUMBER}", **facts)
        lines.keeper.flush()
    return told


def test_a_find_in_a_line_is_a_row_with_its_text_sealed(watched: Cast) -> None:
    before = metrics.FILTERED.labels("to_logs", "mask")._value.get()
    told = tell()
    assert told[0]["error"] == "no such number 138****5678"
    row = Hit.objects.get()
    assert (row.name, row.direction, row.action, row.what) == ("numbers", "to_logs", "mask", "mobile")
    assert (row.conversation, row.release > 0, row.start, row.text) == (None, True, 15, NUMBER)
    with connection.cursor() as cursor:
        cursor.execute("SELECT text FROM conversations_hit")
        assert NUMBER not in str(cursor.fetchall())
    assert metrics.FILTERED.labels("to_logs", "mask")._value.get() == before + 1
    with context.inside(watched.globex):
        assert not Hit.objects.exists()


def test_a_line_that_speaks_of_a_conversation_goes_with_it(watched: Cast) -> None:
    row = ask("Hello")
    named = str(row.pk)
    tell(conversation=named)
    assert Hit.objects.get().conversation_id == row.pk
    row.delete()
    tell(conversation=named)
    assert not Hit.objects.exists()


def test_what_the_writer_says_itself_is_kept_nowhere(watched: Cast, monkeypatch: pytest.MonkeyPatch) -> None:
    """A database that fails is told in a line of its own, which holds a find too, and does not call itself for ever."""

    def fails(*_args: Any, **_facts: Any) -> Any:
        structlog.get_logger("y").error("odd", error=f"I am {NUMBER} too")
        raise OSError(f"no database for {NUMBER}")

    with monkeypatch.context() as patched:
        patched.setattr(audit, "rows", fails)
        before = lines.UNKEPT._value.get()
        told = tell()
    assert [line["event"] for line in told].count("log_audit_not_written") == 1
    assert NUMBER not in str(told)
    assert lines.UNKEPT._value.get() == before + 1
    assert not Hit.objects.exists()
    tell()
    assert Hit.objects.count() == 1


def test_a_rush_of_lines_is_kept_in_part_and_counted_whole(watched: Cast, monkeypatch: pytest.MonkeyPatch) -> None:
    lines.keeper.renew()
    monkeypatch.setattr(lines, "MOST_A_MINUTE", 5)
    counted = metrics.FILTERED.labels("to_logs", "mask")._value.get()
    for _line in range(12):
        structlog.get_logger("x").error("odd", error=f"no such number {NUMBER}")
    lines.keeper.flush()
    assert 5 <= Hit.objects.count() <= 10  # a minute may end meanwhile
    assert metrics.FILTERED.labels("to_logs", "mask")._value.get() == counted + 12


def test_a_line_waits_for_nothing(watched: Cast, monkeypatch: pytest.MonkeyPatch) -> None:
    """The writer stands still, and lines go on."""
    gate, held = threading.Event(), threading.Event()

    def stands(*_args: Any) -> None:
        held.set()
        gate.wait(30)

    monkeypatch.setattr(lines, "_keep", stands)
    structlog.get_logger("x").error("odd", error=f"no such number {NUMBER}")
    assert held.wait(30)
    for _line in range(20):
        structlog.get_logger("x").error("odd", error=f"no such number {NUMBER}")
    gate.set()


def test_a_process_that_ends_writes_what_waits() -> None:
    """`atexit` in a process of its own: what was taken a moment ago is handed to the writer before it ends."""
    script = """
import os, django
django.setup()
from apps.conversations.guarding import lines
from apps.tenants import context
lines._keep = lambda tenant, held: os.write(1, f"kept {len(held)}".encode())
lines.keeper.take(lines.Line(context.Schema("acme"), None, 1, ()))
"""
    root = Path(__file__).parents[3]
    ended = subprocess.run([sys.executable, "-c", script], cwd=root, capture_output=True, text=True, check=True)
    assert ended.stdout == "kept 1"


def test_finds_of_long_ago_are_forgotten(watched: Cast) -> None:
    assert finds_in_lines() is None
    tell()
    assert finds_in_lines() is not None
    Hit.objects.update(at=timezone.now() - lines.KEPT - timedelta(seconds=1))
    assert finds_in_lines() is None
    assert not Hit.objects.exists()
