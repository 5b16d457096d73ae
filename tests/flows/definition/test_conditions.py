"""Conditions: what they see, what is told of them before they run, and that running them never surprises."""

import contextlib

import pytest
from hypothesis import given
from hypothesis import strategies as st

from apps.flows.definition import conditions
from apps.flows.definition.actions import Value
from tests.flows.definition.texts import END, SLOTS, flow

FLOW = flow(SLOTS + END)
NOW = "2026-11-30T21:00:00+08:00"
Values = dict[str, Value]


@pytest.mark.parametrize(
    ("condition", "values", "holds"),
    [
        ("has_order_id", {"order_id": "12345678"}, True),
        ("has_order_id", {"order_id": ""}, False),
        ("has_order_id", {}, False),
        ("has_订单号 && 订单号 == '一'", {"订单号": "一"}, True),
        ("'订单号' == 订单号 // 订单号", {"订单号": "订单号"}, True),
        ("amount > 100", {"amount": 100.5}, True),
        ("amount > 100", {"amount": 101}, True),
        ("amount > 100.5", {"amount": 100}, False),
        ("amount == 100", {"amount": 100.0}, True),
        ("count in [1, 2]", {"count": 2}, True),
        ("int(count) % 2 == 0", {"count": 4}, True),
        ("paid", {"paid": False}, False),
        ("!paid", {"paid": False}, True),
        ("bought < now", {"bought": "2026-11-30", "now": NOW}, True),
        ("now - bought < duration('22h')", {"bought": "2026-11-30", "now": NOW}, True),
        ("now - bought < duration('20h')", {"bought": "2026-11-30", "now": NOW}, False),
        ("intent == '退货' && language == 'zh-hans'", {"intent": "退货", "language": "zh-hans"}, True),
        ("reason in ['damaged', 'late']", {"reason": "late"}, True),
        ("order_id.matches('^[0-9]+$')", {"order_id": "12345678"}, True),
        ("default", {}, True),
        (" default ", {}, True),
        ("true", {}, True),
    ],
)
def test_a_condition_sees_slots_intent_language_and_now(condition: str, values: Values, holds: bool) -> None:
    assert conditions.check(FLOW, condition) is None or condition.strip() == "default"
    assert conditions.holds(FLOW, condition, values) is holds


@pytest.mark.parametrize("condition", ["amount > 100", "amount <= 100", "!(amount > 100)", "paid", "!paid", "bought < now"])
def test_a_condition_that_comes_down_to_an_empty_slot_does_not_hold(condition: str) -> None:
    assert conditions.holds(FLOW, condition, {"now": NOW}) is False


def test_what_is_asked_of_an_empty_slot_counts_only_where_it_decides() -> None:
    assert conditions.holds(FLOW, "!has_amount || amount > 100", {})
    assert not conditions.holds(FLOW, "has_amount && amount > 100", {})
    assert not conditions.holds(FLOW, "amount > 100 && has_amount", {})


def test_an_answer_that_was_not_given_in_time_is_an_empty_text() -> None:
    assert conditions.holds(FLOW, "reason == ''", {"reason": ""})
    assert not conditions.holds(FLOW, "reason == ''", {})


@pytest.mark.parametrize(
    ("condition", "values", "reason"),
    [
        ("1.0 / amount > 0.0 && 1 / int(amount) > 0", {"amount": 0}, "divides by zero"),
        ("amount > 100", {"amount": "plenty"}, "“amount” is not of its kind"),
        ("bought < now", {"bought": "tomorrow", "now": NOW}, "“bought” is not of its kind"),
        ("unknown == 'x'", {}, "no slot “unknown”"),
        ("[1,2,3,4,5,6,7,8,9].all(a, " * 7 + "true" + ")" * 7, {}, "too"),
    ],
)
def test_what_cannot_be_computed_fails_with_a_sentence(condition: str, values: Values, reason: str) -> None:
    with pytest.raises(conditions.Failed, match=reason):
        conditions.holds(FLOW, condition.replace("a, [", "a, ["), values)


@pytest.mark.parametrize(
    ("condition", "at", "sentence"),
    [
        ("has_订单号 && 金额 > 100", 11, "There is no slot “金额”."),
        ("has_ordr_id", 0, "There is no slot “ordr_id”. Did you mean “has_order_id”?"),
        ("订单号 == '一' && order_id > 3", 23, "“>” does not go between a text and a whole number."),
        ("amount + 1 > 3", 7, "“+” needs numbers of one sort: a slot's number is a fraction, so write 1.0 instead of 1."),
        ("order_id == null", 9, "A slot can't be compared with null: write !has_ and its name for an empty one."),
        ("order_id = 'x'", 9, "“=” can't stand here. Did you mean “==”?"),
        ("订单号 == 'x' and paid", 11, "“and” can't stand here. Did you mean “&&”?"),
        ("has_order_id &&", 15, "The condition ends too early."),
        ("order_id == 'x", 12, "A quote is not closed in the condition."),
        ("size2(order_id) > 3", 5, "There is no function “size2”."),
        ("order_id", 0, "A condition has to be yes or no; this is a text."),
        ("amount", 0, "A condition has to be yes or no; this is a value."),
        ("(" * 50 + "true" + ")" * 50, 0, "The condition is nested too deeply."),
        ("order_id.matches('[')", 9, "The condition could not be computed: invalid regular expression: missing ]: [."),
        ("true" + " " * 1000, 0, "A condition may have 1000 characters at most."),
    ],
)
def test_what_is_wrong_with_a_condition_is_told_where_it_stands(condition: str, at: int, sentence: str) -> None:
    complaint = conditions.check(FLOW, condition)
    assert complaint
    assert (complaint.at, complaint.sentence) == (at, sentence)


def test_words_that_cel_keeps_for_itself_are_names_like_any_other() -> None:
    kept = flow("slots: {package: {}, type: {}, return: {}, int: {type: number}}\n" + END)
    assert conditions.check(kept, "has_package && type == 'a' && return == 'b' && int > 1") is None
    assert conditions.holds(kept, "package == 'x' && int(int) == 2", {"package": "x", "int": 2})


@given(st.text(alphabet="has_order_id 订单号amount()!&|=<>'\"+-*/[]{}.,?:\\\n\t12😀#", max_size=60) | st.text(max_size=40))
def test_any_text_is_a_condition_or_told(condition: str) -> None:
    complaint = conditions.check(FLOW, condition)
    if complaint:
        assert complaint.sentence
        assert 0 <= complaint.at <= len(condition) + 1
    with contextlib.suppress(conditions.Failed):
        assert conditions.holds(FLOW, condition, {"amount": 3, "订单号": "x"}) in (True, False)
