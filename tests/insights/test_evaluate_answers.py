"""`manage.py evaluate_answers`: the real turn on a small tenant, judged."""

import io
import itertools
import json
from pathlib import Path
from typing import Any

import pytest
from django.core.management import CommandError, call_command

from apps.conversations.bot import courtesy
from apps.conversations.bot.story import Choice, Said, Source
from apps.conversations.models import Conversation, Event, Handover, Turn
from apps.conversations.worker.rehearsal import Rehearsal
from apps.insights import ablation, evaluation
from apps.insights.judging import How, Reply
from apps.knowledge.intake import ingestion, publishing
from apps.knowledge.models import Article, Kind, Status
from apps.tenants import context
from tests.cast import Cast

QUESTION = "How many days do I have to return an item?"
ANSWER = "You have 30 days from delivery to return an item."
RETURN = {"points": ["30 days"], "articles": [QUESTION]}
ROWS: list[dict[str, Any]] = [
    {"id": "a", "kind": "plain", "question": QUESTION, "expected": RETURN},
    {"id": "b", "kind": "plain", "question": QUESTION, "expected": {"points": ["30 days", "in a store"]}},
    {"id": "c", "kind": "plain", "question": QUESTION, "expected": {"points": ["60 days"]}},
    {"id": "d", "kind": "absent", "question": "how do helicopters fly", "expected": {"refuse": True}},
    {"id": "e", "kind": "absent", "question": QUESTION, "expected": {"refuse": True}},
    {"id": "f", "kind": "plain", "question": "how do helicopters fly", "expected": RETURN},
    {
        "id": "g",
        "kind": "opening",
        "dialogue": [
            {"question": "hello", "expected": {"courtesy": True}},
            {"question": QUESTION, "expected": RETURN},
            {"question": "agent please", "kind": "person", "expected": {"person": True}},
        ],
    },
]


@pytest.fixture
def taught(cast: Cast) -> Cast:
    with context.inside(cast.acme):
        article = Article(kind=Kind.QA, title=QUESTION, body=ANSWER, language="en", status=Status.PUBLISHED)
        publishing.save(article)
        ingestion.ingest(article.pk)
    return cast


def file(folder: Path, *rows: object, name: str = "questions.jsonl") -> Path:
    path = folder / name
    path.write_bytes(b"\n".join(row if isinstance(row, bytes) else json.dumps(row).encode() for row in rows))
    return path


class Evaluated:
    """The command's output and its messages."""

    def __init__(self, *files: Path, tenant: str = "acme", as_json: bool = True) -> None:
        out, told, self.failed = io.StringIO(), io.StringIO(), ""
        with context.inside(context.PUBLIC):
            try:
                call_command("evaluate_answers", tenant, *map(str, files), json=as_json, stdout=out, stderr=told)
            except CommandError as error:
                self.failed = str(error)
        self.printed, self.told = out.getvalue(), told.getvalue().splitlines()

    @property
    def rows(self) -> list[dict[str, Any]]:
        return [json.loads(line) for line in self.printed.splitlines()]


def test_every_turn_is_asked_and_judged_and_the_totals_come_last(taught: Cast, tmp_path: Path) -> None:
    *rows, last = Evaluated(file(tmp_path, *ROWS)).rows
    assert {row["id"]: row["verdict"] for row in rows} == {
        "a": "right", "b": "partly", "c": "wrong", "d": "rightly_refused", "e": "answered", "f": "refused",
        "g.1": "right", "g.2": "right", "g.3": "right",
    }  # fmt: skip
    first = rows[0]
    assert (first["text"], first["sources"], first["tier"], first["cause"]) == (ANSWER, [QUESTION], 1, "")
    assert first["found"][0]["title"] == QUESTION
    assert first["found"][0]["score"] > 0.5
    assert first["ms"] > 0
    assert (rows[3]["cause"], rows[3]["reason"]) == ("no_passage", "handed over")
    sums = last["totals"]
    assert (sums["asked"], sums["dialogue_turns"]["asked"]) == (9, 3)
    assert {name: sums["known"][name] for name in ("asked", "right", "partly", "wrong", "refused", "offered")} == {
        "asked": 5, "right": 2, "partly": 1, "wrong": 1, "refused": 1, "offered": 0,
    }  # fmt: skip
    assert {name: sums["unknown"][name] for name in ("asked", "rightly_refused", "answered", "offered")} == {
        "asked": 2, "rightly_refused": 1, "answered": 1, "offered": 0,
    }  # fmt: skip
    assert sums["courtesy_or_person"]["right"] == 2
    assert {kind: part["asked"] for kind, part in sums["kinds"].items()} == {"absent": 2, "opening": 2, "person": 1, "plain": 4}


