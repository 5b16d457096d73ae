"""Releases that wait for their evaluation: published when the bar is met, held back when not, and never waiting for ever."""

from datetime import timedelta
from typing import Any

import pytest
from django.utils import timezone

from apps.conversations.bot.story import Said
from apps.conversations.worker.rehearsal import rehearse
from apps.insights import evaluation, gate, runs, sweeping
from apps.insights.models import EvaluationSet, Run
from apps.knowledge.intake import ingestion, publishing
from apps.knowledge.models import Article
from apps.releases import publishing as releases
from apps.releases.models import Candidate, Release
from apps.tenants import context
from apps.tenants.workspace.models import Role, Site
from tests.admin.conftest import Browser, Hire, at, hire, mallory, owner, text  # noqa: F401  fixtures
from tests.cast import Cast
from tests.insights.test_evaluate_answers import ANSWER, QUESTION
from tests.insights.test_sets import made
from tests.knowledge.conftest import know

GOOD = {"id": "a", "kind": "k", "question": QUESTION, "expected": {"points": ["30 days"]}}
REFUSE = EvaluationSet.Below.REFUSE
RELEASES = "/admin/releases/release/"


@pytest.fixture
def guarded(cast: Cast) -> Cast:
    """Acme knows an answer, and a set that asks for it holds back every release without."""
    with context.inside(cast.acme):
        know(QUESTION, ANSWER, language="en")
        made(GOOD, bar=90, below=REFUSE)
    return cast


def rewritten(body: str) -> Release:
    """The article saved with other words. → the release that this made."""
    article = Article.objects.get()
    article.body = body
    publishing.save(article)
    ingestion.ingest(article.pk)
    return Release.objects.latest("number")


def checked() -> None:
    """The worker and the sweeper do their part, until nothing is open."""
    for _look in range(10):
        sweeping.look()
        for run in Run.objects.filter(state__in=Run.OPEN):
            runs.advance(run.pk)
    assert releases.waiting() is None


def answered() -> str:
    end = rehearse(QUESTION).end
    assert isinstance(end, Said)
    return end.text


def candidate(release: Release) -> Candidate:
    return Candidate.objects.get(pk=release.pk)


def test_a_release_waits_and_goes_live_when_the_bar_is_met(guarded: Cast) -> None:
    with context.inside(guarded.acme):
        live = releases.active()
        release = rewritten("It is 30 days from the day it came.")
        assert (release.active, candidate(release).state) == (False, Candidate.State.WAITING)
        assert releases.active() == live
        assert answered() == ANSWER
        checked()
        assert releases.active() == release
        assert candidate(release).state == Candidate.State.PASSED
        assert answered() == "It is 30 days from the day it came."
        assert Run.objects.filter(release=release.number).count() == 1  # it is not asked again for being live


def test_one_below_the_bar_stays_back_and_says_why(guarded: Cast) -> None:
    with context.inside(guarded.acme):
        live = releases.active()
        release = rewritten("You have 60 days.")
        checked()
        held = candidate(release)
        assert (held.state, releases.active()) == (Candidate.State.HELD, live)
        assert held.why == "By “Returns”, 0 % are answered rightly or shown, and 90 % should be."
        assert answered() == ANSWER
        better = rewritten("You have 30 days.")
        assert candidate(release).state == Candidate.State.OVERTAKEN
        checked()
        assert releases.active() == better


def test_of_two_saves_in_a_row_the_newest_waits(guarded: Cast) -> None:
    with context.inside(guarded.acme):
        first = rewritten("You have 60 days.")
        sweeping.look()
        assert Run.objects.get(release=first.number).is_open
        second = rewritten("You have 30 days, as ever.")
        assert [candidate(each).state for each in (first, second)] == [Candidate.State.OVERTAKEN, Candidate.State.WAITING]
        checked()
        assert Run.objects.get(release=first.number).state == Run.State.CANCELLED
        assert releases.active() == second


def test_a_change_taken_back_leaves_nothing_waiting(guarded: Cast) -> None:
    with context.inside(guarded.acme):
        live = releases.active()
        Site.objects.update(greeting="Welcome")
        release = releases.publish()
        assert candidate(release).state == Candidate.State.WAITING
        assert releases.publish() == release
        Site.objects.update(greeting="")
        assert releases.publish() == live
        assert candidate(release).state == Candidate.State.OVERTAKEN


