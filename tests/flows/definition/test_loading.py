"""Loading a flow: what it becomes, and what is told of a wrong one, where."""

import pytest

from apps.flows.definition import loading
from apps.flows.definition.actions import Ask, End, Say, Set, Understand
from apps.flows.definition.definition import Choice, Expected, Transition, Turn
from tests.flows.definition.texts import END, RETURN, SLOTS, flow, problems, told


def test_a_flow_alone_is_told_the_states_that_it_lacks() -> None:
    loaded = loading.load(RETURN)
    assert loaded.definition is None
    assert [str(problem) for problem in loaded.problems] == [
        "9:17: There is no state “选择原因”.",
        "11:17: There is no state “请求订单号”.",
    ]


def test_with_the_states_that_are_offered_it_loads() -> None:
    lines = RETURN.splitlines(keepends=True)
    for problem in reversed(problems(RETURN)):
        lines.insert(problem.fix_line - 1, problem.fix)
    loaded = flow("".join(lines))
    assert list(loaded.states) == ["确认订单", "选择原因", "请求订单号"]
    assert loaded.first.actions == (Understand("退货"),)
    assert loaded.first.transitions == (Transition("has_order_id", "选择原因"), Transition("default", "请求订单号"))
    assert loaded.states["请求订单号"].actions == (Ask(("order_id",)),)
    assert loaded.states["请求订单号"].transitions == (Transition("default", "确认订单"),)
    assert isinstance(loaded.states["选择原因"].actions[-1], End)
    assert loaded.slots["order_id"].kind == "text"


def test_a_flow_becomes_what_its_text_says() -> None:
    loaded = flow(
        """\
        name: returns
        title: Return an item
        language: en
        timeout: 1 hour 30 minutes
        steps_shown: yes
        triggers:
          intents:
            - name: return
              examples: [I want to send it back]
          buttons: [Return]
          keywords: [rma]
        slots:
          order_id: {type: id, pattern: '[0-9]{8,20}', sensitive: yes, required: no, attempts: 2}
          reason: {type: choice, choices: [damaged, {value: late, label: Too late, synonyms: [delayed]}]}
          done: {type: yes_no, default: no}
        states:
          - name: ask
            label: Order
            timeout: 10 minutes
            on_timeout: over
            actions:
              - {type: say, params: {text: "Hello {{ order_id }}"}}
              - {type: ask, params: {slots: order_id}}
              - {type: call, params: {system: shop, url: "/orders/{{ order_id }}", timeout: 5s, result: {reason: order.reason}}}
              - {type: set, params: {slots: {done: yes, reason: }}}
            on_error: over
            transitions:
              - {condition: done, target: over}
              - {condition: default, target: over}
          - name: over
            actions: [{type: end}]
        dialogues:
          - say: [Hello, "12345678"]
            expect: {ended: yes, slots: {done: yes}, text: Bye}
        """
    )
    assert (loaded.name, loaded.shown, loaded.language, loaded.timeout, loaded.steps_shown) == (
        "returns", "Return an item", "en", 5400, True,
    )  # fmt: skip
    assert loaded.triggers.intents[0].examples == ("I want to send it back",)
    assert (loaded.triggers.buttons, loaded.triggers.keywords) == (("Return",), ("rma",))
    order, reason, done = loaded.slots.values()
    assert (order.kind, order.pattern, order.sensitive, order.required, order.attempts) == ("id", "[0-9]{8,20}", True, False, 2)
    assert reason.choices == (Choice("damaged"), Choice("late", "Too late", ("delayed",)))
    assert done.default is False
    state = loaded.states["ask"]
    assert (state.timeout, state.on_timeout, state.on_error, state.shown) == (600, "over", "over", "Order")
    say, ask, call, fills = state.actions
    assert (say, ask) == (Say("Hello {{ order_id }}"), Ask(("order_id",)))
    assert (call.timeout, call.retries) == (5, 2)  # type: ignore[attr-defined]
    assert fills == Set({"done": True, "reason": None})
    assert loaded.dialogues[0].turns == (
        Turn("Hello"),
        Turn("12345678", Expected("yes", slots={"done": True}, contains=("Bye",))),
    )


def test_answers_of_a_confirmation_and_of_a_colleague_are_slots_without_a_declaration() -> None:
    loaded = flow(
        SLOTS
        + """\
states:
  - name: a
    actions:
      - {type: confirm, params: {text: Really?}}
      - {type: approve, params: {question: May they?, slot: may, timeout: 5 minutes}}
    transitions:
      - {condition: "confirmed && may == 'yes'", target: b}
      - {condition: default, target: b}
  - {name: b, actions: [{type: end, params: {text: "{{ may }}"}}]}
"""
    )
    assert {name: slot.kind for name, slot in loaded.implied.items()} == {"confirmed": "yes_no", "may": "choice"}
    assert [choice.value for choice in loaded.implied["may"].choices] == ["yes", "no"]


def test_a_slot_that_is_declared_nowhere_is_a_mistake_once_any_is_declared() -> None:
    text = "states:\n  - name: a\n    actions:\n      - {type: ask, params: {slots: [ordr_id]}}\n      - {type: end}\n"
    assert flow(text).slots["ordr_id"].kind == "text"
    assert told(SLOTS + text) == ["13:38: There is no slot “ordr_id”. Did you mean “order_id”?"]


@pytest.mark.parametrize("text", ["", "# nothing", "3", "states", "[]", "states: []", "states: 3", "states:", "null"])
def test_what_is_no_flow_is_told(text: str) -> None:
    assert told(text)


def test_no_more_is_told_than_anybody_reads() -> None:
    keys = "".join(f"sttaes{number}: 1\n" for number in range(500))
    assert len(problems(keys + RETURN)) == loading.MOST_PROBLEMS


def test_a_flow_without_a_mistake_has_no_problems() -> None:
    assert problems(SLOTS + END) == ()
