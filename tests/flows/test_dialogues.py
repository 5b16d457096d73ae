"""Example dialogues: played against the flow, and told where it comes out otherwise."""

from datetime import UTC, datetime
from io import StringIO
from pathlib import Path

import pytest
from django.core.management import call_command

from apps.flows import dialogues
from apps.flows.definition import together

NOW = datetime(2026, 11, 30, 10, 0, tzinfo=UTC)
FLOW = """
name: order status
language: en
slots:
  order_id: {type: id, pattern: '[0-9]{5}', prompt: What is your order number?}
  status: {type: text}
states:
  - name: look up
    on_error: by hand
    actions:
      - {type: ask, params: {slots: [order_id]}}
      - type: call
        params: {name: ask the shop, system: shop, url: '/orders/{{ order_id }}', timeout: 5s, result: {status: status}}
      - {type: end, params: {text: 'It is {{ status }}.'}}
  - name: by hand
    actions: [{type: handoff}]
dialogues:
  - name: an order
"""


def told(dialogue: str, flow: str = FLOW) -> list[str]:
    flows = together.load({"": flow + dialogue})
    return [str(problem) for problem in (*flows[""].problems, *dialogues.problems(flows, "", NOW))]


@pytest.mark.parametrize(
    ("dialogue", "sentence"),
    [
        ("    {say: [hello, '20418'], answers: {ask the shop: {status: sent}}, expect: {text: It is sent., ended: done}}", ""),
        ("    {say: [hello, '20418'], expect: {ended: handed_over, state: by hand, slots: {status: }}}", ""),
        ("    {say: hello, expect: {ended: no}}", ""),
        ("    {say: hello, expect: {ended: done}}", "`ended` is no, not done"),
        ("    {say: ['20418'], expect: {state: look up}}", "it stands in “by hand”, not in “look up”"),
        ("    {say: ['20418', hello], expect: {ended: yes}}", "it has ended in “by hand”, after “20418”"),
        ("    {say: '20418', expect: {slots: {order_id: '20419'}}}", "“order_id” holds 20418, not 20419"),
        ("    {say: '20418', expect: {slots: {status: sent}}}", "“status” holds nothing, not sent"),
        ("    {say: hello, expect: {text: order code}}", "“order code” is not in the answer “What is your order number?”"),
    ],
)
def test_the_first_difference_is_told_at_the_dialogue(dialogue: str, sentence: str) -> None:
    flow = FLOW.replace("  - name: an order\n", "  -\n")
    name = "20418" if "'20418'" in dialogue.split("expect")[0] and "[hello" not in dialogue else "hello"
    expected = [f"19:5: The example “{name}” comes out otherwise: {sentence}."] if sentence else []
    assert told(dialogue, flow) == expected


def test_an_answer_is_of_a_call_that_is_there() -> None:
    assert told("    say: hello\n    answers: {ask a shop: {}}\n    expect: {ended: no}") == [
        "20:15: There is no call “ask a shop”. Did you mean “ask the shop”?"
    ]


def test_what_enters_a_flow_that_is_not_there_is_not_played(tmp_path: Path) -> None:
    entering = FLOW.replace("      - {type: ask", "      - {type: flow, params: {flow: contact}}\n      - {type: ask")
    file = tmp_path / "flow.yaml"
    file.write_text(entering + "    say: hello\n    expect: {ended: done}")
    out = StringIO()
    call_command("check_flow", str(file), stdout=out)
    assert "warning: There is no flow “contact”." in out.getvalue()


def test_check_flow_plays_them(tmp_path: Path) -> None:
    file, out = tmp_path / "flow.yaml", StringIO()
    file.write_text(FLOW + "    say: hello\n    expect: {ended: done}")
    with pytest.raises(SystemExit):
        call_command("check_flow", str(file), stdout=out)
    assert out.getvalue() == f"{file}:18:5: The example “an order” comes out otherwise: `ended` is no, not done.\n"
