"""`manage.py evaluate_intents` on files, with the real encoders."""

import io
import json
import os
from pathlib import Path
from typing import Any

import pytest
from django.core.management import CommandError, call_command

from apps.flows.understanding import evaluation

DATA = Path(os.environ.get("YINGDA_DATA", Path(__file__).parents[4] / "shared" / "data"))
DEMO = Path(__file__).parents[3] / "demo"


def evaluated(folder: Path) -> list[dict[str, Any]]:
    said = io.StringIO()
    call_command("evaluate_intents", str(folder), "--json", stdout=said)
    return [json.loads(line) for line in said.getvalue().splitlines()]


def write(path: Path, *rows: tuple[str, str]) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text("".join(json.dumps({"text": text, "intent": intent}, ensure_ascii=False) + "\n" for text, intent in rows))


TAUGHT = [
    ("I want to return this", "returns"), ("take it back please", "returns"), ("I need an invoice", "invoice"),
    ("send me a receipt", "invoice"), ("我要退货", "returns"), ("我要发票", "invoice"),
]  # fmt: skip


def test_a_folder_of_sets_is_measured_set_by_set(tmp_path: Path) -> None:
    write(tmp_path / "one" / "train.jsonl", *TAUGHT)
    write(tmp_path / "one" / "fewshot_train_1.jsonl", *TAUGHT[::2])
    write(tmp_path / "one" / "test.jsonl", ("return this", "returns"), ("an invoice please", "invoice"))
    write(tmp_path / "two" / "inscope_train.jsonl", *TAUGHT)
    write(tmp_path / "two" / "inscope_test.jsonl", ("return this", "returns"), ("an invoice please", "invoice"))
    write(tmp_path / "two" / "id-oos_test.jsonl", ("who won the match last night", "oos"))
    write(tmp_path / "two" / "inscope_valid.jsonl", ("take this back", "returns"))
    write(tmp_path / "two" / "id-oos_valid.jsonl", ("how tall is the tower", "oos"))
    (tmp_path / "three").mkdir()
    few, one, two = evaluated(tmp_path)
    assert [few["set"], one["set"], two["set"]] == ["one/fewshot_train_1", "one", "two"]
    assert (one["accuracy"], one["out_of_scope"], one["threshold"]) == (1.0, None, 0.0)
    assert (two["sentences"], two["out_of_scope"], two["named"]) == (3, 1.0, 1.0)
    assert two["threshold"] > 0
    assert few["examples"] == 3


def test_a_shop_is_measured_by_its_wishes(tmp_path: Path) -> None:
    flow = "name: returns\ntriggers:\n  intents:\n    - name: 退货\n      examples: [I want to return this, 我要退货]\n"
    flow += "states:\n  - name: Hello\n    actions:\n      - {type: end, params: {text: Hello}}\n"
    (tmp_path / "flows").mkdir()
    (tmp_path / "flows" / "returns.yaml").write_text(flow)
    write(tmp_path / "questions" / "wishes.jsonl", ("我要退货", "returns"), ("你好", ""))
    (shop,) = evaluated(tmp_path)
    assert (shop["accuracy"], shop["in_scope"], shop["out_of_scope"]) == (1.0, 1.0, 1.0)


def test_a_folder_without_sets_is_told(tmp_path: Path) -> None:
    with pytest.raises(CommandError, match="no set"):
        call_command("evaluate_intents", str(tmp_path))
    with pytest.raises(CommandError, match="no folder"):
        call_command("evaluate_intents", str(tmp_path / "missing"))
    write(tmp_path / "train.jsonl", *TAUGHT)
    (tmp_path / "test.jsonl").write_text('{"text": "x", "intent": "y"}\nno JSON\n')
    with pytest.raises(CommandError, match=r"test\.jsonl"):
        call_command("evaluate_intents", str(tmp_path))


@pytest.mark.parametrize("shop", ["acme", "changfeng"])
def test_the_demo_shops_tell_wishes_from_questions(shop: str) -> None:
    parts = {result["part"]: result for result in evaluated(DEMO / shop)}
    assert {part: result["sentences"] for part, result in parts.items()} == {"choosing": 30, "checking": 30}
    assert min(result["named"] for result in parts.values()) >= 0.9
    assert min(result["accuracy"] for result in parts.values()) >= 0.8


@pytest.mark.skipif(not (DATA / "hint3").is_dir(), reason=f"There are no public data sets in {DATA} (YINGDA_DATA).")
def test_real_messages_of_a_live_shop_are_understood(tmp_path: Path) -> None:
    """hint3's SOFMattress: 42 % are of no intent, and no example of those is given."""
    (result,) = evaluated(DATA / "hint3")
    assert result["accuracy"] >= 0.70
    assert result["best"] >= 0.73


def test_the_threshold_is_the_middle_of_those_that_are_as_good() -> None:
    plateau = [0.5] * 10 + [0.8, 0.79, 0.795, 0.8, 0.801, 0.79, 0.8] + [0.4] * 32
    assert len(plateau) == len(evaluation.THRESHOLDS)
    assert evaluation.chosen(plateau, 1_000) == pytest.approx(evaluation.THRESHOLDS[13])
    assert evaluation.chosen(plateau, 1_000_000) == pytest.approx(evaluation.THRESHOLDS[14]), "so many tell them apart"
