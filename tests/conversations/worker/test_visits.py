"""How customers came through a flow's states: counted with the turn, once, and gone with their conversation."""

from collections.abc import Iterator, Mapping
from datetime import timedelta
from typing import Any

import pytest
from django.db import connection
from django.utils import timezone

from apps.conversations import handover, sweeping
from apps.conversations.admin.visits import figures
from apps.conversations.models import Visit, Visitor
from apps.conversations.models.visit import CAME
from apps.conversations.worker.rehearsal import retell
from apps.flows.models import Flow
from apps.releases.publishing import publish
from apps.tenants import context, due
from tests.cast import Cast
from tests.conversations.worker.test_flows import BEGIN, BOOK, PHONE, talk


@pytest.fixture
def shop(committed: Cast) -> Iterator[Cast]:
    """Acme books fittings."""
    with context.inside(committed.acme):
        Flow.objects.create(name="fitting", text=BOOK, enabled=True)
        publish()
        yield committed
        connection.close()


def left() -> dict[str, str]:
    return dict(Visit.objects.values_list("state", "left"))


def counted(state: str) -> dict[str, int]:
    found: Mapping[str, Any] = figures(Flow.objects.get()).get(state, {})
    return {name: count for name, count in found.items() if count}


def test_each_way_out_is_counted_once(shop: Cast) -> None:
    row = talk(shop, BEGIN)
    assert left() == {"who": ""}
    entered = Visit.objects.get().entered_at
    row = talk(shop, PHONE, row=row)
    assert counted("who") == {"entered": 1}
    row = talk(shop, "boots", "yes", row=row)
    assert left() == {"who": "on", "booked": "on"}
    assert Visit.objects.get(state="who").entered_at == entered
    talk(shop, BEGIN, "never mind", row=row)
    assert counted("who") == {"entered": 2, "on": 1, "cancelled": 1}
    assert counted("booked") == {"entered": 1, "on": 1}
    told = str(list(Visit.objects.values_list("flow", "state", "left")))  # ids and moments hold any digits
    assert not [name for name in ("503", PHONE) if name in told]


def test_a_turn_that_is_told_again_counts_once(shop: Cast) -> None:
    row = talk(shop, BEGIN, PHONE)
    again = retell(row.turns.latest("epoch"))
    assert again is not None
    assert again.end is not None
    assert again.end.moved is not None
    before = list(Visit.objects.values_list("run", "state", "left", "entered_at"))
    Visit.note([(row.pk, timezone.now(), again.end.moved.visits)])
    assert list(Visit.objects.values_list("run", "state", "left", "entered_at")) == before
    talk(shop, "boots", "no", row=row)
    assert left() == {"who": "on", "left": "handed_over"}


def test_who_falls_silent_went_away_and_who_is_handed_over_did_not(shop: Cast) -> None:
    row = talk(shop, BEGIN)
    Visit.objects.update(at=timezone.now() - timedelta(minutes=31))
    assert counted("who") == {"entered": 1, "away": 1}
    talk(shop, PHONE, row=row)
    assert counted("who") == {"entered": 1}, "they came back"
    handover.ask_for_person(row.pk)
    assert counted("who") == {"entered": 1, "handed_over": 1}


def test_another_tenant_counts_its_own_and_an_erased_conversation_counts_nowhere(shop: Cast) -> None:
    row = talk(shop, BEGIN)
    with context.inside(shop.globex):
        Flow.objects.create(name="fitting", text=BOOK)
        assert counted("who") == {}
        assert Visit.objects.count() == 0
    Visitor.objects.filter(pk=row.visitor_id).delete()
    assert counted("who") == {}
    assert not Visit.objects.exists()


def test_counts_are_forgotten_after_28_days(shop: Cast) -> None:
    talk(shop, BEGIN)
    with connection.cursor() as cursor:
        cursor.execute("SELECT schema FROM public.tenants_due WHERE kind = %s", [CAME])
        assert cursor.fetchall() == [("acme",)]
    assert due.sweepers["conversations.visits"].listens([CAME])
    again = sweeping.visits()
    assert again is not None
    assert timedelta(days=27) < again <= timedelta(days=28)
    Visit.objects.update(entered_at=timezone.now() - timedelta(days=28, seconds=1))
    assert counted("who") == {}
    sweeping.visits()
    assert not Visit.objects.exists()
    assert sweeping.visits() is None
