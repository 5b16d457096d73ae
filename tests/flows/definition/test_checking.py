"""Flows that can be read and would go wrong: each mistake is told at its place, and nothing besides it."""

import pytest

from tests.flows.definition.texts import SLOTS, marked, problems, told

# ‸ stands where the mistake is to be told.
OVER = "{name: over, actions: [{type: end}]}"
ASK = "{type: ask, params: {slots: [order_id]}}"
CALL = "{type: call, params: {system: shop, url: /x, timeout: 5s}}"
BACK = "{condition: default, target: a}"


def states(*written: str) -> str:
    return SLOTS + "states:\n" + "".join(f"  - {each}\n" for each in written)


def goes(target: str = "over", actions: str = "", rest: str = "", name: str = "a") -> str:
    return f"{{name: {name}, actions: [{actions}], transitions: [{{condition: default, target: {target}}}]{rest}}}"


def does(action: str) -> str:
    return states(goes(actions=action), OVER)


def asks(*conditions: str) -> str:
    return states(
        f"{{name: a, transitions: [{', '.join(f'{{condition: {each}, target: over}}' for each in conditions)}]}}", OVER
    )


@pytest.mark.parametrize(
    ("text", "sentence"),
    [
        (states(goes("‸ovre"), OVER), "There is no state “ovre”. Did you mean “over”?"),
        (
            states("{name: ‸a, actions: []}"),
            "Nothing goes on from “a”: it needs `transitions`, or an action `end` or `handoff`.",
        ),
        (states(goes(), OVER, goes(name="‸lost")), "Nothing leads to “lost”."),
        (states(goes(), OVER, OVER.replace("over", "‸over")), "There is a state “over” already, in line 12."),
        (
            states(goes(rest=", ‸timeout: 5 minutes"), OVER),
            "A `timeout` needs `on_timeout`: where does the flow go then?",
        ),
        (states(goes(rest=", ‸on_timeout: over"), OVER), "`on_timeout` needs a `timeout`: after how long?"),
        (states(goes(rest=", on_error: ‸no one"), OVER), "There is no state “no one”."),
        (
            asks("has_order_id").replace("{condition", "‸{condition"),
            "`default` is missing: where does “a” go when none of the conditions holds?",
        ),
        (asks("default", "paid").replace("{condition: paid", "‸{condition: paid"), "Nothing after `default` is ever taken."),
        (asks("paid ‸&", "default"), "“&” can't stand here."),
        (asks("'has_订单号 && ‸金额 > 1'", "default"), "There is no slot “金额”."),
        (does("{type: say, params: {text: 'Hi ‸{{ ordr_id }}'}}"), "There is no slot “ordr_id”. Did you mean “order_id”?"),
        (
            does("{type: say, params: {text: 'Hi ‸{{ amount + 1 }}'}}"),
            "Between {{ and }} stands a slot's name and nothing else.",
        ),
        (does("{type: say, params: {text: 'Hi ‸{{ amount }'}}"), "This {{ is not closed by }}."),
        (does("{type: ask, params: {slots: [order_id, ‸nmae]}}"), "There is no slot “nmae”."),
        (does("{type: set, params: {slots: {reason: ‸lost}}}"), "“lost” is none of the choices: damaged, late."),
        (does("{type: set, params: {slots: {paid: ‸maybe}}}"), "“paid” is yes or no."),
        (does("{type: set, params: {slots: {amount: ‸plenty}}}"), "“amount” holds a number."),
        (does("{type: set, params: {slots: {order_id: ‸5}}}"), "“order_id” holds a text: put the value in quotes."),
        (
            does("{type: call, params: {url: ‸/x, timeout: 5s}}"),
            "Without a `system` the `url` is a whole address, which begins with https://.",
        ),
        (
            does(CALL.replace("}}", ", result: {‸odrer_id: id}}}")),
            "There is no slot “odrer_id”. Did you mean “order_id”?",
        ),
        (
            does("{type: confirm, params: {text: Sure?, slot: ‸amount}}"),
            "“amount” holds no such answer: its type has to be yes_no.",
        ),
        (
            does("{type: approve, params: {question: May I?, slot: may, choices: ‸[a, a]}}"),
            "Two of the choices are the same.",
        ),
    ],
)
def test_a_mistake_is_told_where_it_stands(text: str, sentence: str) -> None:
    plain, place = marked(text)
    assert told(plain) == [f"{place}: {sentence}"]


