"""Customers who leave the page while they wait: behind those who are there, with their clock, and where they were when they
come back."""

import time
from datetime import timedelta

import pytest
from django.test import Client
from django.utils import timezone

from apps.agents import sweeping
from apps.agents.casework import casework
from apps.agents.console import rows
from apps.agents.models import DeskSettings, Presence
from apps.agents.queue import leaving, queue
from apps.agents.tickets import tickets
from apps.conversations.handover import leave_contact
from apps.conversations.live import here
from apps.conversations.models import Conversation, Handover
from apps.tenants import context
from apps.tenants.live import valkey
from tests.agents.asking import say, wait
from tests.agents.client import log_in
from tests.agents.queue.test_queue import offered
from tests.cast import ACME_HOST, GLOBEX_HOST, Cast


def leave(handover: Handover, seconds: float = 70) -> None:
    """Their last line closed so long ago."""
    key = valkey.key(handover.conversation_id, "here")
    valkey.client().delete(key)
    valkey.client().zadd(key, {here.LAST: time.time() - seconds})


def come_back(handover: Handover) -> None:
    valkey.client().zadd(valkey.key(handover.conversation_id, "here"), {"a line": time.time(), here.LAST: time.time()})


def order() -> list[Handover]:
    leaving.note()
    return list(queue.waiting())


def places(*handovers: Handover) -> list[list[int]]:
    """All places that each was told, in order."""
    return [
        [event.body["position"] for event in row.conversation.events.filter(kind="owner").order_by("seq")] for row in handovers
    ]


def test_who_left_is_served_after_those_who_are_there_and_keeps_the_clock(desk: Cast) -> None:
    Presence.objects.update(capacity=1)
    first, second, third = wait(), wait(), wait()
    leave(first)
    assert order() == [second, third, first]
    sweeping.sweep_desk()
    assert [offered(row) for row in (first, second, third)] == [None, desk.bob, None]
    asked = first.requested_at
    come_back(first)
    assert order() == [first, second, third]
    first.refresh_from_db()
    assert (first.requested_at, first.left_at, first.ahead()) == (asked, None, 0)


def test_who_left_is_offered_when_nobody_who_is_there_waits(desk: Cast) -> None:
    first = wait()
    leave(first)
    sweeping.sweep_desk()
    assert offered(first) == desk.bob


def test_a_reload_is_not_leaving_and_who_is_unknown_is_there(desk: Cast) -> None:
    reloading, unknown, gone = wait(), wait(), wait()
    leave(reloading, seconds=20)
    leave(gone)
    assert leaving.note() == 1
    assert leaving.note() == 0, "it is news once"
    assert list(Handover.objects.filter(left_at__isnull=False)) == [gone]
    valkey.client().delete(valkey.key(gone.conversation_id, "here"))
    assert leaving.note() == 0, "what Valkey forgot changes nothing"
    assert order() == [reloading, unknown, gone]


def test_a_place_that_was_told_never_grows(desk: Cast) -> None:
    DeskSettings.objects.update(capacity=1)
    Presence.objects.update(capacity=0)
    line = [wait() for _ in range(4)]
    for goes, comes in ((line[0], None), (line[1], line[0]), (None, line[1])):
        if goes:
            leave(goes)
        if comes:
            come_back(comes)
        for _ in range(2):
            Handover.objects.update(told_at=timezone.now() - timedelta(minutes=1))
            sweeping.sweep_desk()
    assert [row.ahead() for row in Handover.objects.order_by("requested_at")] == [0, 1, 2, 3], "all are there again"
    told = places(*line)
    assert all(sorted(each, reverse=True) == each for each in told), told
    assert told == [[1], [2, 1], [3, 2], [4, 3]]


def test_whoever_comes_to_a_message_form_and_back_is_told_no_larger_place(desk: Cast) -> None:
    first, second = wait(), wait()
    leave(first)
    leaving.note()
    Handover.objects.update(told_at=timezone.now() - timedelta(minutes=1))
    Presence.objects.update(capacity=0)
    sweeping.sweep_desk()
    second.refresh_from_db()
    assert second.told_position == 1
    Presence.objects.update(seen_at=timezone.now() - timedelta(minutes=5))
    sweeping.sweep_desk()
    come_back(first)
    Presence.objects.update(seen_at=timezone.now())
    sweeping.sweep_desk()
    second.refresh_from_db()
    assert (second.is_waiting, second.told_position) == (True, 1)


def test_the_console_hears_when_they_left_and_until_when_they_are_owed_an_answer(desk: Cast) -> None:
    Presence.objects.update(capacity=0)
    handover = wait()
    leave_contact(handover.conversation_id, "vera@example.org", "Vera")
    tickets.of_message(handover.pk)
    assert row_of(handover)["left_at"] is None
    before = Conversation.objects.get(pk=handover.conversation_id).changed_at
    leave(handover, seconds=24 * 60)
    leaving.note()
    told = row_of(handover)
    assert told["left_at"] is not None
    assert told["due_at"] is not None
    assert Conversation.objects.get(pk=handover.conversation_id).changed_at > before, "and consoles read it again"
    casework.claim(handover.pk, desk.bob)
    assert row_of(handover)["left_at"] is None, "whoever has it sees above the conversation who is there"


def test_who_left_a_message_is_noted_too(desk: Cast) -> None:
    Presence.objects.update(state="offline")
    handover = wait()
    leave_contact(handover.conversation_id, "vera@example.org", "Vera")
    leave(handover)
    assert leaving.note() == 1
    assert row_of(handover)["left_at"] is not None


@pytest.mark.parametrize("view", ["waiting"])
def test_the_longest_wait_is_on_top_page_by_page(desk: Cast, view: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("apps.agents.console.views.A_PAGE", 2)
    handovers = [wait() for _ in range(5)]
    say(handovers[0].conversation, "Hello?")  # the newest change, and the longest wait all the same
    client, found, before = Client(), [], ""
    client.cookies["sessionid"] = log_in(desk.acme, desk.bob)
    for _ in range(3):
        query = {"view": view, **({"before": before} if before else {})}
        page = client.get("/api/v1/console/conversations", query, headers={"host": ACME_HOST}).json()
        found += [row["conversation"] for row in page["rows"]]
        before = page["next"]
    assert before is None
    assert found == [str(row.conversation_id) for row in handovers]
    assert list(rows.inbox())[:5] == found, "whoever waits longest is among the first that a console opens with"
    client.cookies["sessionid"] = log_in(desk.globex, desk.mallory)
    assert client.get("/api/v1/console/conversations", {"view": view}, headers={"host": GLOBEX_HOST}).json()["rows"] == []


def test_mallorys_desk_notes_nothing_of_acmes_customers(desk: Cast) -> None:
    handover = wait()
    with context.inside(desk.globex):
        valkey.client().zadd(valkey.key(handover.conversation_id, "here"), {here.LAST: 1.0})
        assert here.seen_each([handover.conversation_id])
        assert leaving.note() == 0
    assert here.seen_each([handover.conversation_id]) == {}
    assert leaving.note() == 0


def row_of(handover: Handover) -> dict[str, object]:
    return rows.of([handover.conversation_id])[handover.conversation_id]
