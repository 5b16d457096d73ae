"""Flows that enter each other, and the command that checks files of them."""

from pathlib import Path

import pytest
from django.core.management import CommandError, call_command

from apps.flows.definition import together
from tests.flows.definition.texts import RETURN

INNER = """\
name: inner
slots: {phone: {type: phone}}
states:
  - name: start
    actions: [{type: ask, params: {slots: [phone]}}, {type: end}]
"""


def outer(flow: str, give: str = "phone", take: str = "phone") -> str:
    return f"""\
slots: {{number: {{type: phone}}}}
states:
  - name: start
    actions:
      - type: flow
        params:
          flow: {flow}
          give: {{{give}: '{{{{ number }}}}'}}
          take: {{number: {take}}}
      - type: end
"""


def told(texts: dict[str, str], **how: bool) -> dict[str, list[str]]:
    return {name: [str(problem) for problem in loaded.problems] for name, loaded in together.load(texts, **how).items()}


def test_a_flow_enters_another_by_its_name() -> None:
    assert told({"any": INNER, "outer": outer("inner")}) == {"any": [], "outer": []}


def test_what_one_flow_wants_of_another_is_told_where_it_wants_it() -> None:
    assert told({"inner": INNER, "outer": outer("inner", "phnoe", "name")})["outer"] == [
        "8:18: The flow “inner” has no slot “phnoe”. Did you mean “phone”?",
        "9:26: The flow “inner” has no slot “name”.",
    ]
    assert told({"inner": INNER, "outer": outer("innr")})["outer"] == ["7:17: There is no flow “innr”. Did you mean “inner”?"]


def test_what_is_masked_here_and_shown_there_is_warned_of() -> None:
    hidden, shown = "type: phone, sensitive: true", "type: phone"
    given = told({"inner": INNER, "outer": outer("inner").replace(shown, hidden)})["outer"]
    assert given == ["8:25: “number” is sensitive and “phone” is not, so its value would be shown to everybody."]
    taken = told({"inner": INNER.replace(shown, hidden), "outer": outer("inner")})["outer"]
    assert taken == ["9:26: “phone” is sensitive and “number” is not, so its value would be shown to everybody."]
    both = {"inner": INNER.replace(shown, hidden), "outer": outer("inner").replace(shown, hidden)}
    assert told(both)["outer"] == []
    copied = "slots: {a: {type: text, sensitive: true}, b: {type: text}}\nstates:\n  - name: s\n    actions:\n"
    copied += "      - {type: ask, params: {slots: [a]}}\n      - {type: set, params: {slots: {b: 'x {{ a }}'}}}\n"
    copied += "      - {type: end}\n"
    (found,) = together.load({"set": copied})["set"].problems
    assert (found.severity, "“a” is sensitive and “b” is not" in found.sentence) == ("warning", True)


def test_where_other_flows_may_be_live_an_unknown_one_is_a_warning() -> None:
    loaded = together.load({"outer": outer("inner")}, whole=False)["outer"]
    assert loaded.definition
    assert [problem.severity for problem in loaded.problems] == ["warning"]


def test_a_flow_that_comes_back_to_itself_is_told() -> None:
    found = told({"one": outer("two", "number", "number"), "two": outer("one", "number", "number")})
    assert found["one"] == ["7:17: “two” comes back to this flow, so neither would ever end."]
    assert found["two"] == ["7:17: “one” comes back to this flow, so neither would ever end."]
    assert told({"one": outer("one", "number", "number")})["one"]


def test_the_command_prints_each_problem_with_its_file_and_place(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    sound, wrong = tmp_path / "sound.yaml", tmp_path / "wrong.yaml"
    sound.write_text(INNER)
    wrong.write_text(RETURN)
    with pytest.raises(SystemExit) as stopped:
        call_command("check_flow", str(sound), str(wrong))
    assert stopped.value.code == 1
    assert capsys.readouterr().out.splitlines() == [
        f"{wrong}:9:17: There is no state “选择原因”.",
        f"{wrong}:11:17: There is no state “请求订单号”.",
    ]
    call_command("check_flow", str(sound))
    assert capsys.readouterr().out == ""


def test_the_command_says_which_file_it_cannot_read(tmp_path: Path) -> None:
    with pytest.raises(CommandError, match=r"nowhere\.yaml"):
        call_command("check_flow", str(tmp_path / "nowhere.yaml"))