@pytest.mark.parametrize(
    ("slot", "sentence"),
    [
        ("‸order-id: {}", "“order-id” can't be a slot's name: letters, digits and _ make one, and some words are taken."),
        ("‸now: {}", "“now” can't be a slot's name: letters, digits and _ make one, and some words are taken."),
        ("‸a: {type: choice}", "A choice needs `choices`."),
        ("a: {type: id, pattern: ‸'(?=x)'}", "The pattern can't be used: invalid perl operator: (?=."),
        ("a: {type: number, ‸pattern: x}", "Only an id has a pattern."),
        ("a: {type: number, minimum: ‸5, maximum: 3}", "The minimum is above the maximum."),
        ("a: {type: number, check: a > ‸b}", "There is no slot “b”."),
        ("a: {type: number, default: ‸many}", "“a” holds a number."),
        ("a: {type: choice, choices: [x, ‸x]}", "“x” is among the choices already."),
        ("a: {prompt: 'Hi ‸{{ b }}'}", "There is no slot “b”."),
    ],
)
def test_a_slot_that_can_never_be_filled_is_told(slot: str, sentence: str) -> None:
    plain, place = marked(f"slots:\n  {slot}\nstates:\n  - name: x\n    actions: [{{type: end}}]\n")
    assert told(plain) == [f"{place}: {sentence}"]


@pytest.mark.parametrize(
    ("text", "way"),
    [
        (states(goes("a", "{type: say, params: {text: Hi}}"), OVER), "a → a"),
        (states(goes("b"), goes("c", name="b"), goes("b", name="c"), OVER), "b → c → b"),
        (states(goes("b", ASK), goes("a", name="b")), "a → b → a"),
        (
            states(
                "{name: a, transitions: [{condition: paid, target: over}, {condition: default, target: b}]}",
                goes("a", CALL, name="b"),
                OVER,
            ),
            "a → b → a",
        ),
    ],
)
def test_a_round_that_never_waits_for_the_customer_is_told(text: str, way: str) -> None:
    assert [problem.sentence for problem in problems(text) if "goes round" in problem.sentence] == [
        f"{way} goes round without waiting for the customer."
    ]


def either(condition: str) -> str:
    return f"{{name: b, transitions: [{{condition: {condition}, target: over}}, {BACK}]}}"


@pytest.mark.parametrize(
    "text",
    [
        states(goes("b", "{type: confirm, params: {text: Sure?}}"), either("confirmed"), OVER),
        states(goes("b", ASK), either("has_order_id"), OVER),
        states(goes("b", ASK), goes("a", "{type: set, params: {slots: {order_id: }}}", name="b")),
        asks("has_order_id", "'!has_order_id'"),
        asks("true"),
        states(goes(rest=", timeout: 5 minutes, on_timeout: late"), OVER, "{name: late, actions: [{type: handoff}]}"),
    ],
)
def test_a_sound_way_is_left_alone(text: str) -> None:
    assert problems(text) == ()


def test_an_intent_without_example_sentences_is_a_warning() -> None:
    first = "{name: a, actions: [{type: nlp_intent, params: {intent: retrun}}, {type: end}]}"
    found = problems("triggers: {intents: [{name: return}]}\n" + states(first))
    assert [(problem.severity, problem.sentence) for problem in found] == [
        ("warning", "“retrun” has no example sentences under `triggers`. Did you mean “return”?")
    ]


@pytest.mark.parametrize(
    ("expected", "sentence"),
    [
        ("{state: ‸ovr}", "There is no state “ovr”. Did you mean “over”?"),
        ("{slots: {‸nmae: x}}", "There is no slot “nmae”."),
    ],
)
def test_dialogues_speak_of_what_is_there(expected: str, sentence: str) -> None:
    plain, place = marked(states(OVER) + f"dialogues:\n  - {{say: Hi, expect: {expected}}}\n")
    assert told(plain) == [f"{place}: {sentence}"]
