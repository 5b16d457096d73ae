"""Files become knowledge as a whole, or a sentence and a report say why not."""

import csv
import io
import json
import threading
from pathlib import Path
from typing import Any

import pytest
from django.core.management import CommandError, call_command
from django.db import connection
from django.utils import timezone

from apps.knowledge import sweeping
from apps.knowledge.intake import importing, tables
from apps.knowledge.management.commands import import_knowledge
from apps.knowledge.models import Article, Edition, Import, Ingestion, Passage, Revision
from apps.knowledge.search import editions
from apps.llm import embeddings
from apps.releases import publishing as releases
from apps.tenants import context
from apps.tenants.refusal import Refusal
from tests.cast import Cast
from tests.knowledge.conftest import ask, know

CSV = (
    "question,answer,alternatives,language,category\n"
    "Where is my order?,Under Your orders.,Where is my parcel? | Track my order,en,shipping\n"
    "怎么开发票？,在订单详情页申请。,发票怎么申请|可以开专票吗,zh-hans,发票\n"
)


def run(name: str, data: bytes, *, skip_bad: bool = False) -> Import:
    job = importing.begin(name, data, skip_bad=skip_bad)
    importing.run(job.pk)
    job.refresh_from_db()
    return job


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "gbk", "gb18030", "utf-16"])
def test_a_spreadsheet_in_any_usual_encoding(acme: Cast, encoding: str) -> None:
    job = run("faq.csv", CSV.encode(encoding))
    assert (job.state, job.rows, job.added, job.bad, job.progress) == ("live", 2, 2, 0, 100)
    assert ask("可以开专票吗")[0].title == "怎么开发票？"
    assert ask("track my order")[0].text == "Under Your orders."
    assert set(Article.objects.values_list("status", "ingestion")) == {("published", Ingestion.LIVE)}


def test_a_file_is_one_knowledge_revision_and_one_release(acme: Cast) -> None:
    run("faq.csv", CSV.encode())
    assert Edition.objects.count() == 1
    assert releases.active().knowledge_revision == editions.head().number
    assert "2" in releases.active().summary


def test_lines_of_json(acme: Cast) -> None:
    rows = [
        {"question": "Do you gift-wrap?", "answer": "Yes.", "alternatives": ["Can it be a present?"]},
        {"question": "可以送礼吗", "answer": "可以。", "alternatives": None, "category": None},
    ]
    job = run("faq.jsonl", "\n".join(json.dumps(row, ensure_ascii=False) for row in rows).encode())
    assert job.added == 2
    assert dict(Article.objects.values_list("title", "language")) == {"Do you gift-wrap?": "en", "可以送礼吗": "zh-hans"}


def test_a_json_list_is_taken_however_it_is_written(acme: Cast) -> None:
    rows = [{"question": f"Question {n}?", "answer": f"Answer [{n}], \n done."} for n in range(3)]
    for text in (json.dumps(rows), json.dumps(rows, indent=4), f"\n\n {json.dumps(rows)} \n"):
        for name in ("faq.json", "faq.jsonl"):
            found, bad = tables.read(name, text.encode())
            assert ([row.question for row in found], bad) == ([row["question"] for row in rows], [])
    assert run("faq.json", json.dumps(rows, indent=1).encode("utf-8-sig")).added == 3


def test_rows_of_a_json_list_are_named_by_their_line(acme: Cast) -> None:
    text = '[\n{"question": "a", "answer": "b"},\n\n{"question": "",\n "answer": "b"}, 7,\n{"colour": 1}\n]'
    assert [bad.line for bad in tables.read("faq.json", text.encode())[1]] == [4, 5, 6]
    assert [row.line for row in tables.read("faq.json", text.encode())[0]] == [2]


@pytest.mark.parametrize(
    ("text", "line"),
    [
        ("[", 1),
        ('[{"question": "a", "answer": "b"}', 1),
        ('[\n{"question": "a", "answer": "b"}\n{"question": "c"}]', 3),
        ('[\n{"question": "a", "answer": "b"},\n]', 3),
        ('[\n\n{"question": "a" "answer": "b"}]', 3),
        ('[{"question": "a", "answer": "b"}]\n]', 1),
        ("[,]", 1),
        ("[" * 100_000, 1),
    ],
)
def test_a_list_that_is_not_json_is_refused_with_its_line(acme: Cast, text: str, line: int) -> None:
    with pytest.raises(Refusal, match=f"^Line {line} is not JSON"):
        tables.read("faq.json", text.encode())


def test_empty_cells_at_a_rows_end_are_a_spreadsheets_own(acme: Cast) -> None:
    text = "question,answer,category,,,\na,b,c,,,\nd,e,,,,,,,\nf,g\nh,i,j, ,x\n"
    found, bad = tables.read("faq.csv", text.encode())
    assert [(row.question, row.category) for row in found] == [("a", "c"), ("d", ""), ("f", "")]
    assert [each.line for each in bad] == [5], "an extra cell that holds something is no spreadsheet's habit"


