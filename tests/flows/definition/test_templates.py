"""Texts with slots in them, for people and for machines."""

import pytest

from apps.flows.definition import templates
from apps.flows.definition.actions import Value
from tests.flows.definition.texts import END, SLOTS, flow

FLOW = flow(SLOTS + END)


def test_a_choice_is_said_by_its_label() -> None:
    assert templates.fill("Because it {{reason}}.", FLOW, {"reason": "late"}) == "Because it Came too late."
    assert templates.fill("{{ reason }}", FLOW, {"reason": "damaged"}) == "damaged"


def test_names_may_be_in_any_language_and_empty_slots_leave_nothing() -> None:
    assert templates.fill("订单 {{ 订单号 }}{{ count }}", FLOW, {"订单号": "一二三"}) == "订单 一二三"


def test_amounts_days_and_answers_are_said_as_people_write_them() -> None:
    values: dict[str, Value] = {"amount": 1299, "bought": "2026-11-05", "paid": True}
    told = templates.fill("{{ amount }} · {{ bought }} · {{ paid }}", FLOW, values, "en")
    assert told == "¥1,299 · Thu, Nov 5, 2026 · yes"
    assert templates.fill("{{ bought }}", FLOW, {"bought": "some day"}, "en") == "some day"


def test_a_sensitive_value_is_never_said_whole() -> None:
    assert "4111" not in templates.fill("Card {{ card }}", FLOW, {"card": "4111111111111111"})


def test_what_a_customer_says_is_no_template() -> None:
    assert templates.fill("{{ 订单号 }}", FLOW, {"订单号": "{{ count }}", "count": 3}) == "{{ count }}"


@pytest.mark.parametrize(
    ("template", "value"),
    [
        ("{{ count }}", 3),
        (" {{count}} ", 3),
        ("{{ paid }}", True),
        ("{{ amount }}", None),
        ("{{ count }} pieces, paid: {{ paid }}", "3 pieces, paid: true"),
        ("{{ reason }}", "late"),
        (7, 7),
        (None, None),
        ("plain", "plain"),
    ],
)
def test_a_machine_gets_values_as_they_are_stored(template: Value, value: Value) -> None:
    assert templates.value(template, {"count": 3, "paid": True, "reason": "late"}) == value


def test_no_value_adds_a_part_to_an_address() -> None:
    address = templates.address("/orders/{{ order_id }}?full={{ paid }}", {"order_id": "../users?x=1", "paid": True})
    assert address == "/orders/..%2Fusers%3Fx%3D1?full=true"


def test_names_are_told_with_their_place() -> None:
    assert templates.names("a {{ b }} {{c}}") == [("b", 2), ("c", 10)]
    assert templates.unclosed("a {{ b }} {{ c") == 10
    assert templates.unclosed("a {{ b }}") == -1
