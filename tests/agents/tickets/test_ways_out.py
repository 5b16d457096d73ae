"""Deliveries take turns by tenant: one tenant's slow system is nobody else's delay, and is itself left alone after a while."""

from collections.abc import Iterator
from datetime import timedelta
from typing import Any

import pytest
from django.core.cache import cache
from django.db import connection
from django.test import override_settings
from django.utils import timezone

from apps.agents import sweeping
from apps.agents.channels.mail import incoming
from apps.agents.models import DeadLetter, DeskSettings, Errand, Ticket
from apps.agents.tickets import errands, tickets, ways_out, webhook
from apps.agents.tickets.ways_out import EACH, Ways
from apps.tenants import context
from apps.tenants.live.valkey import client
from runtime import programs
from tests.agents.receiver import Receiver, receiver
from tests.cast import Cast
from tests.waiting import wait_for, worker


@pytest.fixture
def both(desk: Cast) -> Iterator[tuple[Receiver, Receiver]]:
    """Acme's own system, which answers nobody until it is told to, and Globex's, which is quick."""
    client().delete("tickets")
    with receiver("hold") as acmes, receiver() as globexs:
        for tenant, hook in ((desk.acme, acmes), (desk.globex, globexs)):
            with context.inside(tenant):
                cache.clear()
                hook.secret = webhook.rotate()
                DeskSettings.objects.update(ticket_webhook=hook.url)
                connection.close()
        yield acmes, globexs
        acmes.go.set()
    with context.inside(desk.globex):
        DeskSettings.objects.update(ticket_webhook="")
        connection.close()
    client().delete("tickets")


def owe(count: int) -> None:
    for number in range(count):
        ticket = Ticket.objects.create(key=f"t{number}", subject=f"Ticket {number}", contact="vera@example.org")
        webhook.announce(ticket, webhook.CREATED)


def working() -> Any:
    return worker("tickets", programs.WORKERS["tickets"][1])


def test_a_slow_system_delays_nobody_elses_delivery(desk: Cast, both: tuple[Receiver, Receiver]) -> None:
    acmes, globexs = both
    owe(14)
    with working():
        wait_for(lambda: acmes.inside == EACH)
        with context.inside(desk.globex):
            owe(3)
            connection.close()
        wait_for(lambda: len(globexs.taken) == 3)
        assert (acmes.inside, acmes.most_inside, len(acmes.taken)) == (EACH, EACH, EACH), "Acme's first still wait"
        acmes.go.set()
        wait_for(lambda: len(acmes.taken) == 14)
        wait_for(lambda: Errand.objects.filter(done_at=None).count() == 0)
    assert acmes.most_inside <= EACH
    assert len(set(acmes.keys)) == 14
    assert set(Errand.objects.values_list("attempts", flat=True)) == {1}, "who waited for a way has lost no try"
    assert {told["tenant"] for told in globexs.taken} == {"globex"}
    assert {told["tenant"] for told in acmes.taken} == {"acme"}


def test_threads_are_enough_for_all_ways_and_for_what_stays_inside() -> None:
    assert programs.WORKERS["tickets"][1] >= sum(ways_out.WAYS.values()) + 4
    assert errands.outside() == ways_out.WAYS.keys() - {incoming.KIND}, "a mailbox is read by no errand"


def test_a_lost_wake_up_is_made_good_by_the_sweeper_without_a_flood(desk: Cast, both: tuple[Receiver, Receiver]) -> None:
    owe(14)
    client().delete("tickets")
    Errand.objects.update(wake_at=timezone.now() - timedelta(seconds=6))
    sweeping.wake_errands()
    assert client().llen("tickets") == EACH
    both[0].go.set()
    with working():
        wait_for(lambda: len(both[0].taken) == 14)


def test_who_leaves_a_way_names_the_tenant_that_waited_longest() -> None:
    ways = Ways(3)
    assert [ways.take("a"), ways.take("a"), ways.take("a")] == [True, True, False]
    assert ways.take("b")
    assert [ways.take("c"), ways.take("b")] == [False, False]
    assert ways.give_back("a") == "c", "a came first, and has had its turn"
    assert ways.take("c")
    assert ways.give_back("a") == "b"
    assert ways.take("b")
    assert ways.give_back("c") == "a"
    assert ways.give_back("b") is None


def test_slow_tenants_never_take_all_ways() -> None:
    ways = Ways(4)
    assert [ways.take(name, slow=True) for name in "abc"] == [True, True, False]
    assert not ways.take("a", slow=True), "one at a time"
    assert [ways.take("d"), ways.take("d")] == [True, True]
    assert not ways.take("e")
    assert ways.give_back("d") == "e", "c waits longer, but has to wait for a slow one"
    assert ways.take("e")
    assert ways.give_back("a", slow=True) == "c"


@override_settings(WEBHOOK_SECONDS=0.4)
def test_a_system_that_is_slow_again_and_again_is_left_alone(
    desk: Cast, both: tuple[Receiver, Receiver], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(ways_out, "SLOW", 0.2)
    owe(5)
    pks = list(Errand.objects.order_by("pk").values_list("pk", flat=True))
    for pk in pks[:3]:
        assert not errands.run(pk)
    assert len(both[0].taken) == 3
    assert ways_out.is_slow("webhook")
    assert not errands.run(pks[3])
    waiting = Errand.objects.filter(pk__in=pks[3:])
    assert len(both[0].taken) == 3, "nobody asks it now"
    assert [(row.attempts, row.failures) for row in waiting] == [(0, 0), (0, 0)]
    assert all(row.wake_at and row.wake_at > timezone.now() + timedelta(seconds=30) for row in waiting)
    with context.inside(desk.globex):
        owe(1)
        assert errands.run(Errand.objects.get().pk), "another tenant's is another system"
        connection.close()
    both[0].go.set()
    letter = DeadLetter.objects.create(errand_id=pks[0], error="slow")
    errands.resend(letter)
    assert errands.run(pks[0]), "somebody has mended it"
    assert not ways_out.is_slow("webhook")


def test_a_quick_refusal_is_no_slowness(desk: Cast, both: tuple[Receiver, Receiver]) -> None:
    both[0].how = "500"
    owe(5)
    for pk in Errand.objects.values_list("pk", flat=True):
        assert not errands.run(pk)
    assert len(both[0].taken) == 5
    assert not ways_out.is_slow("webhook")
    assert tickets.deliveries(Ticket.objects.get(key="t0")).get().failures == 1
