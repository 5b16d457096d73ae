"""Evaluation sets: questions taken in and given out, runs in the background, what is kept of them."""

import io
import json
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from django.core.management import CommandError, call_command
from django.utils import timezone

from apps.insights import faults, runs, sets, sweeping
from apps.insights.faults import Fault
from apps.insights.models import EvaluationSet, Item, Result, Run
from apps.insights.tasks import evaluate
from apps.releases import publishing
from apps.releases.models import Release
from apps.tenants import context
from apps.tenants.refusal import Refusal
from apps.tenants.workspace.models import Site
from tests.cast import Cast
from tests.insights.test_evaluate_answers import ANSWER, QUESTION, ROWS
from tests.knowledge.conftest import know


def jsonl(*rows: object) -> bytes:
    return b"\n".join(row if isinstance(row, bytes) else json.dumps(row).encode() for row in rows)


def made(*rows: object, name: str = "Returns", **fields: Any) -> EvaluationSet:
    chosen = EvaluationSet.objects.create(name=name, **fields)
    sets.take_in(chosen, jsonl(*(rows or ROWS)))
    return chosen


@pytest.fixture
def taught(acme: Cast) -> Cast:
    know(QUESTION, ANSWER, language="en")
    return acme


def results(run: Run) -> dict[str, Result]:
    return {result.label: result for result in run.results.all()}


# questions


def test_a_file_comes_out_as_it_went_in(acme: Cast) -> None:
    chosen = made()
    assert [json.loads(line) for line in sets.export(chosen)] == ROWS
    again = sets.take_in(chosen, "".join(sets.export(chosen)).encode())
    assert (again.added, again.changed, again.unchanged) == (0, 0, len(ROWS))


def test_a_known_id_replaces_its_question_and_nothing_is_removed(acme: Cast) -> None:
    chosen = made()
    taken = sets.take_in(chosen, jsonl({**ROWS[0], "kind": "other"}, {**ROWS[0], "id": "new"}))
    assert (taken.added, taken.changed, taken.unchanged) == (1, 1, 0)
    assert chosen.items.count() == len(ROWS) + 1
    assert chosen.items.get(label="a").kind == "other"


def test_a_bad_line_is_named_and_nothing_is_taken_in(acme: Cast) -> None:
    chosen = EvaluationSet.objects.create(name="Returns")
    taken = sets.take_in(chosen, jsonl(ROWS[0], b"", b"{x", {**ROWS[1], "expected": {}}, ROWS[0]))
    assert [number for number, _sentence in taken.problems] == [3, 4, 5]
    assert taken.problems[2][1] == "The id “a” stands twice."
    assert not chosen.items.exists()


def test_a_file_and_a_set_have_limits(acme: Cast, monkeypatch: pytest.MonkeyPatch) -> None:
    chosen = made()
    with pytest.raises(Refusal, match="larger than"):
        sets.take_in(chosen, b" " * (sets.LARGEST_FILE + 1))
    with pytest.raises(Refusal, match="no questions"):
        sets.take_in(chosen, b"\n")
    monkeypatch.setattr(sets, "MOST_ITEMS", len(ROWS))
    with pytest.raises(Refusal, match="holds at most"):
        sets.take_in(chosen, jsonl({**ROWS[0], "id": "new"}))
    assert chosen.items.count() == len(ROWS)


def test_what_no_column_takes_is_cleaned_away(acme: Cast) -> None:
    chosen = made({"id": "a", "kind": "k", "question": "x\x00y", "expected": {"points": ["a\x00b\ud800"]}})
    assert chosen.items.get().row.turns[0].expected.points == (("ab",),)


# runs


