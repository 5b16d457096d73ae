"""The flows of the demo shops load, and a customer who plays them comes to their end."""

from datetime import datetime
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest

from apps.flows.definition.definition import Definition
from apps.flows.definition.loading import load
from apps.flows.engine.said import Returned
from apps.flows.engine.step import Request
from apps.flows.outside import Nobody
from apps.flows.play import Play, Played

DEMO = Path(__file__).resolve().parents[2] / "demo"
FILES = sorted(DEMO.glob("*/flows/*.yaml"))
NOW = datetime(2026, 11, 30, 10, 0, tzinfo=ZoneInfo("Asia/Shanghai"))
ANSWERS: dict[str, str | bool] = {
    **{"status": "delivered", "status_text": "Delivered", "item_names": "Switchback Mid", "note": "It is there."},
    **{"number": "R-1", "returnable": True, "booked": True, "free": "10:30, 14:30"},
}


def definition(file: Path) -> Definition:
    loaded = load(file.read_text())
    assert not [problem for problem in loaded.problems if problem.severity == "error"]
    assert loaded.definition
    return loaded.definition


class Answering(Nobody):
    def call(self, request: Request) -> Returned:
        return Returned({slot: ANSWERS[path.rpartition(".")[2]] for slot, path in request.result.items()})


def played(name: str, *lines: str, language: str = "en") -> list[Played]:
    flow = definition(DEMO / name)
    play = Play({flow.name: flow}, flow.name, language, NOW, Answering())
    return [play.say(line) for line in lines]


def test_each_shop_has_its_five() -> None:
    assert len(FILES) == 10


@pytest.mark.parametrize("file", FILES, ids=lambda file: f"{file.parts[-3]}-{file.stem}")
def test_a_flow_loads_without_a_word(file: Path) -> None:
    assert load(file.read_text()).problems == ()
    assert definition(file).title


def test_a_return_is_opened() -> None:
    *_, asked, end = played("acme/flows/returns.yaml", "I want to return my boots", "AC-20418", "they are too small", "yes")
    assert asked.buttons == ["Yes", "No"]
    assert end.ended == "done"
    assert "R-1" in end.reply[-1]


def test_a_return_is_opened_in_one_breath() -> None:
    first, end = played("acme/flows/returns.yaml", "return order AC-20418 please, wrong size", "yes please")
    assert first.slots["order_id"] == "AC-20418"
    assert first.slots["reason"] == "fit"
    assert end.ended == "done"


def test_a_return_in_chinese() -> None:
    lines = played("changfeng/flows/returns.yaml", "我要退货", "CF25071146", "买错了", "好的", language="zh-hans")
    assert lines[0].reply == ["请问订单号是多少？以 CF 开头。"]
    assert lines[-1].ended == "done"
    assert "R-1" in lines[-1].reply[-1]


def test_an_appointment_takes_day_and_time_from_one_sentence() -> None:
    first, second, end = played(
        "changfeng/flows/appointment.yaml", "预约明天下午三点上门安装", "13800138000", "可以", language="zh-hans"
    )
    assert (first.slots["日期"], first.slots["时间"]) == ("2026-12-01", "15:00")
    assert "138" not in second.reply[-1]
    assert end.ended == "done"


def test_an_unknown_order_goes_to_a_person() -> None:
    flow = definition(DEMO / "acme/flows/returns.yaml")
    play = Play({flow.name: flow}, flow.name, "en", NOW)
    assert play.say("return order AC-20418").calls
    end = play.say("fails")
    assert end.ended == "handed_over"
    assert "AC-20418" in end.reply[0]
