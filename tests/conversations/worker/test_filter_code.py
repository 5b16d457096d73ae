"""A tenant's own code in real turns: what means ill is cut off, no turn fails for it, and a rule that keeps failing goes."""

from collections.abc import Iterator
from datetime import timedelta
from typing import Any

import pytest
from django.db import connection
from django.utils import timezone

from apps.conversations.bot.stages.screening import Screening
from apps.conversations.models import Conversation, Hit, Turn, Visitor
from apps.conversations.worker.rehearsal import retell
from apps.conversations.worker.shift import answer
from apps.filters import faults, sweeping
from apps.filters.models import Fault, Filter, Module
from apps.releases import checks
from apps.releases.models import Candidate, Release
from apps.releases.publishing import activate, active, publish, waiting
from apps.tenants import context
from apps.tenants import sweeping as sweepers
from tests.admin.conftest import Browser, at, mallory, owner, text  # noqa: F401  fixtures
from tests.cast import Cast
from tests.conversations.worker.test_answer import RETURNS, ask, said, steps, teach
from tests.filters.sandbox import wat

QUESTION = "How do I return my boots?"
BAD = f"x {QUESTION}"
LIST = "/admin/filters/filter/"


@pytest.fixture
def shop(committed: Cast) -> Iterator[Cast]:
    with context.inside(committed.acme):
        teach(QUESTION, RETURNS)
        publish()
        yield committed
        connection.close()


def own(body: str = wat.LOOP, on_fault: str = "pass", **facts: Any) -> Filter:
    """A rule that does this instead of its work where a sentence begins with x."""
    module = Module.keep(wat.only_with("x", body), "own.wasm")
    usual: dict[str, Any] = {
        "kind": "wasm",
        "directions": ["from_customer"],
        "action": "flag",
        "say": "One moment.",
        "enabled": True,
    }
    settings = {"module": module.digest, "on_fault": on_fault}
    row = Filter.objects.create(name="own", settings=settings, **(usual | facts))
    publish()
    return row


def turn(question: str = BAD) -> Conversation:
    row = ask(question, Visitor.objects.create())
    answer(row.pk)
    row.refresh_from_db()
    return row


def fail(times: int = faults.MOST) -> None:
    for _time in range(times):
        turn()


HOSTILE = {
    "endless loop": (wat.LOOP, "time"),
    "much in few steps": (wat.FILLS, "time"),
    "memory bomb": (wat.GROWS, "trap"),
    "a trap": ("(unreachable)", "trap"),
    "reads outside its memory": ("(i64.load (i32.const -8))", "trap"),
    "an answer outside its memory": (f"(i64.const {65536 << 32 | 1})", "answer"),
    "a huge answer": ("(i64.const -1)", "answer"),
    "places within a character": (wat.answering((0, 1), (1, 2), (2, 4)), "answer"),
}


@pytest.mark.parametrize("hostile", HOSTILE)
def test_a_turn_goes_on_when_the_code_means_ill(shop: Cast, hostile: str) -> None:
    body, kind = HOSTILE[hostile]
    own(body)
    row = turn("x退货，" + QUESTION)
    assert RETURNS in said(row)[-1]
    hit = Hit.objects.get()
    assert (hit.what, hit.action) == (f"fault_{kind}", "log")
    fault = Fault.objects.get()
    assert (fault.kind, fault.turn, fault.release) == (kind, row.turns.get().pk, active().number)
    assert fault.why
    (step,) = steps(row.turns.get(), Screening)
    assert fault.why in step.told.text
    assert step.told.bad


def test_the_code_does_its_work_beside_that(shop: Cast) -> None:
    own(directions=["from_bot"], action="mask")
    teach("What is your number?", "Call 55512345, x is nobody. x is wrong.")
    publish()
    row = turn("What is your number?")
    assert "Call ********" in said(row)[-1]
    assert retell(row.turns.get())
    assert Hit.objects.filter(what="").count() == 1


def test_a_message_that_breaks_the_code_is_blocked_where_the_rule_says_so(shop: Cast) -> None:
    own(on_fault="block")
    assert said(turn()) == ["One moment."]
    assert RETURNS in said(turn(QUESTION))[-1]


def test_a_turn_that_is_told_again_counts_once(shop: Cast) -> None:
    own()
    row = turn(f"{BAD} x. x!")
    assert retell(row.turns.get())
    assert Fault.objects.count() == 1


def test_a_rule_that_fails_over_and_over_is_switched_off(shop: Cast) -> None:
    rule = own()
    before = active()
    fail(faults.MOST - 1)
    sweepers.look("acme")
    assert active() == before
    fail(1)
    assert sweepers.look("acme"), "the fault itself has told of it"
    rule.refresh_from_db()
    assert (rule.enabled, rule.stopped_for[:5]) == (False, "time:")
    live = active()
    assert live.number == before.number + 1
    assert live.summary == "Switched off because its code failed over and over: own"
    assert live.frozen["filters"]["rules"] == []
    assert publish() == live, "the editors hold the same"
    count = Hit.objects.count()
    turn()
    assert Hit.objects.count() == count


