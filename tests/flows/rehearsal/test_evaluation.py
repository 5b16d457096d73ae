"""Customers of public dialogues, walked through our flows in two ways of reading."""

import json
from io import StringIO
from pathlib import Path
from typing import Any

import pytest
from django.core.management import CommandError, call_command

from apps.flows.definition.definition import Slot
from apps.flows.rehearsal import evaluation, tasks
from apps.flows.rehearsal.evaluation import Way
from apps.flows.rehearsal.tasks import Line, Task

SERVICE = {
    "service_name": "Buses_1",
    "slots": [
        {"name": "to_city", "description": "City to go to", "is_categorical": False, "possible_values": []},
        {"name": "departure_date", "description": "The date of departure", "is_categorical": False, "possible_values": []},
        {"name": "passengers", "description": "How many go", "is_categorical": True, "possible_values": ["1", "2", "3"]},
        {"name": "fare", "description": "Class", "is_categorical": True, "possible_values": ["standard", "first class"]},
        {"name": "refundable", "description": "Whether", "is_categorical": True, "possible_values": ["True", "False"]},
    ],
}


def turn(text: str, told: dict[str, str] | None = None, requested: str = "", intent: str = "BuyTicket") -> dict[str, Any]:
    if told is None:
        acts = [{"act": "REQUEST", "slot": requested, "values": []}]
        return {"speaker": "SYSTEM", "utterance": text, "frames": [{"actions": acts}]}
    acts = [{"act": "INFORM", "slot": slot, "values": [words]} for slot, words in told.items()]
    return {"speaker": "USER", "utterance": text, "frames": [{"actions": acts, "state": {"active_intent": intent}}]}


DIALOGUE = {
    "services": ["Buses_1"],
    "turns": [
        turn("A ticket to San Diego tomorrow please", {"to_city": "San Diego", "departure_date": "tomorrow"}),
        turn("How many are you?", requested="passengers"),
        turn("2, first class", {"passengers": "2", "fare": "first class"}),
        turn("Anything else?"),
        turn("no thanks", {}, intent="NONE"),
    ],
}


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    mine = tmp_path / "sgd_single_domain"
    mine.mkdir()
    (mine / "schema.json").write_text(json.dumps([SERVICE]))
    (mine / "dialogues_dev_services.jsonl").write_text(json.dumps(DIALOGUE) + "\n")
    return tmp_path


def crosswoz() -> dict[str, Any]:
    goal = [[1, "餐馆", "人均消费", "50-100元", False], [1, "餐馆", "评分", "4.5分以上", False], [1, "餐馆", "名称", "", False]]
    acts = [
        ["Inform", "餐馆", "人均消费", "50-100元"],
        ["Inform", "餐馆", "评分", "4.5分以上"],
        ["Request", "餐馆", "名称", ""],
    ]
    said = {"role": "usr", "content": "帮我找一家人均消费50到100元,评分4.5分以上的餐馆。", "dialog_act": acts}
    return {"goal": goal, "messages": [said, {"role": "sys", "content": "好的", "dialog_act": []}]}


def test_a_schema_becomes_slots_of_our_kinds(folder: Path) -> None:
    [task] = tasks.found(folder)
    assert [(slot.name, slot.kind) for slot in task.slots] == [
        *(("to_city", "text"), ("departure_date", "date")),
        *(("passengers", "number"), ("fare", "choice"), ("refundable", "yes_no")),
    ]
    assert task.needed == {"to_city": "San Diego", "departure_date": "tomorrow", "passengers": "2", "fare": "first class"}
    assert task.lines[1].asked == ("passengers",)


def test_joint_reading_asks_for_nothing_that_was_told(folder: Path) -> None:
    """Jointly both messages tell all; one by one each of the four slots is asked for once."""
    [task] = tasks.found(folder)
    joint, sequential = (evaluation.rehearsed(task, way) for way in Way)
    assert (joint.turns, joint.complete, joint.right, joint.exact) == (2, True, 4, True)
    assert (sequential.turns, sequential.complete, sequential.right) == (5, True, 4)


def test_a_value_that_was_read_wrongly_is_put_right_and_counts_as_turns() -> None:
    slots = Slot("note", label="note"), Slot("when", "date", label="day")
    line = Line("the day is tomorrow, no hurry", {"when": "in a week"})
    run = evaluation.rehearsed(Task("", "", "en", slots, [line]), Way.JOINT)
    assert (run.turns, run.complete, run.right) == (2, True, 0)


def test_the_command_tells_both(folder: Path) -> None:
    (folder / "crosswoz").mkdir()
    (folder / "crosswoz" / "val.jsonl").write_text(json.dumps(crosswoz(), ensure_ascii=False))
    out = StringIO()
    call_command("evaluate_dialogues", str(folder), "--json", stdout=out)
    sgd, chinese = map(json.loads, out.getvalue().splitlines())
    assert (sgd["set"], sgd["tasks"], sgd["turns"], sgd["saved"]) == (
        "sgd_single_domain",
        1,
        {"joint": 2.0, "sequential": 5.0},
        0.6,
    )
    assert sgd["joint_accuracy"] == {"joint": 1.0, "sequential": 0.0}
    assert (chinese["set"], chinese["turns"]) == ("crosswoz", {"joint": 1.0, "sequential": 3.0})
    table = StringIO()
    call_command("evaluate_dialogues", str(folder / "crosswoz"), stdout=table)
    assert table.getvalue().startswith("crosswoz: 1 tasks of 2.0 slots, 1 compared; saved 66.7%")


def test_a_folder_without_the_sets_is_told(tmp_path: Path) -> None:
    with pytest.raises(CommandError, match="sgd_single_domain"):
        call_command("evaluate_dialogues", str(tmp_path))