def test_a_run_asks_all_and_keeps_what_came_out(taught: Cast) -> None:
    run = runs.run_at_once(made())
    assert (run.state, run.items, run.done, run.progress) == (Run.State.DONE, len(ROWS), len(ROWS), 100)
    assert run.release == publishing.active().number
    kept = results(run)
    assert {label: result.verdict for label, result in kept.items()} == {
        "a": "right", "b": "partly", "c": "wrong", "d": "rightly_refused", "e": "answered", "f": "refused",
        "g.1": "right", "g.2": "right", "g.3": "right",
    }  # fmt: skip
    assert (kept["a"].text, kept["a"].sources, kept["a"].place, kept["a"].fault) == (ANSWER, [QUESTION], 1, "")
    assert kept["a"].found[0]["article"] == str(kept["a"].article)
    assert (kept["b"].fault, kept["b"].words) == (Fault.LACKS, ["in a store"])
    assert (kept["c"].fault, kept["c"].words) == (Fault.NOT_FOUND, ["60 days"])
    assert (kept["e"].fault, str(kept["e"].article)) == (Fault.ANSWERED, kept["e"].found[0]["article"])
    assert (kept["f"].fault, kept["f"].place) == (Fault.UNSURE, 1)
    known = run.totals["known"]
    assert (known["asked"], known["right"], known["top1"], known["recall5"], known["hit"]) == (5, 2, 3, 3, 4)


def test_the_faults_tell_where_it_went_wrong(taught: Cast) -> None:
    know("How long is the warranty?", "Two years on everything.", language="en")
    never = {"points": ["30 days"], "not": ["from delivery"]}
    other = {"articles": ["How long is the warranty?"]}
    run = runs.run_at_once(
        made(
            {"id": "never", "kind": "k", "question": QUESTION, "expected": never},
            {"id": "other", "kind": "k", "question": QUESTION, "expected": other},
            {"id": "person", "kind": "k", "question": QUESTION, "expected": {"person": True}},
            {"id": "courtesy", "kind": "k", "question": QUESTION, "expected": {"courtesy": True}},
            {"id": "opening", "kind": "k", "question": QUESTION, "expected": {"points": ["30 days"], "not": ["^You"]}},
        )
    )
    told = {label: (result.fault, result.words) for label, result in results(run).items()}
    assert told["never"] == (Fault.FORBIDDEN, ["from delivery"])
    assert told["other"][0] in (Fault.OTHER_FIRST, Fault.NOT_FOUND)
    assert (told["person"][0], told["courtesy"][0], told["opening"][0]) == (Fault.PERSON, Fault.COURTESY, Fault.FORM)
    assert set(faults.Fault.values) >= {fault for fault, _words in told.values()}


