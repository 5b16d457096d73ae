"""What each kind finds in a text, which values do, and how they are shown."""

import json
from datetime import datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from apps.flows.definition import templates
from apps.flows.definition.definition import Choice, Slot
from apps.flows.engine.place import Value
from apps.flows.slots import kinds
from apps.flows.slots.extraction import extract
from apps.flows.understanding.acts import act_of

NOW = datetime(2026, 11, 30, 10, 0)
REASON = Slot(
    "reason",
    "choice",
    choices=(
        Choice("broken", "Broken or faulty", ("质量问题", "坏了")),
        Choice("size", "Wrong size", ("尺码不合适", "太大", "太小")),
        Choice("other", "Other", ("其他",)),
    ),
)


def read(slot: Slot, text: str, language: str = "zh-hans") -> list[Value]:
    return [found.value for found in kinds[slot.kind].read(slot, text, language, NOW)]


@pytest.mark.parametrize("kind", sorted(kinds))
def test_a_value_that_is_none_of_its_kind_is_masked_all_the_same(kind: str) -> None:
    assert "S3CRET-V4LUE" not in templates.shown(Slot("secret", kind, sensitive=True), "S3CRET-V4LUE")


@pytest.mark.parametrize("kind", ["number", "money"])
@pytest.mark.parametrize("value", [float("inf"), float("-inf"), float("nan"), 10**400])
def test_what_is_no_finite_number_does_not_fit_and_can_still_be_said(kind: str, value: float) -> None:
    slot = Slot("amount", kind)
    assert kinds[kind].fits(slot, value)
    assert templates.shown(slot, value)


@pytest.mark.parametrize(
    ("text", "language", "values"),
    [
        ("我的电话１３８００１３８０００", "zh-hans", ["13800138000"]),
        ("一三八零零一三八零零零", "zh-hans", ["13800138000"]),
        ("幺三八零零幺三八零零零", "zh-hans", ["13800138000"]),
        ("138 0013 8000", "en", ["13800138000"]),
        ("+86 138-0013-8000", "zh-hans", ["13800138000"]),
        ("021-6234 5678", "zh-hans", ["02162345678"]),
        ("(415) 555-2671", "en", ["4155552671"]),
        ("+1 415 555 2671", "zh-hans", ["+14155552671"]),
        ("+44 20 7946 0958", "en", ["+442079460958"]),
        ("AB13800138000", "zh-hans", []),
        ("2026-12-05", "zh-hans", []),
        ("call me", "en", []),
    ],
)
def test_phone_numbers(text: str, language: str, values: list[str]) -> None:
    assert read(Slot("phone", "phone"), text, language) == values


@pytest.mark.parametrize(
    ("text", "values"),
    [
        ("三百二十块五", [320.5]),
        ("¥1,299.50", [1299.5]),
        ("￥８８", [88]),
        ("$20", [20]),
        ("20 bucks", [20]),
        ("twenty dollars", [20]),
        ("1.5万元", [15000]),
        ("退我五十块", [50]),
        ("两百块钱", [200]),
        ("12元5角", [12.5]),
        ("壹佰元整", [100]),
        ("40000€", [40000]),
        ("£201.97", [201.97]),
        ("250", [250]),
    ],
)
def test_amounts_of_money(text: str, values: list[float]) -> None:
    assert read(Slot("paid", "money"), text) == values


@pytest.mark.parametrize(
    ("text", "values"),
    [
        ("三个人", [3]),
        ("两件", [2]),
        ("三千五", [3500]),
        ("两万三", [23000]),
        ("一百零五", [105]),
        ("十五", [15]),
        ("廿三", [23]),
        ("三千五百万", [35_000_000]),
        ("百分之八十", [80]),
        ("1.5万", [15000]),
        ("2,500", [2500]),
        ("twenty five", [25]),
        ("a hundred and five", [105]),
        ("two thousand", [2000]),
        ("a couple", [2]),
        ("half a dozen", [6]),
        ("2 adults and 3 kids", [5]),
        ("两大一小", [3]),
        ("A1234", []),
        ("百货", []),
        ("我们一起", []),
        ("-5", [-5]),
    ],
)
def test_numbers(text: str, values: list[float]) -> None:
    assert read(Slot("people", "number"), text) == values


@pytest.mark.parametrize(
    ("text", "values", "does"),
    [
        ("my mail is Bob.Smith@Example.COM.", ["Bob.Smith@example.com"], True),
        ("邮箱是vera+shop@mail.example.org，谢谢", ["vera+shop@mail.example.org"], True),
        ("foo@bar", ["foo@bar"], False),
        ("a..b@example.com", ["a..b@example.com"], False),
        ("@vera", [], True),
    ],
)
def test_addresses_of_mail(text: str, values: list[str], does: bool) -> None:
    slot = Slot("mail", "email")
    assert read(slot, text) == values
    assert all(kinds["email"].fits(slot, value) == "" for value in values) is does


