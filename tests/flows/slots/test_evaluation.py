"""The command that measures the extraction on public sentences."""

import json
from io import StringIO
from pathlib import Path

import pytest
from django.core.management import CommandError, call_command

ROWS = [
    {
        "text": "A table for 4 people at 7pm, the name is Ann Lee",
        "requested_slots": [],
        "slots": [
            {"slot": "people", "start": 12, "end": 20, "value": "4 people"},
            {"slot": "time", "start": 24, "end": 27, "value": "7pm"},
            {"slot": "first_name", "start": 41, "end": 44, "value": "Ann"},
            {"slot": "last_name", "start": 45, "end": 48, "value": "Lee"},
            {"slot": "date", "start": 0, "end": 1, "value": "A"},
        ],
    }
]


def test_it_tells_precision_recall_and_f1_of_each_slot(tmp_path: Path) -> None:
    file = tmp_path / "restaurant8k" / "train_0.jsonl"
    file.parent.mkdir()
    file.write_text("\n".join(json.dumps(row) for row in ROWS * 10))
    out = StringIO()
    call_command("evaluate_slots", str(tmp_path), "--json", stdout=out)
    told = json.loads(out.getvalue())
    assert (told["set"], told["rows"], told["marked"], told["precision"], told["recall"]) == ("restaurant8k", 1, 5, 1.0, 0.8)
    assert told["slots"]["date"] == {"marked": 1, "precision": 0.0, "recall": 0.0, "f1": 0.0, "f1_overlap": 0.0}
    table = StringIO()
    call_command("evaluate_slots", str(file.parent), stdout=table)
    assert "people" in table.getvalue()


def test_a_folder_without_the_sets_is_told(tmp_path: Path) -> None:
    with pytest.raises(CommandError, match="restaurant8k"):
        call_command("evaluate_slots", str(tmp_path))
