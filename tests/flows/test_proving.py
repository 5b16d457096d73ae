"""Releases whose flows are new wait until their dialogues were played, and stay back when one comes out otherwise."""

import pytest

from apps.flows import proving, sweeping
from apps.flows.models import Flow, Proof
from apps.flows.tasks import play_dialogues
from apps.releases.models import Candidate, Release
from apps.releases.publishing import activate, active, publish
from apps.tenants import context
from apps.tenants.workspace.models import Site
from tests.cast import Cast

TEXT = """\
states:
  - name: ask
    actions:
      - {type: ask, params: {slots: [city]}}
      - {type: end, params: {text: 'Hello to {{ city }}.'}}
slots:
  city: {type: choice, choices: [Paris, Rome]}
dialogues:
  - name: a greeting
    say: [hello, Paris]
    expect: {ended: done, text: Hello to Paris}
"""
OTHERWISE = TEXT.replace("Hello to {{", "Goodbye to {{")


@pytest.fixture
def live(acme: Cast) -> Release:
    return active()


def write(text: str = TEXT, *, enabled: bool = True) -> Release:
    Flow.objects.update_or_create(name="greet", defaults={"text": text, "enabled": enabled})
    return publish()


def played() -> None:
    """The worker does its part."""
    play_dialogues.run()


def test_a_release_goes_live_when_its_dialogues_have_been_played(live: Release) -> None:
    release = write()
    assert (active(), release.candidate and release.candidate.state) == (live, Candidate.State.WAITING)
    played()
    assert active() == release
    assert Candidate.objects.get(pk=release.pk).state == Candidate.State.PASSED


def test_one_that_differs_stays_back_and_names_flow_dialogue_and_line(live: Release) -> None:
    release = write(OTHERWISE)
    played()
    assert active() == live
    held = Candidate.objects.get(pk=release.pk)
    assert held.state == Candidate.State.HELD
    assert held.why == (
        "Flow “greet”: Dialogue “a greeting”, line 2 (“Paris”): Expected the words “Hello to Paris”; said was: "
        "“Goodbye to Paris.”."
    )
    mended = write()
    played()
    assert active() == mended


def test_what_was_played_already_goes_live_at_once(live: Release) -> None:
    write(enabled=False)
    assert proving.attempt({"text": TEXT, "name": "greet", "flow": Flow.objects.get().pk}) == {"played": 1}
    assert write().active
    assert write(TEXT + "\n\n").active, "blank lines at its end change nothing"
    assert not write(TEXT.replace("Rome", "Oslo")).active


def test_flows_that_are_live_already_hold_nothing_back(live: Release) -> None:
    forced = activate(write(OTHERWISE))
    assert forced.active
    Site.objects.update(greeting="Welcome")
    assert publish().active
    assert not write(OTHERWISE.replace("Rome", "Oslo")).active


def test_another_flow_beside_it_has_it_played_again(live: Release) -> None:
    """It may be understood instead."""
    write()
    played()
    Flow.objects.create(name="other", text=TEXT, enabled=True)
    assert not publish().active
    assert [each.flow for each in proving.lacking()] == ["greet", "other"]
    played()
    assert proving.lacking() == []
    assert active().frozen["flows"][1]["name"] == "other"


def test_a_sweeper_has_it_played_and_lets_it_pass(live: Release) -> None:
    release = write()
    assert sweeping.dialogues() == sweeping.PLAYED_WITHIN
    played()
    assert active() == release
    assert sweeping.dialogues() is None


def test_few_proofs_are_kept(live: Release) -> None:
    for number in range(proving.KEPT + 3):
        proving.attempt({"text": TEXT + f"# {number}\n", "name": "greet", "flow": 0})
    assert Proof.objects.count() == proving.KEPT


def test_a_text_with_errors_says_so(acme: Cast) -> None:
    assert "errors" in proving.attempt({"text": "states: [", "name": "", "flow": 0})["problem"]


def test_the_other_tenant_proves_its_own(live: Release, cast: Cast) -> None:
    write()
    played()
    with context.inside(cast.globex):
        active()
        assert proving.outcomes("greet", {"greet": TEXT}) is None
        assert not write().active