def test_people_read_a_table(taught: Cast, tmp_path: Path) -> None:
    printed = Evaluated(file(tmp_path, *ROWS[:3]), file(tmp_path, ROWS[3], name="more.jsonl"), as_json=False).printed
    assert "in the knowledge: 3 asked; right 1 (33%), partly 1 (33%), wrong 1 (33%)" in printed
    assert "not in the knowledge: 1 asked; rightly refused 1 (100%)" in printed
    assert [line.split()[:2] for line in printed.splitlines()[-2:]] == [["absent", "1"], ["plain", "3"]]


def test_the_thresholds_are_told_as_a_table(taught: Cast, tmp_path: Path) -> None:
    out = io.StringIO()
    with context.inside(context.PUBLIC):
        call_command("evaluate_answers", "acme", str(file(tmp_path, *ROWS)), thresholds=True, stdout=out)
    head, _line, *rows = out.getvalue().splitlines()
    assert head == "| threshold | of 4 known: pass | right of these | of 2 not known: pass |"
    cells = {row.split(" | ")[0].strip("| "): row.rstrip(" |").split(" | ")[1:] for row in rows}
    assert {"0.1 (floor)", "0.2", "0.5", "0.65 (sure)", "0.8"} == set(cells)
    assert cells["0.5"] == [".75", ".33", ".50"]


def test_a_dialogue_is_read_with_what_was_said_before(taught: Cast, tmp_path: Path) -> None:
    """The same question again points to the answer before it, which is judged in its place; alone it is a fresh question."""
    again = "so how many days to return an item, all in all?"
    turns = [{"question": QUESTION, "expected": RETURN}, {"question": again, "expected": RETURN}]
    first, second, _ = Evaluated(file(tmp_path, {"id": "h", "kind": "again", "dialogue": turns})).rows
    assert first["text"] != second["text"]
    assert ANSWER not in second["text"]
    assert (second["id"], second["verdict"]) == ("h.2", "right")


@pytest.mark.parametrize("language", ["en", "zh-hans"])
def test_an_answer_is_read_without_what_stands_around_it(language: str) -> None:
    """That only the other language knows it, before it; whether it was this, below."""
    for foreign, doubtful in itertools.product((False, True), repeat=2):
        text = "\n\n".join([*[courtesy.foreign(language)] * foreign, ANSWER, *[courtesy.doubt(language)] * doubtful])
        sources = [Source(QUESTION, "", "", 1, ANSWER)]
        choices = [Choice("Other", "Other", Source("Other", "", "", 2, "Other.")), Choice("Person", "A person")]
        said = Said(text, tier=1, sources=sources, choices=choices if doubtful else [])
        tried = Rehearsal(QUESTION, language, release=1, sure=0.65, floor=0.2, end=said)
        reply = evaluation.reply_of(tried, Reply(How.REFUSED))
        assert (reply.how, reply.text, reply.introduced) == (How.CHOICE if doubtful else How.SAID, ANSWER, foreign)
        assert reply.choices == (((QUESTION, ANSWER), ("Other", "Other.")) if doubtful else ())


def test_nothing_is_kept(taught: Cast, tmp_path: Path) -> None:
    Evaluated(file(tmp_path, *ROWS))
    with context.inside(taught.acme):
        assert not any(model.objects.exists() for model in (Conversation, Event, Turn, Handover))


