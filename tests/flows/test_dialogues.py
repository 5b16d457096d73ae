"""Dialogues that are stored with flows: played as customers would be understood, and told by the first line that differs."""

from datetime import datetime
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest
from django.core.management import call_command

from apps.flows import dialogues
from apps.flows.definition import together
from apps.flows.outcome import Outcome
from tests.cast import Cast
from tests.flows.definition.texts import flow, told

ROOT = Path(__file__).resolve().parents[2]
NOW = datetime(2026, 11, 30, 10, 0, tzinfo=ZoneInfo("Asia/Shanghai"))
# No trigger: whatever is said first begins it, so that nothing has to be learnt.
ORDER = """\
name: order
slots:
  order_id: {type: id, pattern: '[0-9]{5}'}
  status: {type: text}
  mail: {type: email}
states:
  - name: look up
    on_error: by hand
    actions:
      - {type: ask, params: {slots: [order_id]}}
      - {type: call, params: {system: shop, url: /x, timeout: 5s, result: {status: order.status}}}
    transitions:
      - {condition: 'status == "late"', target: colleague}
      - {condition: default, target: told}
  - name: colleague
    actions: [{type: approve, params: {question: Give it back?, slot: granted, choices: [all, half]}}]
    transitions:
      - {condition: 'granted == ""', target: by hand}
      - {condition: default, target: told}
  - name: told
    actions: [{type: end, params: {text: 'It is {{ status }}. {{ granted }}'}}]
  - name: by hand
    actions: [{type: handoff}]
dialogues:
"""


def played(written: str, text: str = ORDER) -> Outcome:
    definition = flow(text + written)
    (outcome,) = dialogues.play({definition.name: definition}, definition.name, "en", NOW)
    return outcome


@pytest.mark.parametrize(
    "written",
    [
        "{say: '20418', answers: {look up: {status: sent}}, expect: {ended: done, state: told, text: It is sent}}",
        "{say: ['20418'], answers: {look up: fails}, expect: {ended: handed_over}}",
        "{say: ['20418'], answers: {look up: times out}, expect: {ended: yes, slots: {status: }}}",
        "{say: ['20418'], answers: {look up: {status: late}}, expect: {ended: no, state: colleague, text: A colleague}}",
        "{say: '20418', answers: {look up: {status: late}}, approvals: {granted: half}, expect: {ended: done, text: half}}",
        "{say: '20418', answers: {look up: {status: late}}, approvals: {granted: }, expect: {ended: handed_over}}",
        "{say: [hello, {form: {order_id: '20418'}}], answers: {look up: {status: sent}}, expect: {ended: done}}",
        "{say: [{say: hi, expect: {ended: no}}, '20418'], answers: {look up: {status: sent}}, expect: {ended: yes}}",
    ],
)
def test_what_comes_as_expected_passes(written: str) -> None:
    assert played(f"  - {written}") == Outcome(0, "")


@pytest.mark.parametrize(
    ("written", "turn", "sentence"),
    [
        ("{say: '20418', expect: {ended: done}}", 1,
         "Expected to have ended: done; came: handed_over. The dialogue does not say what the call “look up” answers, so it "
         "fails."),
        ("{say: [hello, '20418'], answers: {look up: {status: sent}}, expect: {state: by hand}}", 2,
         "Expected the state “by hand”; came: “told”."),
        ("{say: '20418', answers: {look up: {status: sent}}, expect: {slots: {status: late}}}", 1,
         "Expected “status” to hold: late; it holds: sent."),
        ("{say: '20418', answers: {look up: {status: sent}}, expect: {text: [It is, gone]}}", 1,
         "Expected the words “gone”; said was: “It is sent. ”."),
        ("{say: ['20418', thanks], answers: {look up: {status: sent}}, expect: {ended: done}}", 2,
         "The flow is over before this line (done)."),
        ("{say: [{say: hello, expect: {state: told}}, '20418'], answers: {look up: {status: sent}}, expect: {ended: done}}", 1,
         "Expected the state “told”; came: “look up”."),
    ],
)  # fmt: skip
def test_the_first_line_that_differs_is_told(written: str, turn: int, sentence: str) -> None:
    outcome = played(f"  - {written}")
    assert (outcome.turn, outcome.difference().rstrip(" .")) == (turn, sentence.rstrip(" ."))


