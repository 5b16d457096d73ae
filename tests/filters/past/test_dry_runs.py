"""A dry run walks through real messages in pieces, newest first, and ends; what is lost is woken."""

from collections.abc import Sequence
from datetime import timedelta

import pytest
from django.utils import timezone

from apps.conversations.models import Event
from apps.filters import sweeping
from apps.filters.models import DryRun, Filter
from apps.filters.past import dry_runs
from apps.filters.past.showing import examples
from apps.filters.past.tally import Change, Tally
from apps.filters.rule import Action, Direction, Rule
from apps.filters.tasks import dry_run
from apps.releases.publishing import publish
from apps.tenants import context
from apps.tenants.refusal import Refusal
from tests.agents.asking import ask
from tests.cast import Cast

RULE = Rule("None", "parcels", "words", {"words": ["parcel"]}, frozenset([Direction.FROM_CUSTOMER]), Action.FLAG)


def run_on(*, days: int = 7, rules: Sequence[Rule] = (RULE,), of: Filter | None = None) -> DryRun:
    run = dry_runs.begin(rules, days, of=of, by=None)
    for _piece in range(20):
        dry_runs.advance(str(run.pk))
    run.refresh_from_db()
    return run


def test_it_counts_the_days_it_was_asked_for(acme: Cast) -> None:
    for text in ("My parcel is lost", "Where is it?", "A parcel came"):
        ask(text)
    ask("An old parcel")
    Event.objects.filter(body__text="An old parcel").update(at=timezone.now() - timedelta(days=9))
    run = run_on()
    found = Tally.read(run.found)
    assert (run.state, run.messages, run.done) == (DryRun.State.DONE, 3, 3)
    assert (found.looked, found.hit, found.changes) == (3, 2, {Change.NEW: 2})
    assert run_on(days=28).done == 4


def test_it_goes_on_piece_by_piece_and_counts_nothing_twice(acme: Cast, monkeypatch: pytest.MonkeyPatch) -> None:
    for number in range(7):
        ask(f"parcel {number}")
    monkeypatch.setattr(dry_runs, "PIECE_SECONDS", 0.0)
    run = dry_runs.begin([RULE], 7, by=None)
    seen: list[int] = []
    while run.is_open and len(seen) < 20:
        dry_runs.advance(str(run.pk))
        run.refresh_from_db()
        seen.append(run.done)
    assert run.state == DryRun.State.DONE
    assert seen == sorted(seen)
    assert len(seen) > 3
    assert Tally.read(run.found).hit == 7


def test_a_lost_piece_is_woken_and_one_of_yesterday_deleted(acme: Cast) -> None:
    ask("My parcel is lost")
    lost, old = dry_runs.begin([RULE], 7, by=None), dry_runs.begin([RULE], 7, by=None)
    past = timezone.now() - timedelta(minutes=5)
    DryRun.objects.filter(pk=lost.pk).update(state=DryRun.State.WORKING, attempts=1, done=0, wake_at=past)
    DryRun.objects.filter(pk=old.pk).update(created_at=timezone.now() - timedelta(days=2))
    assert dry_runs.wake() == 1
    wait = sweeping.look()
    assert wait
    assert not DryRun.objects.filter(pk=old.pk).exists()
    dry_runs.advance(str(lost.pk))
    lost.refresh_from_db()
    assert (lost.state, Tally.read(lost.found).hit) == (DryRun.State.DONE, 1)


def test_one_that_kills_its_workers_ends(acme: Cast) -> None:
    run = dry_runs.begin([RULE], 7, by=None)
    DryRun.objects.filter(pk=run.pk).update(attempts=dry_runs.MOST_ATTEMPTS)
    dry_runs.advance(str(run.pk))
    run.refresh_from_db()
    assert run.state == DryRun.State.FAILED


def test_it_is_stopped_and_stays_so(acme: Cast) -> None:
    ask("My parcel is lost")
    run = dry_runs.begin([RULE], 7, by=None)
    assert dry_runs.stop(run)
    assert not dry_runs.stop(run)
    dry_runs.advance(str(run.pk))
    run.refresh_from_db()
    assert (run.state, run.done) == (DryRun.State.STOPPED, 0)


def test_it_is_compared_with_the_rule_as_it_is_live(acme: Cast) -> None:
    row = Filter.objects.create(
        name="parcels", kind="words", settings={"words": ["parcel"]}, directions=["from_customer"], action="flag", enabled=True
    )
    publish()
    for text in ("My parcel is lost", "My letter is lost"):
        ask(text)
    row.settings = {"words": ["letter"]}
    changes = Tally.read(run_on(rules=[row.rule], of=row).found).changes
    assert changes == {Change.NEW: 1, Change.GONE: 1}


def test_a_rule_of_the_bots_words_looks_at_them_alone(acme: Cast) -> None:
    row = ask("My parcel is lost")
    said = {"conversation": row, "kind": "message", "epoch": 1, "at": timezone.now()}
    Event.objects.create(seq=2, author="bot", body={"text": "Your parcel is on its way"}, **said)
    Event.objects.create(seq=3, author="agent", body={"text": "The parcel is here"}, **said)
    for direction, text in (
        (Direction.FROM_BOT, "Your parcel is on its way"),
        (Direction.FROM_AGENT, "The parcel is here"),
        (Direction.TO_MODEL, "My parcel is lost"),
    ):
        run = run_on(rules=[Rule("1", "p", "words", {"words": ["parcel"]}, frozenset([direction]), Action.MASK)])
        (shown,) = examples(run, Tally.read(run.found))
        assert "".join(part.text for part in shown.parts) == text
        (place,) = [part for part in shown.parts if part.found]
        assert place.instead == ("[HIDDEN A]" if direction == Direction.TO_MODEL else "******")


def test_an_erased_message_is_shown_nowhere(acme: Cast) -> None:
    row = ask("My parcel is lost")
    run = run_on()
    tally = Tally.read(run.found)
    assert [shown.conversation for shown in examples(run, tally)] == [row.pk]
    row.delete()
    assert examples(run, tally) == []


def test_too_many_at_once_and_none_at_all_are_refused(acme: Cast) -> None:
    for _number in range(dry_runs.MOST_AT_ONCE):
        dry_runs.begin([RULE], 7, by=None)
    with pytest.raises(Refusal, match="Too many tests"):
        dry_runs.begin([RULE], 7, by=None)
    with pytest.raises(Refusal, match="No rule"):
        dry_runs.begin([], 7, by=None)


def test_the_task_looks_at_its_own_tenants_messages_alone(committed: Cast) -> None:
    with context.inside(committed.globex):
        ask("Mallory's parcel")
    with context.inside(committed.acme):
        ask("My parcel is lost")
        run = dry_runs.begin([RULE], 7, by=None)
    with context.inside(committed.globex):
        dry_runs.advance(str(run.pk))  # there is no such run here
    with context.inside(committed.acme):
        dry_run.run(run=str(run.pk))
        run.refresh_from_db()
        assert (run.state, run.messages, Tally.read(run.found).hit) == (DryRun.State.DONE, 1, 1)
