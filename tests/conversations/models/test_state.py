"""The verbs of handovers and conversations change what is in the right state, and nothing else; for another tenant nothing."""

from datetime import timedelta

import pytest
from django.utils import timezone

from apps.conversations.models import Cause, Conversation, Handover, Visitor
from apps.tenants import context
from tests.agents.asking import ask
from tests.cast import Cast

State = Handover.State
OPEN = {State.REQUESTED, State.OFFERED, State.ACCEPTED, State.NOBODY}


def handover(state: State = State.REQUESTED) -> Handover:
    ended = timezone.now() if state == State.DONE else None
    row = ask(visitor=Visitor.objects.create())
    return Handover.objects.create(conversation=row, reason=Cause.ASKED, state=state, done_at=ended)


@pytest.mark.parametrize(
    ("verb", "right"),
    [
        ("offer", {State.REQUESTED}),
        ("ask_again", {State.OFFERED}),
        ("accept", OPEN),
        ("finish", OPEN),
        ("tell", {State.REQUESTED, State.OFFERED}),
    ],
)
def test_a_verb_changes_what_is_still_in_the_right_state(acme: Cast, verb: str, right: set[State]) -> None:
    now = timezone.now()
    said = {"offer": (now,), "ask_again": (), "accept": (acme.bob, now), "finish": (now,), "tell": (3, now)}[verb]
    changed = {state for state in State if getattr(Handover.objects.filter(pk=handover(state).pk), verb)(*said)}
    assert changed == right


def test_in_another_tenant_nothing_changes(acme: Cast) -> None:
    row, now = handover(), timezone.now()
    with context.inside(acme.globex):
        assert not Handover.objects.filter(pk=row.pk).accept(acme.mallory, now)
        assert not Conversation(pk=row.conversation_id).read_by_team(1)
    row.refresh_from_db()
    row.conversation.refresh_from_db()
    assert (row.state, row.conversation.team_read) == (State.REQUESTED, 0)


def test_patience_begins_anew_for_who_stood_in_no_queue(acme: Cast) -> None:
    first, second, now = handover(), handover(), timezone.now()
    asked, patient = second.requested_at, second.waiting_from
    assert (second.wait(now), second.requested_at, second.waiting_from) == (2, asked, patient), "who waits goes on to"
    first.leave(now, online=False)
    first.refresh_from_db()
    assert (first.state, first.told_position, first.sorry) == (State.NOBODY, None, "nobody")
    later = now + timedelta(minutes=1)
    assert (first.wait(later), first.waiting_from, second.ahead()) == (1, later, 1), "and the place is by the first wish"
    Handover.objects.filter(pk=first.pk).accept(acme.bob, now)
    first.refresh_from_db()
    first.wait(now + timedelta(minutes=2))
    first.refresh_from_db()
    assert (first.accepted_by, first.accepted_at, first.due_at) == (None, None, None)


def test_reading_only_goes_forward(acme: Cast) -> None:
    row = ask(visitor=acme.vera)
    assert [row.read_by_team(seq) for seq in (1, 1, 0)] == [True, False, False]
    assert [row.read_by_visitor(seq) for seq in (2, 1)] == [True, False]
    row.refresh_from_db()
    assert (row.team_read, row.visitor_read) == (1, 2)