@pytest.mark.parametrize(
    ("pattern", "text", "values"),
    [
        ("[0-9]{8,20}", "订单号是12345678吧", ["12345678"]),
        ("[0-9]{8,20}", "1234 5678 9012", ["123456789012"]),
        ("[0-9]{8,20}", "１２３４５６７８", ["12345678"]),
        ("[0-9]{8,20}", "12345", ["12345"]),
        ("[A-Z]{2}[0-9]{6}", "it's ab123456", ["AB123456"]),
        ("[A-Z]{2}[0-9]{6}", "AB-123456", ["AB123456"]),
        ("[A-Z]{2}-[0-9]{4}", "AB-1234", ["AB-1234"]),
        ("", "R2D2", ["R2D2"]),
        ("[A-Z]{2}[0-9]{4}", "ABC", ["ABC"]),
        ("[A-Z]{2}[0-9]{4}", "OH NO", []),
        ("[0-9]{8}", "no number at all", []),
        ("[0-9]{8}", "x123456789y", ["x123456789y"]),
        ("(((", "12345678", ["12345678"]),
    ],
)
def test_ids(pattern: str, text: str, values: list[str]) -> None:
    assert read(Slot("order_id", "id", pattern=pattern), text) == values


@pytest.mark.parametrize(
    ("pattern", "reason"),
    [
        ("[0-9]{8,20}", "The order number has 8 to 20 digits."),
        (r"\d{6}", "The order number has 6 digits."),
        ("[0-9]{6,}", "The order number has at least 6 digits."),
        ("[A-Z]{2}[0-9]{4}", "The order number is written like AB1234."),
        ("(a|b)c", "I can't use that as order number."),
    ],
)
def test_the_reason_is_told_from_the_pattern(pattern: str, reason: str) -> None:
    assert kinds["id"].fits(Slot("order_id", "id", label="order number", pattern=pattern), "?") == reason


@pytest.mark.parametrize(
    ("text", "values"),
    [
        ("Broken or faulty", ["broken"]),
        ("faulty", ["broken"]),
        ("brokn", ["broken"]),
        ("size", ["size"]),
        ("质量问题", ["broken"]),
        ("质量有问题", ["broken"]),
        ("尺寸不合适", ["size"]),
        ("太大了", ["size"]),
        ("我买的衣服坏了想退", ["broken"]),
        ("第二个", ["size"]),
        ("最后一个", ["other"]),
        ("the second one", ["size"]),
        ("the last one", ["other"]),
        ("option 3", ["other"]),
        ("2", ["size"]),
        ("选2", ["size"]),
        ("not broken, wrong size", ["size"]),
        ("不是质量问题，是太小", ["size"]),
        ("第五个", ["第五个"]),
        ("what is this about", []),
        ("brotherhood", []),
        ("I would like to move money from one account to another", []),
    ],
)
def test_choices(text: str, values: list[str]) -> None:
    assert read(REASON, text) == values


@pytest.mark.parametrize(
    ("text", "values"),
    [
        ("yes", [True]),
        ("yes please", [True]),
        ("是的", [True]),
        ("好的谢谢", [True]),
        ("要的", [True]),
        ("no", [False]),
        ("no, the other one", [False]),
        ("不是,是12345678", [False]),
        ("没有", [False]),
        ("不用了", [False]),
        ("行李箱", []),
        ("对不起", []),
        ("ok but when", []),
        ("yes, but how much is it?", []),
        ("notebook", []),
        ("是不是要运费", []),
    ],
)
def test_yes_and_no(text: str, values: list[bool]) -> None:
    assert read(Slot("wants", "yes_no"), text) == values