def test_a_run_goes_on_piece_by_piece_where_it_stopped(taught: Cast, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(runs, "PIECE_SECONDS", 0)
    run = runs.begin(made())
    for piece in range(1, len(ROWS) + 1):
        runs.advance(run.pk)
        run.refresh_from_db()
        assert (run.done, run.is_open) == (piece, True)
    runs.advance(run.pk)
    run.refresh_from_db()
    assert (run.state, run.results.count()) == (Run.State.DONE, 9)


def test_a_release_is_asked_as_it_was_even_when_another_goes_live_meanwhile(
    taught: Cast, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(runs, "PIECE_SECONDS", 0)
    run = runs.begin(made(ROWS[0], {**ROWS[0], "id": "z"}))
    runs.advance(run.pk)
    know(QUESTION + " Really", "You have 60 days.", language="en")
    Site.objects.update(greeting="New")
    publishing.publish()
    runs.advance(run.pk)
    runs.advance(run.pk)
    assert [result.text for result in run.results.all()] == [ANSWER, ANSWER]


def test_one_run_a_set_at_a_time_and_none_of_an_empty_one(taught: Cast) -> None:
    chosen = made()
    runs.begin(chosen)
    with pytest.raises(Refusal, match="being run already"):
        runs.begin(chosen)
    with pytest.raises(Refusal, match="no questions"):
        runs.begin(EvaluationSet.objects.create(name="Empty"))


def test_a_cancelled_run_keeps_no_more(taught: Cast, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(runs, "PIECE_SECONDS", 0)
    run = runs.begin(made())
    runs.advance(run.pk)
    assert runs.cancel(run)
    runs.advance(run.pk)
    run.refresh_from_db()
    assert (run.state, run.done, run.results.count(), run.totals) == (Run.State.CANCELLED, 1, 1, {})
    assert not runs.cancel(run)


def test_a_run_ends_itself_when_it_takes_too_long_or_fails_again_and_again(
    taught: Cast, monkeypatch: pytest.MonkeyPatch
) -> None:
    chosen = made()
    run = runs.begin(chosen)
    Run.objects.update(created_at=timezone.now() - runs.LONGEST - timedelta(minutes=1))
    runs.advance(run.pk)
    assert Run.objects.get().state == Run.State.OVERDUE

    def torn(*_args: object) -> bool:
        raise RuntimeError("the disk is full")

    monkeypatch.setattr(runs, "_keep", torn)
    run = runs.begin(chosen)
    for _attempt in range(runs.MOST_ATTEMPTS):
        runs.advance(run.pk)
    run.refresh_from_db()
    assert (run.state, run.problem) == (Run.State.FAILED, "the disk is full")


def test_results_are_kept_of_the_last_runs_and_totals_of_more(taught: Cast, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(runs, "WITH_RESULTS", 1)
    monkeypatch.setattr(runs, "MOST_RUNS", 2)
    chosen = made(ROWS[0])
    _first, second, third = (runs.run_at_once(chosen) for _ in range(3))
    assert list(Run.objects.values_list("pk", flat=True)) == [third.pk, second.pk]
    assert set(Result.objects.values_list("run", flat=True)) == {third.pk}


def test_a_lost_piece_is_woken(taught: Cast) -> None:
    run = runs.begin(made())
    assert runs.wake() == 0
    Run.objects.update(wake_at=timezone.now() - timedelta(seconds=1))
    assert runs.wake() == 1
    run.refresh_from_db()
    assert run.wake_at is not None
    assert run.wake_at > timezone.now()


# by itself, after a release


def test_each_release_is_asked_once_after_it_has_settled(taught: Cast) -> None:
    chosen = made()
    made(name="By hand", on_publish=False)
    publishing.active()
    wait = sweeping.begin_due()
    assert wait is not None
    assert timedelta() < wait <= sweeping.SETTLED
    assert not Run.objects.exists()
    Release.objects.update(activated_at=timezone.now() - sweeping.SETTLED)
    assert sweeping.begin_due() is None
    run = Run.objects.get()
    assert (run.set, run.created_by) == (chosen, None)
    runs.cancel(run)
    sweeping.begin_due()
    assert Run.objects.count() == 1


def test_a_tenant_without_sets_is_not_looked_at(acme: Cast) -> None:
    assert sweeping.look() is None
    assert not Release.objects.exists()


def test_the_worker_asks_inside_the_tenant_on_a_thread_of_its_own(committed: Cast) -> None:
    with context.inside(committed.acme):
        know(QUESTION, ANSWER, language="en")
        run = runs.begin(made())
    while True:
        with context.inside(committed.acme):
            run.refresh_from_db()
            if not run.is_open:
                break
            evaluate.run(run=run.pk)
    assert run.state == Run.State.DONE
    with context.inside(committed.globex):
        assert not Run.objects.exists()
        evaluate.run(run=run.pk)
        assert not Result.objects.exists()


# the command


def command(*args: str, **options: Any) -> tuple[str, str]:
    out, told = io.StringIO(), io.StringIO()
    with context.inside(context.PUBLIC):
        call_command("evaluation_set", *args, stdout=out, stderr=told, **options)
    return out.getvalue(), told.getvalue()


def test_a_set_from_the_command_line(taught: Cast, tmp_path: Path) -> None:
    path = tmp_path / "questions.jsonl"
    path.write_bytes(jsonl(*ROWS))
    printed, told = command("acme", "Returns", take=[path], run=True)
    assert f"{path}: added {len(ROWS)}, changed 0, unchanged 0" in told
    assert "in the knowledge: 5 asked; right 2 (40%)" in printed
    exported, _told = command("acme", "Returns", export=True)
    assert [json.loads(line) for line in exported.splitlines()] == ROWS
    with context.inside(taught.globex):
        assert not Item.objects.exists()
    with pytest.raises(CommandError, match="There is no evaluation set"):
        command("globex", "Returns", export=True)
    path.write_bytes(b"{x")
    with pytest.raises(CommandError, match="Lines to correct: 1"):
        command("acme", "Returns", take=[path])
