"""Several slots read from one message, each from the words that were meant for it."""

from collections.abc import Sequence
from datetime import datetime

import pytest

from apps.flows.definition.definition import Choice, Slot
from apps.flows.engine.place import Value
from apps.flows.slots.extraction import Extracted, extract

NOW = datetime(2026, 11, 30, 10, 0)  # a Monday

ORDER = Slot("order_id", "id", label="order number", pattern="[0-9]{8,20}", prompt="What is your order number?")
REASON = Slot(
    "reason",
    "choice",
    choices=(
        Choice("broken", "Broken or faulty", ("质量问题", "坏了")),
        Choice("size", "Wrong size", ("尺码不合适", "太大", "太小")),
        Choice("other", "Other", ("其他",)),
    ),
)
PHONE = Slot("phone", "phone", label="phone")
NAME = Slot("name", "text", label="name")
RETURN = (ORDER, REASON, PHONE, NAME)
STAY = (Slot("check_in", "date", label="入住日期"), Slot("check_out", "date", label="退房日期"))
TABLE = (Slot("people", "number", label="people"), Slot("time", "time"), Slot("day", "date", direction="future"))
BOUGHT = (Slot("bought", "date", label="purchase date", direction="past"), ORDER)
WHEN = (Slot("when", "datetime", direction="future"),)


def heard(slots: Sequence[Slot], text: str, *asked: str) -> Extracted:
    language = "zh-hans" if any("\u3400" <= char <= "\u9fff" for char in text) else "en"
    return extract(slots, text, asked=asked, language=language, now=NOW)


@pytest.mark.parametrize(
    ("slots", "text", "asked", "values"),
    [
        (
            RETURN,
            "我要退货，订单号20261105001，质量问题，电话13800138000",
            (),
            {"order_id": "20261105001", "reason": "broken", "phone": "13800138000"},
        ),
        (RETURN, "订单号是20261105", ("order_id",), {"order_id": "20261105"}),
        (RETURN, "13800138000", ("order_id",), {"order_id": "13800138000"}),
        (RETURN, "13800138000", (), {"phone": "13800138000"}),
        (RETURN, "怎么退货?", ("order_id",), {}),
        (RETURN, "how long does it take?", ("name",), {}),
        (RETURN, "I'm John Smith, 415-555-2671", ("name",), {"name": "John Smith", "phone": "4155552671"}),
        (RETURN, "我叫张三，电话13800138000", ("name",), {"name": "张三", "phone": "13800138000"}),
        (RETURN, "不是,是12345678", ("order_id",), {"order_id": "12345678"}),
        (RETURN, "no, the second one", ("reason",), {"reason": "size"}),
        (
            RETURN,
            "姓名：李四\n电话：13912345678\n订单号：88888888",
            ("name", "phone", "order_id"),
            {"name": "李四", "phone": "13912345678", "order_id": "88888888"},
        ),
        (STAY, "3号入住5号退房", (), {"check_in": "2026-12-03", "check_out": "2026-12-05"}),
        (STAY, "从12月3号到5号", (), {"check_in": "2026-12-03", "check_out": "2026-12-05"}),
        (STAY, "5号", ("check_out",), {"check_out": "2026-12-05"}),
        (STAY, "5号", (), {}),
        (STAY, "12月3号，5号", ("check_in", "check_out"), {"check_in": "2026-12-03", "check_out": "2026-12-05"}),
        (BOUGHT, "I bought it on 2026-11-05", ("order_id",), {"bought": "2026-11-05"}),
        (TABLE, "a table for 4 people tomorrow at 7pm", (), {"people": 4, "day": "2026-12-01", "time": "19:00"}),
        (TABLE, "4", ("people",), {"people": 4}),
        (TABLE, "i have 3 questions", (), {}),
        (TABLE, "明天晚上七点，三个人", (), {"people": 3, "day": "2026-12-01", "time": "19:00"}),
        (WHEN, "明天下午三点半", ("when",), {"when": "2026-12-01T15:30"}),
    ],
)
def test_it_fills_slots(slots: Sequence[Slot], text: str, asked: Sequence[str], values: dict[str, Value]) -> None:
    assert heard(slots, text, *asked) == Extracted(values)


@pytest.mark.parametrize(
    ("slots", "text", "asked", "reason"),
    [
        (RETURN, "12345", "order_id", "The order number has 8 to 20 digits."),
        (BOUGHT, "tomorrow", "bought", "That day is still to come."),
        (BOUGHT, "last week", "bought", "Which day exactly?"),
        (WHEN, "昨天下午3点", "when", "这一天已经过去了。"),
        (WHEN, "明天", "when", "请把日期和时间一起告诉我。"),
        (RETURN, "第五个", "reason", "请从中选择一项：Broken or faulty、Wrong size、Other。"),
    ],
)
def test_it_tells_why_what_was_said_does_not_do(slots: Sequence[Slot], text: str, asked: str, reason: str) -> None:
    assert heard(slots, text, asked) == Extracted({}, {asked: reason})