@pytest.mark.parametrize(
    ("slot", "value", "reason"),
    [
        (Slot("n", "number", minimum=1, maximum=8), 9, "It can be at most 8."),
        (Slot("n", "number", minimum=1, maximum=8), 0, "It has to be at least 1."),
        (Slot("n", "number", minimum=1, maximum=8), 8, ""),
        (Slot("n", "money"), -1, "An amount of money is not less than nothing."),
        (Slot("n", "number", invalid="Up to eight guests.", maximum=8), 9, "Up to eight guests."),
        (Slot("n", "number", example="4", maximum=8), 9, "It can be at most 8. For example: 4"),
        (Slot("n", "yes_no"), "perhaps", "Please answer yes or no."),
        (Slot("n", "date", direction="future"), "2026-11-29", "That day has passed."),
        (Slot("n", "date", direction="future"), "2026-11-30", ""),
        (Slot("n", "datetime", direction="future"), "2026-11-30T09:00", "That moment has passed."),
        (Slot("n", "time"), "morning", "At what time exactly?"),
        (Slot("n", "phone"), "12345", "That is no phone number that can be called."),
        (REASON, "broken", ""),
        (REASON, "blue", "Please choose one of these: Broken or faulty, Wrong size, Other."),
    ],
)
def test_a_value_does_or_is_told_why_not(slot: Slot, value: Value, reason: str) -> None:
    assert kinds[slot.kind].fits(slot, value, NOW) == reason


@pytest.mark.parametrize(
    ("slot", "value", "shown", "masked"),
    [
        (Slot("n", "number"), 12500, "12,500", "••••0"),
        (Slot("n", "money", currency="CNY"), 1299.5, "¥1,299.50", None),
        (Slot("n", "money", currency="CHF"), 20, "20 CHF", None),
        (Slot("n", "phone"), "13800138000", "138 0013 8000", "••••••••000"),
        (Slot("n", "email"), "vera@example.org", "vera@example.org", "v••••@example.org"),
        (Slot("n", "text"), "张三丰", "张三丰", "张••"),
        (Slot("n", "id"), "AB123456", "AB123456", "••••••56"),
        (REASON, "size", "Wrong size", None),
        (Slot("n", "yes_no"), True, "yes", None),
    ],
)
def test_values_are_shown_to_people(slot: Slot, value: Value, shown: str, masked: str | None) -> None:
    assert kinds[slot.kind].shown(slot, value, "en") == shown
    if masked is not None:
        assert kinds[slot.kind].masked(slot, value) == masked


SLOTS = (
    *(Slot(name, name, label=f"the {name} 名字", pattern="[A-Z]{2}[0-9]{4,20}" if name == "id" else "") for name in kinds),
    REASON,
    Slot("from_date", "date", label="from"),
    Slot("to_date", "date", label="到"),
    Slot("first_name", "text", label="first name"),
    Slot("address", "text", label="地址"),
)
WORDS = (
    *(
        "是",
        "不是",
        "1",
        "12",
        "5号",
        "明天",
        "下午",
        "三点",
        "at",
        "7",
        "pm",
        "13800138000",
        "AB12345",
        "@",
        "a@b.co",
        "¥",
        "20",
        "块",
    ),
    *(
        "第二个",
        "姓名",
        "：",
        "name",
        "is",
        ",",
        ".",
        "?",
        "the",
        "half past",
        "in two days",
        "2026-12-05",
        "not",
        "change it to",
    ),
)
TEXTS = st.one_of(
    st.text(st.characters(codec="utf-8"), max_size=120),
    st.lists(st.sampled_from([*WORDS, " ", "，", "\n", "İ", "ﷺ", "𠮷"]), max_size=24).map("".join),
    st.lists(st.sampled_from(WORDS), max_size=24).map(" ".join),
)


@given(TEXTS, st.sets(st.sampled_from([slot.name for slot in SLOTS]), max_size=4), st.sampled_from(["", "en", "zh-hans", "fr"]))
def test_whatever_is_said_is_read_without_harm(text: str, asked: set[str], language: str) -> None:
    for slot in SLOTS:
        for found in kinds[slot.kind].read(slot, text, language, NOW):
            assert 0 <= found.start < found.end <= len(text)
            kinds[slot.kind].fits(slot, found.value, NOW)
            if not kinds[slot.kind].fits(slot, found.value, NOW):
                assert kinds[slot.kind].shown(slot, found.value, language)
                assert kinds[slot.kind].masked(slot, found.value)
    extracted = extract(SLOTS, text, asked=asked, language=language, now=NOW)
    assert json.loads(json.dumps(extracted.values)) == extracted.values
    assert set(extracted.spans) == set(extracted.values)
    assert set(extracted.unfit) <= asked - set(extracted.values)
    assert all(0 <= start < end <= len(text) for start, end in extracted.spans.values())
    act_of(text, language)


@pytest.mark.parametrize(
    "seed", ["1", "1 ", "5th ", "三点", "明天", "the ", "a@b.", "不", "yes, ", "1-", "¥1", "one ", "name is ", "\n"]
)
def test_long_messages_are_read_to_their_end(seed: str) -> None:
    text = (seed * 10_000)[:12_000]
    assert extract(SLOTS, text, asked=("text",), language="en", now=NOW).unfit == {}
