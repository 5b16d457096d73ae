"""Days and hours as customers say them, in Chinese and English."""

from datetime import datetime

import pytest

from apps.flows.definition.definition import Slot
from apps.flows.slots import kinds

NOW = datetime(2026, 11, 28, 15, 0)  # a Saturday

CHINESE = {
    "明天下午三点": "2026-11-29T15:00",
    "后天上午十点半": "2026-11-30T10:30",
    "今晚八点": "2026-11-28T20:00",
    "明早九点": "2026-11-29T09:00",
    "周日晚上七点": "2026-11-29T19:00",
    "十二月二十四号晚上六点": "2026-12-24T18:00",
    "两个小时后": "2026-11-28T17:00",
    "半小时后": "2026-11-28T15:30",
    "十分钟以后": "2026-11-28T15:10",
    "下周三下午两点半": "2026-12-02T14:30",
    "下个月15号上午十点": "2026-12-15T10:00",
    "星期二上午": "2026-12-01T09:00",
    "12月5号14:30": "2026-12-05T14:30",
    "２０２６年１２月５日　１４：３０": "2026-12-05T14:30",
    "明天下午三點一刻": "2026-11-29T15:15",
    "下周五": "2026-12-04",
    "12月5号": "2026-12-05",
    "三天后": "2026-12-01",
    "3天之后": "2026-12-01",
    "一周后": "2026-12-05",
    "两个月前": "2026-09-28",
    "下个月15号": "2026-12-15",
    "月底": "2026-11-30",
    "大后天": "2026-12-01",
    "昨天": "2026-11-27",
    "前天": "2026-11-26",
    "上周五": "2026-11-20",
    "这周日": "2026-11-29",
    "下下周一": "2026-12-07",
    "礼拜三": "2026-12-02",
    "11月11号": "2026-11-11",
    "5号": "2026-12-05",
    "本月30号": "2026-11-30",
    "明年3月1日": "2027-03-01",
    "2026年12月8日": "2026-12-08",
    "二零二六年十二月八日": "2026-12-08",
    "2026/12/8": "2026-12-08",
    "元旦": "2027-01-01",
    "圣诞节": "2026-12-25",
    "双十一买的": "2026-11-11",
    "我想后天来拿": "2026-11-30",
    "下周": "2026-W49",
    "下个月": "2026-12",
    "晚上8点半": "20:30",
    "中午12点": "12:00",
    "凌晨一点": "01:00",
    "三点": "15:00",
    "九点": "09:00",
    "下午两点到四点": "14:00",
}
ENGLISH = {
    "tomorrow at 3pm": "2026-11-29T15:00",
    "next Friday at 3pm": "2026-12-04T15:00",
    "Dec 5 at 10:30": "2026-12-05T10:30",
    "tonight at 8": "2026-11-28T20:00",
    "the day after tomorrow at 8": "2026-11-30T08:00",
    "Sunday from 2": "2026-11-29T14:00",
    "24 December 6pm": "2026-12-24T18:00",
    "in two hours": "2026-11-28T17:00",
    "half an hour from now": "2026-11-28T15:30",
    "next Wednesday at half past two": "2026-12-02T14:30",
    "tomorrow morning": "2026-11-29T09:00",
    "Monday evening": "2026-11-30T19:00",
    "on Tuesday at quarter to seven in the evening": "2026-12-01T18:45",
    "12/5 9:00 am": "2026-12-05T09:00",
    "3pm on Friday": "2026-12-04T15:00",
    "09:00PM  tonight": "2026-11-28T21:00",
    "next Friday": "2026-12-04",
    "December 5th": "2026-12-05",
    "5 December": "2026-12-05",
    "August  11, 2027": "2027-08-11",
    "in three days": "2026-12-01",
    "in two days": "2026-11-30",
    "two days ago": "2026-11-26",
    "in a week": "2026-12-05",
    "a week from today": "2026-12-05",
    "the 15th of next month": "2026-12-15",
    "end of the month": "2026-11-30",
    "the last Friday of this month": "2026-11-27",
    "yesterday": "2026-11-27",
    "last Friday": "2026-11-27",
    "November 11": "2026-11-11",
    "the 5th": "2026-12-05",
    "this Sunday": "2026-11-29",
    "2026-12-08": "2026-12-08",
    "8.12.2026": "2026-12-08",
    "New Year's Day": "2027-01-01",
    "on Christmas": "2026-12-25",
    "next week": "2026-W49",
    "8:30 pm": "20:30",
    "noon": "12:00",
    "1 am": "01:00",
    "at 7": "07:00",
    "at 3": "15:00",
    "half nine": "09:30",
    "25 to 7 p.m.": "18:35",
    "9 05 in the morning": "09:05",
    "between 2 and 4 pm": "14:00",
}


@pytest.mark.parametrize(("text", "value"), [*CHINESE.items(), *ENGLISH.items()])
def test_it_reads_days_and_hours(text: str, value: str) -> None:
    found = kinds["datetime"].read(Slot("when", "datetime"), text, "", NOW)
    assert found[0].value == value


@pytest.mark.parametrize(
    ("kind", "text", "values"),
    [
        ("date", "明天下午三点", ["2026-11-29"]),
        ("time", "明天下午三点", ["15:00"]),
        ("time", "下午两点到四点", ["14:00", "16:00"]),
        ("time", "from 2 to 4 pm", ["14:00", "16:00"]),
        ("date", "从12月3号到5号", ["2026-12-03", "2026-12-05"]),
        ("time", "上午", ["morning"]),
        ("date", "20261205", ["2026-12-05"]),
        ("time", "make it 8", ["08:00"]),
        ("date", "5", ["2026-12-05"]),
        ("time", "下午03:30", ["15:30"]),
    ],
)
def test_a_kind_takes_its_own_part(kind: str, text: str, values: list[str]) -> None:
    assert [found.value for found in kinds[kind].read(Slot("when", kind), text, "", NOW)] == values


@pytest.mark.parametrize(
    "text",
    [
        "订单20261105001",
        "the second one",
        "I sat in the sun",
        "we may come",
        "3楼5号店",
        "第五个",
        "满99元",
        "version 2.10.3",
        "order 2026110500123",
        "1/1000",
        "日报",
        "march on",
        "半天吊子",
        "$5.30",
    ],
)
def test_what_is_no_day_and_no_hour_is_none(text: str) -> None:
    assert kinds["datetime"].read(Slot("when", "datetime"), text, "", NOW) == []


@pytest.mark.parametrize(
    ("text", "direction", "value"),
    [
        ("3月5号", "past", "2026-03-05"),
        ("3月5号", "future", "2027-03-05"),
        ("11月11号", "future", "2027-11-11"),
        ("the 30th", "past", "2026-10-30"),
        ("Friday", "past", "2026-11-27"),
        ("Friday", "future", "2026-12-04"),
    ],
)
def test_the_direction_tells_which_year_month_or_week(text: str, direction: str, value: str) -> None:
    found = kinds["date"].read(Slot("day", "date", direction=direction), text, "", NOW)
    assert [each.value for each in found] == [value]


def test_days_are_shown_as_people_write_them() -> None:
    slot = Slot("when", "datetime")
    assert kinds["datetime"].shown(slot, "2026-12-05T15:30", "en") == "Sat, Dec 5, 2026 15:30"
    assert kinds["date"].shown(slot, "2026-12-05", "zh-hans") == "2026年12月5日 星期六"
    assert kinds["time"].shown(slot, "15:30", "en") == "15:30"
