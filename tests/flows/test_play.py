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


LOOKUP = """\
name: lookup
slots:
  order_id: {type: id, pattern: '[0-9]{5}'}
  sum: {type: money, currency: EUR, label: total}
  paid: {type: yes_no}
states:
  - name: look up
    on_error: by hand
    actions:
      - {type: ask, params: {slots: [order_id]}}
      - {type: call, params: {system: shop, url: /orders, method: POST, body: {id: '{{ order_id }}'}, timeout: 5s,
                              result: {sum: order.sum, paid: order.paid}}}
    transitions: [{condition: paid, target: told}, {condition: default, target: by hand}]
  - {name: told, actions: [{type: end, params: {text: 'It was {{ sum }}.'}}]}
  - {name: by hand, actions: [{type: handoff}]}
dialogues:
  - {name: a late one, say: '20418', answers: {look up: fails}, expect: {ended: yes}}
  - {name: it is told, say: '20418', answers: {look up: {sum: 20, paid: yes}}, expect: {ended: done}}
"""


def test_a_call_waits_for_what_the_system_answers() -> None:
    with translation.override("en"):
        game = play(LOOKUP)
        called = game.say("20418").calls
        assert called
        assert (called.name, called.request, called.sent) == ("look up", "POST shop /orders", '{"id": "20418"}')
        assert [vars(each) for each in called.slots] == [
            {"name": "sum", "label": "total", "choices": [], "value": "20"},
            {"name": "paid", "label": "paid", "choices": ["yes", "no"], "value": "yes"},
        ]
        for line, reason in (
            ("yes", "Answer with JSON of the slots (sum, paid), “fails” or “times out”."),
            ("[1]", "Answer with JSON of the slots (sum, paid), “fails” or “times out”."),
            ('{"total": 1}', "“look up” fills no slot “total”."),
            ('{"sum": {}}', "“sum” of the answer is no single value."),
        ):
            wrong = game.say(line)
            assert (wrong.reply, wrong.calls) == ([reason], called)
        end = game.say('{"sum": "€24.50", "paid": "yes"}')
    assert (end.slots["sum"], end.slots["paid"]) == (24.5, True)
    assert (end.reply, end.ended, end.calls) == (["It was €24.50."], "done", None)


@pytest.mark.parametrize("line", ["fails", "times out", "", '{"sum": 20, "paid": false}', "{}"])
def test_a_call_that_comes_to_nothing_goes_where_the_flow_says(line: str) -> None:
    game = play(LOOKUP)
    game.say("20418")
    assert game.say(line).ended == "handed_over"


def test_the_command_has_whoever_plays_answer_a_call(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    file = tmp_path / "lookup.yaml"
    file.write_text(LOOKUP)
    monkeypatch.setattr("sys.stdin", io.StringIO('20418\n{"sum": 3, "paid": true}\n'))
    out = io.StringIO()
    call_command("play_flow", str(file), "--language", "en", stdout=out)
    assert '! POST shop /orders {"id": "20418"} [sum, paid]' in out.getvalue()
    assert "It was €3." in out.getvalue()


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