def test_conversations_that_are_going_on_are_rid_of_it_too(shop: Cast) -> None:
    own(on_fault="block")
    row = turn()
    fail(faults.MOST - 1)
    older = row.release
    sweeping.failing()
    ask(BAD, row.visitor, row)
    answer(row.pk)
    row.refresh_from_db()
    assert (row.release, said(row)[0]) == (older, "One moment.")
    assert RETURNS in said(row)[-1]
    with context.inside(shop.globex):
        own(on_fault="block")
        teach(QUESTION, RETURNS)
        assert said(turn()) == ["One moment."], "another tenant's rule goes on"
        connection.close()


def test_code_that_only_older_conversations_have_is_switched_off_for_them(shop: Cast) -> None:
    rule = own()
    fail()
    mended = Module.keep(wat.DIGITS, "mended.wasm")
    rule.settings = {"module": mended.digest, "on_fault": "pass"}
    rule.save()
    live = publish()
    Fault.objects.update(at=timezone.now() + timedelta(seconds=5))
    assert faults.switch_off_failing() == ["own"]
    assert faults.switch_off_failing() == [], "once"
    rule.refresh_from_db()
    assert (active(), rule.enabled, rule.stopped_at) == (live, True, None)


def test_an_older_release_brings_the_rule_back_with_its_code(shop: Cast) -> None:
    rule = own()
    before = active()
    fail()
    sweeping.failing()
    activate(before)
    rule.refresh_from_db()
    assert (rule.enabled, rule.stopped_at) == (True, None)
    turn()
    assert Fault.objects.count() == faults.MOST + 1
    sweeping.failing()
    rule.refresh_from_db()
    assert rule.enabled, "it is counted from then on"


def test_faults_of_other_code_or_long_ago_do_not_count(shop: Cast) -> None:
    rule = own()
    fail()
    Fault.objects.update(at=timezone.now() - faults.WITHIN)
    sweeping.failing()
    assert Release.objects.latest("number") == active()
    rule.refresh_from_db()
    assert rule.enabled
    Fault.objects.update(at=timezone.now() + timedelta(seconds=5))
    mended = Module.keep(wat.DIGITS, "mended.wasm")
    rule.settings = {"module": mended.digest, "on_fault": "pass"}
    rule.save()
    publish()
    sweeping.failing()
    rule.refresh_from_db()
    assert rule.enabled


def test_old_faults_are_forgotten(shop: Cast) -> None:
    own()
    fail(2)
    wait = sweeping.failing()
    assert wait
    assert wait <= faults.KEPT
    Fault.objects.update(at=timezone.now() - faults.KEPT)
    assert sweeping.failing() is None
    assert not Fault.objects.exists()


def test_no_check_is_waited_for_and_a_candidate_gives_way(shop: Cast, monkeypatch: pytest.MonkeyPatch) -> None:
    own()
    fail()
    monkeypatch.setitem(checks.registry, "test", checks.Check(lambda _before, _after: True, lambda _candidate: None))
    Filter.objects.create(name="later", kind="words", settings={"words": ["a"]}, directions=["from_bot"], enabled=True)
    first = publish()
    assert not first.active
    sweeping.failing()
    assert active().frozen["filters"]["rules"] == []
    candidate = waiting()
    assert candidate
    assert candidate.release.number > active().number
    assert [rule["name"] for rule in candidate.release.frozen["filters"]["rules"]] == ["later"]
    assert Candidate.objects.get(pk=first.pk).state == Candidate.State.OVERTAKEN


def test_it_is_told_to_who_may_see_to_it_and_to_nobody_else(shop: Cast, owner: Browser, mallory: Browser) -> None:  # noqa: F811
    rule = own()
    fail()
    sweeping.failing()
    told = "The filter “own” is switched off since"
    for path in ("/admin/", LIST, f"{LIST}{rule.pk}/change/"):
        assert told in text(owner.get(path)), path
        assert told not in text(mallory.get(path)), path
    assert "switched off: its code failed" in text(owner.get(LIST))
    with context.inside(shop.acme):
        rule.refresh_from_db()
        form = {"name": "own", "kind": "wasm", "order": "10", "directions": ["from_customer"], "action": "flag"}
    owner.post(f"{LIST}{rule.pk}/change/", form)
    assert told not in text(owner.get(LIST)), "somebody has seen to it"


def test_another_tenants_faults_switch_nothing_off_here(shop: Cast) -> None:
    rule = own()
    with context.inside(shop.globex):
        teach(QUESTION, RETURNS)
        own()
        fail()
        assert Fault.objects.count() == faults.MOST == Turn.objects.count()
    sweeping.failing()
    assert not Fault.objects.exists()
    rule.refresh_from_db()
    assert rule.enabled
    with context.inside(shop.globex):
        sweeping.failing()
        assert not Filter.objects.get().enabled
        connection.close()