def test_mallorys_evaluation_never_sees_acmes_knowledge(taught: Cast, tmp_path: Path) -> None:
    *rows, _ = Evaluated(file(tmp_path, *ROWS), tenant="globex").rows
    assert {row["verdict"] for row in rows if row["id"] in "abcf"} == {"refused"}
    assert not any(row["sources"] or row["found"] or ANSWER in row["text"] for row in rows)
    assert Evaluated(file(tmp_path, *ROWS), tenant="nobody").failed == "There is no tenant “nobody”."


@pytest.mark.parametrize(
    ("row", "sentence"),
    [
        (b"{x", "It is not JSON."),
        (b"[" * 20_000, "It is not JSON."),
        (b"\xff\xfe", "It is not UTF-8."),
        (b'"hello"', "Write an object"),
        ({"id": "z", "kind": "k", "expected": RETURN}, "Write an object"),
        ({**ROWS[0], "dialogue": []}, "Write an object"),
        ({**ROWS[0], "answer": "x"}, "It has “answer”, which is none of"),
        ({**ROWS[0], "id": 7}, "It has no id."),
        ({**ROWS[0], "kind": " "}, "It has no kind."),
        ({**ROWS[0], "question": "\u200b"}, "Its question is empty."),
        ({**ROWS[0], "question": "x" * 10_001}, "Its question has more than 10,000 characters."),
        ({**ROWS[0], "expected": None}, "Its expected is not an object."),
        ({**ROWS[0], "expected": {}}, "Its expected names none of points"),
        ({**ROWS[0], "expected": {"not": ["x"]}}, "Its expected names none of points"),
        ({**ROWS[0], "expected": {"refuse": "yes"}}, 'Write {"refuse": true} alone.'),
        ({**ROWS[0], "expected": {"refuse": True, "points": ["x"]}}, 'Write {"refuse": true} alone.'),
        ({**ROWS[0], "expected": {"points": "x"}}, "Its points is not a list."),
        ({**ROWS[0], "expected": {"points": [1]}}, "Its points holds something that is not text."),
        ({**ROWS[0], "expected": {"points": [[]]}}, "One of its points is an empty list."),
        ({**ROWS[0], "expected": {"points": ["x"], "language": "fr"}}, "Its language is none of en, zh-hans."),
        ({**ROWS[0], "expected": {"point": ["x"]}}, "It has “point”, which is none of"),
        ({"id": "z", "kind": "k", "dialogue": []}, "Write a dialogue as a list"),
        ({"id": "z", "kind": "k", "dialogue": ["hello"]}, "Write a dialogue as a list"),
        (ROWS[3], "The id “d” stands twice."),
    ],
)
def test_a_bad_line_gets_one_sentence_with_its_number_and_nothing_is_asked(
    cast: Cast, tmp_path: Path, row: object, sentence: str
) -> None:
    path = file(tmp_path, ROWS[3], b"", row)
    evaluated = Evaluated(path)
    assert len(evaluated.told) == 1
    assert evaluated.told[0].startswith(f"{path}, line 3: {sentence}")
    assert (evaluated.printed, evaluated.failed) == ("", "Nothing was asked. Lines to correct: 1.")


def test_a_file_that_is_missing_or_empty_gets_one_sentence(cast: Cast, tmp_path: Path) -> None:
    missing = tmp_path / "none.jsonl"
    assert Evaluated(missing).failed == f"{missing} cannot be read: No such file or directory."
    assert Evaluated(tmp_path).failed == f"{tmp_path} cannot be read: Is a directory."
    empty = file(tmp_path, b"")
    assert Evaluated(empty).told == [f"{empty} holds no questions."]


def test_each_part_of_an_answer_is_left_out_once(taught: Cast, tmp_path: Path) -> None:
    out = io.StringIO()
    with context.inside(context.PUBLIC):
        call_command("evaluate_answers", "acme", str(file(tmp_path, *ROWS[:5])), ablation=True, stdout=out)
    head, whole, *others = out.getvalue().splitlines()
    assert head.split()[:3] == ["right", "shown", "both"]
    assert whole.split()[3:] == ["1", "·", "1", "1", "1", "·", "1", "1", "·"]
    assert len(others) == len(ablation.PARTS)
    assert others[-1].endswith("the same"), "nothing here holds a table"
