"""A flow played alone: whoever plays it answers for the colleague whom it asks."""

import io
import json
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from django.core.management import call_command
from django.utils import translation

from apps.flows.definition.loading import load
from apps.flows.play import Play
from tests.flows.engine.test_approve import REFUND

NOW = datetime(2026, 11, 30, 10, 0, tzinfo=UTC)


def play(text: str = REFUND) -> Play:
    definition = load(text).definition
    assert definition
    return Play({definition.name: definition}, definition.name, "en", NOW)


def test_the_next_line_is_the_colleagues() -> None:
    with translation.override("en"):
        game = play()
        asked = game.say("refund me")
        assert asked.asks
        assert (asked.asks.question, list(asked.asks.choices)) == ("Refund 20?", ["granted", "refused"])
        wrong = game.say("maybe")
        assert wrong.asks == asked.asks
        assert wrong.reply == ["Choose one of the answers that are offered."]
        end = game.say("Granted")
    assert (end.reply, end.ended, end.asks) == (["Granted."], "done", None)


def test_an_empty_line_is_nobodys_answer() -> None:
    game = play()
    game.say("refund me")
    end = game.say("")
    assert (end.reply, end.slots["verdict"]) == (["Not now."], "")


@pytest.mark.parametrize(
    ("slot", "line", "value"),
    [
        ("{type: yes_no}", "Yes", True),
        ("{type: number, maximum: 5}", "3", 3),
        ("{type: text}", "for once", "for once"),
    ],
)
def test_a_declared_slot_takes_what_it_can_hold(slot: str, line: str, value: Any) -> None:
    text = REFUND.replace("slots: {", f"slots: {{verdict: {slot}, ").replace("choices: [granted, refused], ", "")
    game = play(text.replace("verdict == 'granted'", "has_verdict"))
    with translation.override("en"):
        game.say("refund me")
        assert game.say(line).slots["verdict"] == value


def test_the_command_asks_whoever_plays(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    file = tmp_path / "refund.yaml"
    file.write_text(REFUND)
    told = []
    for given in ([], ["--json"]):
        monkeypatch.setattr("sys.stdin", io.StringIO("refund me\n\nrefund me\ngranted\n"))
        out = io.StringIO()
        call_command("play_flow", str(file), "--language", "en", *given, stdout=out)
        told.append(out.getvalue())
    assert "? Refund 20? [granted / refused]" in told[0]
    lines = [json.loads(line) for line in told[1].splitlines()]
    assert [line["said"] for line in lines] == ["refund me", "", "refund me", "granted"]
    assert [line["ended"] for line in lines] == ["", "done", "", "done"]
    assert lines[0]["asks"] == {"question": "Refund 20?", "choices": ["granted", "refused"]}
    assert set(lines[1]) == {"said", "reply", "state", "slots", "ended"}