def test_it_is_told_when_nobody_can_ask_and_never_waits_for_ever(
    guarded: Cast,
    owner: Browser,  # noqa: F811
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    with context.inside(guarded.acme):
        release = rewritten("You have 30 days, as ever.")
        Candidate.objects.update(since=timezone.now() - gate.SILENT - timedelta(seconds=1))
    assert "No worker has begun to check it yet." in text(owner.get(RELEASES))
    with context.inside(guarded.acme):
        wait = sweeping.look()
        assert wait is not None
        Candidate.objects.update(since=timezone.now() - gate.LONGEST)
        sweeping.look()
        assert candidate(release).state == Candidate.State.HELD
        assert "could not be checked in time" in candidate(release).why
        later = timezone.now() + runs.LONGEST + runs.LEASE
        monkeypatch.setattr(timezone, "now", lambda: later + timedelta(minutes=1))
        sweeping.look()
        assert not Run.objects.filter(state__in=Run.OPEN, release=release.number).exists()


def test_a_run_that_fails_holds_it_back_and_it_can_be_checked_again(
    guarded: Cast,
    owner: Browser,  # noqa: F811
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    def away(*_args: Any, **_named: Any) -> None:
        raise RuntimeError("the encoder is away")

    with context.inside(guarded.acme):
        release = rewritten("You have 30 days, as ever.")
        with monkeypatch.context() as patched:
            patched.setattr(evaluation, "ask", away)
            checked()
        assert candidate(release).why == "Its run by “Returns” ended early (failed)."
    page = text(owner.get(f"{RELEASES}{release.pk}/change/"))
    assert "Its run by “Returns” ended early (failed)." in page
    assert "Check again" in page
    owner.post(f"{RELEASES}{release.pk}/check/")
    with context.inside(guarded.acme):
        assert candidate(release).state == Candidate.State.WAITING
        checked()
        assert releases.active() == release


def test_an_operator_makes_it_live_all_the_same_and_that_is_noted(guarded: Cast, hire: Hire, owner: Browser) -> None:  # noqa: F811
    with context.inside(guarded.acme):
        release = rewritten("You have 60 days.")
        checked()
    overview = text(owner.get("/admin/"))
    assert f"Release #{release.pk} is not live." in overview
    assert "See what fails" in overview
    address = f"{RELEASES}{release.pk}/activate/"
    assert hire(Role.VIEWER).post(address).status_code == 403
    assert "0 % are answered rightly" in text(hire(Role.OPERATOR).get(address))
    owner.post(address)
    with context.inside(guarded.acme):
        forced = candidate(release)
        assert (forced.state, forced.decided_by) == (Candidate.State.FORCED, guarded.alice)
        assert releases.active() == release
        assert Article.objects.get().body == "You have 60 days."
    assert "Made live all the same" in text(owner.get(f"{RELEASES}{release.pk}/change/"))


def test_a_set_that_only_warns_holds_nothing_back(guarded: Cast) -> None:
    with context.inside(guarded.acme):
        waiting = rewritten("You have 60 days.")
        EvaluationSet.objects.update(below=EvaluationSet.Below.WARN)
        sweeping.look()
        assert releases.active() == waiting
        assert rewritten("You have 90 days.").active


def test_going_back_waits_for_nothing(guarded: Cast) -> None:
    with context.inside(guarded.acme):
        first = releases.active()
        rewritten("You have 30 days, as ever.")
        checked()
        waiting = rewritten("You have 60 days.")
        releases.activate(first)
        assert (releases.active(), candidate(waiting).state) == (first, Candidate.State.OVERTAKEN)
        assert answered() == ANSWER


def test_refusing_needs_a_bar(cast: Cast, owner: Browser) -> None:  # noqa: F811
    page = text(owner.post("/admin/insights/evaluationset/add/", {"name": "Set", "below": "refuse", "bar": ""}))
    assert "Without a bar there is nothing that a release could miss." in page
    owner.post("/admin/insights/evaluationset/add/", {"name": "Set", "below": "refuse", "bar": "80"})
    with context.inside(cast.acme):
        assert EvaluationSet.objects.get().below == REFUSE


def test_another_tenant_waits_for_nothing_and_reaches_nothing(guarded: Cast, mallory: Browser) -> None:  # noqa: F811
    with context.inside(guarded.acme):
        release = rewritten("You have 60 days.")
        checked()
    with context.inside(guarded.globex):
        releases.active()
        Site.objects.update(greeting="Welcome")
        assert releases.publish().active
    for door in ("activate", "check"):
        assert mallory.post(f"{RELEASES}{release.pk + 90}/{door}/").status_code in (302, 404)
        mallory.post(f"{RELEASES}{release.pk}/{door}/")
    assert "60 days" not in text(mallory.get(RELEASES))
    with context.inside(guarded.acme):
        assert candidate(release).state == Candidate.State.HELD