def test_the_difference_is_marked_where_it_is_expected() -> None:
    text = (
        ORDER
        + "  - {say: '20418', expect: {ended: no}}\n  - say:\n      - hello\n      - {say: hm, expect: {slots: {status: x}}}\n"
    )
    text += "      - '20418'\n    expect: {ended: done}\n"
    (loaded,) = together.load({"order": text}).values()
    assert loaded.definition
    marks = [
        loaded.read.mark(each.where(loaded.read)) for each in dialogues.play({"order": loaded.definition}, "order", "en", NOW)
    ]
    lines = text.splitlines()
    assert [lines[mark.line - 1][mark.column - 1 :].rstrip("}") for mark in marks] == ["no", "x"]


@pytest.mark.parametrize(
    ("written", "sentence"),
    [
        ("answers: {look: {status: x}}", "There is no call “look”. Did you mean “look up”?"),
        ("answers: {look up: {order_id: x}}", "“look up” fills no slot “order_id”."),
        ("answers: {look up: broken}", "A call answers with slots, or it `fails` or `times out`."),
        ("approvals: {grant: all}", "No colleague is asked for “grant”. Did you mean “granted”?"),
        ("approvals: {granted: none}", "“none” is none of the choices: all, half."),
        ("now: tomorrow", "This is no moment; write it as 2026-11-05 or 2026-11-05T10:00."),
    ],
)
def test_what_a_dialogue_states_is_checked(written: str, sentence: str) -> None:
    (found,) = told(f"{ORDER}  - {{say: hi, {written}, expect: {{ended: no}}}}\n")
    assert found.endswith(sentence)


def test_each_call_gets_the_next_answer() -> None:
    again = """\
name: again
slots: {free: {type: yes_no}, hour: {type: time}}
states:
  - name: ask
    actions:
      - {type: ask, params: {slots: [hour]}}
      - {type: call, params: {name: book, system: shop, url: /x, timeout: 5s, result: {free: free}}}
    transitions: [{condition: free, target: done}, {condition: default, target: other}]
  - name: other
    actions: [{type: set, params: {slots: {hour: , free: }}}]
    transitions: [{condition: default, target: ask}]
  - {name: done, actions: [{type: end}]}
dialogues:
"""
    say = "say: [at 3 pm, {say: at 4 pm, expect: {ended: no}}, at 5 pm]"
    assert played(
        f"  - {{answers: {{book: [{{free: no}}, {{free: no}}, {{free: yes}}]}}, {say}, expect: {{ended: done}}}}", again
    ).passed


def test_days_are_those_of_the_dialogue() -> None:
    day = "name: day\nslots: {day: {type: date}}\nstates:\n"
    day += "  - {name: a, actions: [{type: ask, params: {slots: [day]}}, {type: end}]}\n"
    written = "dialogues:\n  - {now: 2026-02-03, say: tomorrow please, expect: {slots: {day: '2026-02-04'}}}\n"
    assert played(written, day).passed


def test_a_first_line_has_to_begin_the_flow(acme: Cast) -> None:
    """As in a conversation, where other flows may be meant, or none."""
    examples = {
        "returns": "[I want to return something, take this back, send it back please]",
        "invoice": "[I need an invoice, send me an invoice, write me a bill]",
    }
    flows = {
        name: flow(
            f"name: {name}\ntriggers: {{intents: [{{name: {name}, examples: {said}}}], buttons: [The {name}]}}\n"
            "states:\n  - {name: a, actions: [{type: end, params: {text: Done}}]}\n"
            "dialogues:\n  - {say: I want to return something, expect: {ended: done}}\n"
            f"  - {{say: The {name}, expect: {{ended: done}}}}\n  - {{say: the weather is nice, expect: {{ended: done}}}}\n"
        )
        for name, said in examples.items()
    }
    told = {name: [each.difference() for each in dialogues.play(flows, name, "en", NOW)] for name in flows}
    nothing = "This line does not begin the flow; understood: nothing."
    assert told["returns"] == ["", "", nothing]
    assert told["invoice"] == ["This line does not begin the flow; understood: returns.", "", nothing]