def test_a_file_in_one_line_has_no_more_rows_than_another(acme: Cast, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(tables, "MOST_ROWS", 3)
    rows = [{"question": f"Question {n}?", "answer": "b"} for n in range(4)]
    with pytest.raises(Refusal, match="more than 3 rows"):
        tables.read("faq.json", json.dumps(rows).encode())


def test_half_a_character_is_a_bad_row_not_a_broken_import(acme: Cast) -> None:
    """JSON can name halves of characters that neither UTF-8 nor the database can hold."""
    job = run("faq.jsonl", b'{"question": "Half \\ud83d", "answer": "x"}\n{"question": "y", "answer": "NUL \\u0000"}\n')
    assert (job.state, job.bad) == ("refused", 2)
    assert "broken characters" in job.report[0]["problem"]


def test_one_bad_row_refuses_the_file_and_all_are_named(acme: Cast) -> None:
    bad = ",no question,,en,\nNo answer?,,,en,\nKlingon?,Qapla',,tlh,\nwhere is my order,again,,en,\na,b,c,en,x,too many\n"
    job = run("faq.csv", (CSV + bad).encode())
    assert (job.state, job.bad) == ("refused", 5)
    assert job.problem == "5 rows are bad, so nothing was imported."
    assert [row["line"] for row in job.report] == [4, 5, 6, 7, 8]
    assert "line 2" in job.report[3]["problem"]
    assert not Article.objects.exists()
    assert editions.head().number == 0


def test_bad_rows_can_be_left_out(acme: Cast) -> None:
    job = run("faq.csv", (CSV + ",no question,,en,\n").encode(), skip_bad=True)
    assert (job.state, job.rows, job.added, job.bad) == ("live", 3, 2, 1)


def test_lines_are_counted_in_the_file_not_in_rows(acme: Cast) -> None:
    job = run("faq.csv", b'question,answer\n"Long?","line one\nline two\nline three"\n\n,x\n')
    assert job.report == [{"line": 6, "problem": "The question is empty."}]


@pytest.mark.parametrize(
    ("data", "sentence"),
    [
        (b"", "The file is empty."),
        (b"question,answer\n", "The file has column names, but no rows."),
        (b"frage,antwort\na,b\n", "The file has no column question, answer"),
        (b"question,answer,price\na,b,c\n", "The column “price” is unknown or appears twice"),
        (b"question,answer,answer\na,b,c\n", "The column “question” is unknown or appears twice"),
        (b"PK\x03\x04\x00\x00binary", "This is not a text file"),
        (b"question,answer\nbroken \xff\xff\xff,b\n", "The text is neither UTF-8 nor GB18030"),
        (b'question,answer\n"never closed,b\n', "Line 2 is not CSV"),
    ],
)
def test_what_is_no_such_file_is_refused_in_a_sentence(acme: Cast, data: bytes, sentence: str) -> None:
    job = run("faq.csv", data)
    assert job.state == "refused"
    assert job.problem.startswith(sentence)


def test_fifty_megabytes_are_refused_before_they_are_read(acme: Cast) -> None:
    with pytest.raises(Refusal, match="larger than 32 MB"):
        importing.begin("big.csv", b"x" * (50 * 2**20))
    assert not Import.objects.exists()


def test_bad_json_is_reported_by_line(acme: Cast) -> None:
    lines = [
        '{"question": "a", "answer": "b"}',
        "not json",
        "[1, 2]",
        '{"question": 7, "answer": "b"}',
        '{"question": "c", "answer": "d", "price": 3}',
        '{"question": "x\\u0000y", "answer": "d"}',
        "[" * 100_000,
    ]
    job = run("faq.jsonl", "\n".join(lines).encode())
    assert [row["line"] for row in job.report] == [2, 3, 4, 5, 6, 7]


def test_importing_again_changes_only_what_changed(acme: Cast) -> None:
    run("faq.csv", CSV.encode())
    again = run("faq.csv", CSV.encode())
    assert (again.added, again.changed, again.unchanged) == (0, 0, 2)
    assert Edition.objects.count() == 1
    edited = run("faq.csv", CSV.replace("Under Your orders.", "In your account.").encode())
    assert (edited.added, edited.changed, edited.unchanged) == (0, 1, 1)
    assert ask("where is my order")[0].text == "In your account."
    assert Article.objects.count() == 2


def test_an_export_can_be_imported_again(acme: Cast) -> None:
    know('He said "hi", then =1+1', "=SUM(A1)\nsecond line", alternatives=["a | b", "=x"], category="-odd")
    know("普通问题", "答案", language="zh-hans")
    know("An article", "is not exported", kind="article")
    before = list(Article.objects.filter(kind="qa").order_by("created_at").values_list(*Article.FIELDS))
    for write, name in ((tables.write_csv, "a.csv"), (tables.write_jsonl, "a.jsonl")):
        text = "".join(write(importing.exported()))
        if name == "a.csv":
            cells = [cell for row in csv.reader(io.StringIO(text)) for cell in row]
            assert not [cell for cell in cells if cell.startswith(("=", "+", "@"))]  # nothing a spreadsheet would run
        rows, bad = tables.read(name, text.encode())
        assert bad == []
        assert [tuple(tables.content(row).values()) for row in rows] == before


def test_an_interrupted_import_goes_on_where_it_stopped(acme: Cast, monkeypatch: pytest.MonkeyPatch) -> None:
    job = importing.begin("faq.csv", CSV.encode())
    with monkeypatch.context() as broken:
        broken.setattr(embeddings.BundledEmbedder, "embed_questions", _fail)
        importing.run(job.pk)
    job.refresh_from_db()
    assert job.state == "waiting"
    assert ask("where is my order", revision=1) == []
    assert set(Article.objects.values_list("status", flat=True)) == {"draft"}
    Import.objects.update(wake_at="2020-01-01T00:00Z")
    assert sweeping.sweep() == 1
    importing.run(job.pk)
    job.refresh_from_db()
    assert (job.state, job.added) == ("live", 2)
    assert Revision.objects.count() == 2


def test_an_import_that_fails_for_good_leaves_nothing(acme: Cast, monkeypatch: pytest.MonkeyPatch) -> None:
    kept = know("Where is my order?", "Ask us.")
    job = importing.begin("faq.csv", CSV.encode())
    monkeypatch.setattr(embeddings.BundledEmbedder, "embed_questions", _fail)
    for _try in range(5):
        importing.run(job.pk)
    job.refresh_from_db()
    assert job.state == "failed"
    assert "no power" in job.problem
    assert list(Article.objects.values_list("pk", "body", "status")) == [(kept.pk, "Ask us.", "published")]
    assert not Passage.objects.filter(since__isnull=True).exists()


def test_thousands_of_rows_are_read_in_a_moment(acme: Cast) -> None:
    rows = "".join(f"Question number {n}?,Answer {n}.,,en,many\n" for n in range(20_000))
    good, bad = tables.read("many.csv", f"question,answer,alternatives,language,category\n{rows}".encode())
    assert (len(good), len(bad)) == (20_000, 0)


def test_the_commands(committed: Cast, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    path = tmp_path / "faq.csv"
    path.write_text(CSV, encoding="utf-8")
    call_command("import_knowledge", str(path), tenant="acme")
    assert "2 added" in capsys.readouterr().out
    out = tmp_path / "out.jsonl"
    call_command("export_knowledge", str(out), tenant="acme")
    assert len(out.read_text(encoding="utf-8").splitlines()) == 2
    call_command("export_knowledge", str(tmp_path / "globex.jsonl"), tenant="globex")
    assert (tmp_path / "globex.jsonl").read_text(encoding="utf-8") == ""
    with pytest.raises(CommandError, match="no tenant"):
        call_command("import_knowledge", str(path), tenant="nobody")
    path.write_text("question,answer\n,b\n", encoding="utf-8")
    with pytest.raises(CommandError, match="1 row is bad"):
        call_command("import_knowledge", str(path), tenant="acme")


@pytest.mark.parametrize("how", ["goes live", "is refused", "dies"])
def test_the_command_waits_for_a_worker_that_was_quicker(
    committed: Cast, tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch, how: str
) -> None:
    """The worker claims it the moment it is written, and takes a while."""
    path = tmp_path / "faq.csv"
    path.write_text("question,answer\n,b\n" if how == "is refused" else CSV, encoding="utf-8")
    begin, claimed = importing.begin, threading.Event()
    has_ended, looked = import_knowledge.Command._has_ended, threading.Event()

    def look(command: import_knowledge.Command, job: Import) -> bool:
        found = has_ended(command, job)
        looked.set()
        return found

    def work(number: int) -> None:
        with context.inside(committed.acme):
            if how == "dies":
                past = timezone.now() - importing.LEASE
                Import.objects.filter(pk=number).update(state=Import.State.WORKING, attempts=1, wake_at=past)
                claimed.set()
            else:
                take_in = importing._take_in

                def slowly(job: Import) -> None:
                    claimed.set()
                    looked.wait(60)
                    take_in(job)

                with monkeypatch.context() as patch:
                    patch.setattr(importing, "_take_in", slowly)
                    importing.run(number)
            connection.close()

    def begun(*args: Any, **options: Any) -> Import:
        job = begin(*args, **options)
        worker = threading.Thread(target=work, args=(job.pk,))
        worker.start()
        assert claimed.wait(10)
        return job

    monkeypatch.setattr(importing, "begin", begun)
    monkeypatch.setattr(import_knowledge.Command, "_has_ended", look)
    if how == "is refused":
        with pytest.raises(CommandError, match="1 row is bad, so nothing was imported"):
            call_command("import_knowledge", str(path), tenant="acme")
        assert "line 2: The question is empty." in capsys.readouterr().err
    else:
        call_command("import_knowledge", str(path), tenant="acme")
        told = capsys.readouterr().out
        assert "2 rows: 2 added" in told
        assert ("waiting for its result" in told) == (how == "goes live")


def _fail(*_args: object) -> None:
    raise RuntimeError("no power")
