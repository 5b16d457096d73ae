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


@pytest.mark.parametrize(
    ("text", "asked", "values"),
    [
        ("not the 5th, the 6th", ("day",), {"day": "2026-12-06"}),
        ("不是5号，是6号", ("day",), {"day": "2026-12-06"}),
        ("please change it from 7pm to 8pm", (), {"time": "20:00"}),
        ("改到晚上九点", (), {"time": "21:00"}),
        ("we are 13", (), {"people": 13}),
        ("two adults and a child", ("people",), {"people": 3}),
        ("两大一小", ("people",), {"people": 3}),
        ("could I get a table for 11 people?", (), {"people": 11}),
        ("7", ("time",), {"time": "07:00"}),
        ("7 30", ("time",), {"time": "07:30"}),
        ("5", ("day",), {"day": "2026-12-05"}),
        ("5", ("people", "time"), {"people": 5}),
        ("thanks, what are your opening hours?", ("people",), {}),
        ("what about the 20% discount", ("time",), {}),
        ("there are only 2 models for 8 inch", (), {}),
        ("You keep declining my card, I have tried like 5 times already and it works for no one", ("people",), {}),
        ("今晚有什么活动？", ("people",), {}),
        ("今晚八点还有位子吗", (), {"day": "2026-11-30", "time": "20:00"}),
        ("我们一起来的", (), {}),
    ],
)
def test_a_table_is_booked_and_changed(text: str, asked: Sequence[str], values: dict[str, Value]) -> None:
    assert heard(TABLE, text, *asked).values == values


PERSON = (
    Slot("first_name", "text", label="first name"),
    Slot("last_name", "text", label="last name"),
    Slot("address", "text", label="address"),
    Slot("note", "text", label="your question"),
)


@pytest.mark.parametrize(
    ("text", "asked", "values"),
    [
        ("John Smith", ("first_name", "last_name"), {"first_name": "John", "last_name": "Smith"}),
        ("my name is Vera van Dyke", (), {"first_name": "Vera", "last_name": "van Dyke"}),
        ("It's under the name of Ann Lee", (), {"first_name": "Ann", "last_name": "Lee"}),
        ("I'm tired", (), {}),
        ("please call me back", (), {}),
        ("I Need A Mattress For Double Bed", (), {}),
        ("My card does not work", ("first_name", "last_name"), {}),
        ("我的卡不能用了", ("first_name", "last_name"), {}),
        ("一分钟后叫我起床", (), {}),
        ("last name: Lee, first name: Ann", (), {"first_name": "Ann", "last_name": "Lee"}),
        ("我叫欧阳小明", ("first_name", "last_name"), {"first_name": "小明", "last_name": "欧阳"}),
        ("please send it to 12 High Street, London, thanks", ("address",), {"address": "12 High Street, London"}),
        ("地址是上海市浦东新区世纪大道1号", ("address",), {"address": "上海市浦东新区世纪大道1号"}),
        ("上海市浦东新区世纪大道1号，谢谢", ("address",), {"address": "上海市浦东新区世纪大道1号"}),
        ("多久能到？", ("address",), {}),
        ("no", ("address",), {}),
        ("多久能到？", ("note",), {"note": "多久能到？"}),
        ("John Smith", ("address", "first_name"), {}),
    ],
)
def test_free_text_is_taken_only_where_it_is_meant(text: str, asked: Sequence[str], values: dict[str, Value]) -> None:
    assert heard(PERSON, text, *asked).values == values


def test_a_value_tells_where_it_stands() -> None:
    text = "订单号：20261105001，手机 138 0013 8000"
    spans = heard(RETURN, text).spans
    assert {name: text[start:end] for name, (start, end) in spans.items()} == {
        "order_id": "20261105001",
        "phone": "138 0013 8000",
    }


def test_a_yes_fills_only_the_slot_that_alone_was_asked_for() -> None:
    slots = (Slot("gift", "yes_no", label="gift wrap"), Slot("invoice", "yes_no", label="invoice"))
    assert heard(slots, "yes please", "gift").values == {"gift": True}
    assert heard(slots, "yes please", "gift", "invoice") == Extracted()
    assert heard(slots, "yes please") == Extracted()


def test_nothing_is_read_for_an_attachment() -> None:
    assert heard((Slot("photo", "file"),), "photo.jpg", "photo") == Extracted()


STORY = (
    Slot(
        "aspect", "choice", choices=(Choice("物流", synonyms=("快递",)), Choice("服务", synonyms=("客服",)), Choice("其他原因"))
    ),
    Slot("day", "date", label="送货日期"),
    Slot("story", "text", label="经过"),
    PHONE,
)


@pytest.mark.parametrize(
    ("text", "asked", "values"),
    [
        ("昨天收到的杯子碎了，客服也不理我", "story", {"story": "昨天收到的杯子碎了，客服也不理我"}),
        ("经过是这样的：昨天杯子碎了", "story", {"story": "昨天杯子碎了"}),
        ("昨天杯子碎了，电话13800138000", "story", {"story": "昨天杯子碎了", "phone": "13800138000"}),
        ("杯子碎了，送货日期是昨天", "story", {"story": "杯子碎了，送货日期是昨天", "day": "2026-11-29"}),
        ("客服不理我", "aspect", {"aspect": "服务"}),
        ("其他", "aspect", {"aspect": "其他原因"}),
    ],
)
def test_a_story_is_kept_whole(text: str, asked: str, values: dict[str, Value]) -> None:
    assert heard(STORY, text, asked).values == values


@pytest.mark.parametrize(
    ("slots", "text", "values"),
    [
        (
            (Slot("question", label="question"),),
            "my question is how long the warranty is",
            {"question": "how long the warranty is"},
        ),
        ((Slot("address", label="address"),), "my address is where?", {}),
        ((Slot("seats", "number", label="seats"),), "a table for 3 please", {"seats": 3}),
        ((Slot("seats", "number", label="seats"),), "I'm looking for one in Oakland", {}),
        ((Slot("rooms", "number", label="rooms"),), "I need 1 room", {"rooms": 1}),
        ((Slot("nights", "number", label="nights"),), "I need it within 3 days", {}),
        ((Slot("length_of_stay", "number", label="length of stay"),), "for 3 days please", {"length_of_stay": 3}),
        ((REASON,), "给我换大一点的好吗，太小", {"reason": "size"}),
        ((REASON,), "我想问是太大还是太小呢？", {}),
    ],
)
def test_what_is_counted_asked_and_wished_is_told_apart(slots: Sequence[Slot], text: str, values: dict[str, Value]) -> None:
    assert heard(slots, text).values == values