def test_a_line_that_fits_two_flows_says_so_and_a_button_decides(acme: Cast) -> None:
    """Each of them would fail the other's dialogues, and nobody would know why."""
    said = "[I want to send it back, take this back please, this goes back to you]"
    flows = {
        name: flow(
            f"name: {name}\ntriggers: {{intents: [{{name: {name}, examples: {said}}}], buttons: [The {name}]}}\n"
            "states:\n  - {name: a, actions: [{type: end, params: {text: Done}}]}\n"
            "dialogues:\n  - {say: I want to send it back, expect: {ended: done}}\n"
            f"  - {{say: [I want to send it back, The {name}], expect: {{ended: done}}}}\n"
        )
        for name in ("returns", "repairs")
    }
    for name, other in (("returns", "repairs"), ("repairs", "returns")):
        alone, chosen = dialogues.play(flows, name, "en", NOW)
        assert alone.difference().startswith("This line does not begin the flow; understood: ")
        assert alone.difference().endswith(f"It fits “{other}” about as well, so the customer is asked which is meant.")
        assert chosen.passed


def sets() -> dict[str, list[Path]]:
    made = sorted((ROOT / "apps" / "flows" / "readymade").glob("*.yaml"))
    shops = {f"demo {each.parent.name}": sorted(each.glob("*.yaml")) for each in (ROOT / "demo").glob("*/flows")}
    return shops | {f"ready-made {end}": [each for each in made if each.stem.endswith(end)] for end in (".en", ".zh-hans")}


@pytest.mark.parametrize("name", sets())
def test_the_flows_that_we_bring_keep_to_their_dialogues(name: str, acme: Cast) -> None:
    loaded = together.load({each.stem: each.read_text() for each in sets()[name]})
    flows = {each.definition.name: each.definition for each in loaded.values() if each.definition}
    assert len(flows) == len(loaded) > 0
    for flow_name, definition in flows.items():
        found = dialogues.play(flows, flow_name, "en", NOW)
        assert [each.sentence() for each in found if not each.passed] == []
        assert len(definition.dialogues) >= 2, "the main path, and an exception"


def test_what_enters_a_flow_that_is_not_there_is_not_played(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    file = tmp_path / "flow.yaml"
    entering = ORDER.replace("      - {type: ask", "      - {type: flow, params: {flow: contact}}\n      - {type: ask")
    file.write_text(entering + "  - {say: hello, expect: {ended: done}}\n")
    call_command("check_flow", str(file))
    assert "warning: There is no flow “contact”." in capsys.readouterr().out


def test_the_commands_play_them(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    good, bad = tmp_path / "good.yaml", tmp_path / "bad.yaml"
    good.write_text(ORDER + "  - {name: sent, say: '20418', answers: {look up: {status: sent}}, expect: {ended: done}}\n")
    bad.write_text(ORDER.replace("name: order", "name: bad") + "  - {name: sent, say: '20418', expect: {ended: done}}\n")
    call_command("check_flow", str(good))
    call_command("play_flow", str(good), "--dialogues")
    assert capsys.readouterr().out == "sent: passed\n"
    for command in (["check_flow", str(good), str(bad)], ["play_flow", str(bad), "--dialogues"]):
        with pytest.raises(SystemExit) as stopped:
            call_command(*command)
        assert stopped.value.code == 1
    assert capsys.readouterr().out.startswith(f"{bad}:25:48: Dialogue “sent”, line 1 (“20418”): Expected to have ended: done;")
