"""The table of what is due: one question for all tenants, and nothing that stood in the table or in a row is ever lost."""

import re
from collections.abc import Iterator
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from django.db import OperationalError, connection, transaction
from django.test.utils import CaptureQueriesContext

from apps.tenants import context, due, sweeping
from apps.tenants.creation import create_tenant, drop_tenant
from apps.tenants.models import Due, Tenant
from apps.tenants.web import hosts
from tests.cast import Cast

ROOT = Path(__file__).resolve().parents[2]
LATER = timedelta(minutes=5)


@pytest.fixture
def looked(committed: Cast, monkeypatch: pytest.MonkeyPatch) -> Iterator[list[tuple[str, str]]]:
    """Two sweepers of the test's own, alone; the list is of (sweeper, tenant) as they were asked."""
    found: list[tuple[str, str]] = []
    monkeypatch.setattr(due, "sweepers", {})
    monkeypatch.setattr(sweeping, "sweepers", due.sweepers)
    monkeypatch.setattr(sweeping, "clock", sweeping.Clock())
    clear()

    @due.sweeper("tests.once", every=5, after=("tests.news", "tests.task"))
    def once() -> None:
        found.append(("once", context.schema()))

    @due.sweeper("tests.always", every=5, after=("tests.open",))
    def always() -> timedelta:
        found.append(("always", context.schema()))
        return timedelta(minutes=1)

    sweeping.sweep_due()  # a first round of all is planned, at some time to come
    found.clear()
    yield found
    clear()


def clear() -> None:
    with context.inside(context.PUBLIC):
        Due.objects.all().delete()


def tell(tenant: Tenant, kind: str, within: timedelta = due.AT_ONCE) -> None:
    with context.inside(tenant):
        due.tell(kind, within)


def standing(tenant: Tenant) -> dict[str, datetime]:
    """The earliest entry of each kind, the round's aside."""
    with context.inside(context.PUBLIC):
        rows = Due.objects.filter(schema=tenant.schema_name).exclude(kind=sweeping.ROUND_KIND).order_by("-at")
        return dict(rows.values_list("kind", "at"))


def now() -> datetime:
    with context.inside(context.PUBLIC), connection.cursor() as cursor:
        cursor.execute("SELECT clock_timestamp()")
        found: datetime = cursor.fetchone()[0]
        return found


def make_due(tenant: Tenant) -> None:
    with context.inside(context.PUBLIC):
        Due.objects.filter(schema=tenant.schema_name).exclude(kind=sweeping.ROUND_KIND).update(at=now())


def test_only_the_tenant_where_something_happened_is_looked_at(committed: Cast, looked: list[Any]) -> None:
    tell(committed.globex, "tests.news")
    assert sweeping.sweep_due() == 1
    assert looked == [("once", "globex")]
    assert sweeping.sweep_due() == 0, "once was enough"
    assert standing(committed.globex) == standing(committed.acme) == {}


def test_the_question_costs_the_same_however_many_tenants_sleep(committed: Cast, looked: list[Any]) -> None:
    with context.inside(context.PUBLIC):
        with CaptureQueriesContext(connection) as queries:
            sweeping.sweep_due()
        Tenant.objects.bulk_create([Tenant(slug=f"sleeper{n}", schema_name=f"sleeper{n}") for n in range(300)])
        try:
            with CaptureQueriesContext(connection) as more:
                sweeping.sweep_due()
        finally:
            Tenant.objects.filter(slug__startswith="sleeper").delete()
    assert len(more) == len(queries) <= 4
    assert looked == []


def test_what_a_sweeper_leaves_open_is_looked_at_again_at_its_time(committed: Cast, looked: list[Any]) -> None:
    tell(committed.acme, "tests.open")
    tell(committed.acme, "tests.open", timedelta(seconds=2))
    sweeping.sweep_due()
    at = standing(committed.acme)
    assert set(at) == {"tests.always", "tests.open"}
    assert timedelta(seconds=55) < at["tests.always"] - now() <= timedelta(minutes=1)
    make_due(committed.acme)
    sweeping.sweep_due()
    assert looked == [("always", "acme")] * 2
    with context.inside(context.PUBLIC):
        assert Due.objects.filter(schema="acme", kind="tests.always").count() == 1


def test_news_of_a_transaction_that_is_rolled_back_is_no_news(committed: Cast, looked: list[Any]) -> None:
    with context.inside(committed.acme), transaction.atomic():
        due.tell("tests.news")
        transaction.set_rollback(True)
    assert sweeping.sweep_due() == 0


def test_what_is_told_during_a_look_is_looked_at_once_more(
    committed: Cast, looked: list[Any], monkeypatch: pytest.MonkeyPatch
) -> None:
    def meanwhile() -> None:
        looked.append(("meanwhile", context.schema()))
        if len(looked) == 1:
            due.tell("tests.news")

    due.sweeper("tests.once", every=5, after=("tests.news",))(meanwhile)
    tell(committed.acme, "tests.news")
    sweeping.sweep_due()
    assert looked == [("meanwhile", "acme")] * 2


def test_a_suspended_tenants_news_waits_until_it_is_back(committed: Cast, looked: list[Any]) -> None:
    tell(committed.acme, "tests.news")
    with context.inside(context.PUBLIC):
        Tenant.objects.filter(slug="acme").update(suspended=True)
    hosts.forget()
    try:
        assert sweeping.sweep_due() == 0
    finally:
        with context.inside(context.PUBLIC):
            Tenant.objects.filter(slug="acme").update(suspended=False)
        hosts.forget()
    assert sweeping.sweep_due() == 1
    assert looked == [("once", "acme")]


def test_a_tenant_made_while_all_runs_gets_its_round_and_a_deleted_one_leaves_nothing(
    committed: Cast, looked: list[Any], monkeypatch: pytest.MonkeyPatch
) -> None:
    tenant = create_tenant(slug="initech", name="Initech", domains=["initech.test"])
    try:
        monkeypatch.setattr(sweeping, "clock", sweeping.Clock())  # its minute is over
        sweeping.sweep_due()
        with context.inside(context.PUBLIC):
            (first,) = Due.objects.filter(schema="initech", kind=sweeping.ROUND_KIND).values_list("at", flat=True)
        assert now() - timedelta(seconds=5) < first <= now() + sweeping.ROUND
        tell(tenant, "tests.news")
    finally:
        drop_tenant(tenant)
    with context.inside(context.PUBLIC):
        assert not Due.objects.filter(schema="initech").exists()
    assert sweeping.sweep_due() == 0


def test_what_is_lost_from_the_table_is_found_by_the_round(committed: Cast, looked: list[Any]) -> None:
    with context.inside(context.PUBLIC):
        Due.objects.filter(schema="acme", kind=sweeping.ROUND_KIND).update(at=now())
    assert sweeping.sweep_due() == 1
    assert looked == [("once", "acme"), ("always", "acme")], "by all sweepers"
    assert set(standing(committed.acme)) == {"tests.always"}
    with context.inside(context.PUBLIC):
        (following,) = Due.objects.filter(schema="acme", kind=sweeping.ROUND_KIND).values_list("at", flat=True)
    assert sweeping.ROUND * 0.85 < following - now() < sweeping.ROUND * 1.15


def test_one_sweepers_trouble_is_not_anothers_and_is_tried_again(committed: Cast, looked: list[Any]) -> None:
    @due.sweeper("tests.broken", every=5, after=("tests.news",))
    def broken() -> None:
        raise ValueError("a row that nobody understands")

    tell(committed.acme, "tests.news")
    tell(committed.globex, "tests.news")
    assert sweeping.sweep_due() == 2
    assert sorted(looked) == [("once", "acme"), ("once", "globex")]
    assert set(standing(committed.acme)) == {"tests.broken"}


def test_while_the_database_is_away_nothing_is_taken(committed: Cast, looked: list[Any]) -> None:
    away = [True]

    @due.sweeper("tests.away", every=5, after=("tests.news",))
    def meets_it() -> None:
        if away.pop():
            raise OperationalError("server closed the connection unexpectedly")

    tell(committed.acme, "tests.news")
    with pytest.raises(OperationalError):
        sweeping.sweep_due()
    assert set(standing(committed.acme)) == {"tests.news"}
    away.append(False)
    assert sweeping.sweep_due() == 1


@pytest.mark.parametrize("hours", [-3, 3])
def test_a_clock_that_jumps_delays_nothing(
    committed: Cast, looked: list[Any], monkeypatch: pytest.MonkeyPatch, hours: int
) -> None:
    tell(committed.acme, "tests.open")
    sweeping.sweep_due()
    true = sweeping.Clock._database
    monkeypatch.setattr(sweeping.Clock, "_database", lambda clock: true(clock) + hours * 3600)
    assert sweeping.sweep_due() == 1, "what was to come at a time of the old clock comes now"
    assert looked == [("always", "acme")] * 2
    with context.inside(context.PUBLIC):
        last = Due.objects.filter(kind=sweeping.ROUND_KIND).order_by("at").values_list("at", flat=True).last()
    assert last is not None
    assert last <= now() + sweeping.ROUND / 10
    assert sweeping.sweep_due() == 0


def test_what_is_far_off_stands_once(committed: Cast, looked: list[Any]) -> None:
    for _ in range(5):
        tell(committed.acme, "tests.open", LATER)
    with context.inside(context.PUBLIC):
        assert Due.objects.filter(schema="acme", kind="tests.open").count() == 1
    tell(committed.acme, "tests.open", LATER - timedelta(minutes=1))
    assert standing(committed.acme)["tests.open"] < now() + LATER - timedelta(seconds=50)


def test_a_tenants_news_is_told_inside_it_alone(committed: Cast) -> None:
    for outside in (None, context.PUBLIC):
        context.enter(outside)
        with pytest.raises(context.OutsideTenant):
            due.tell("tests.news")


def test_every_task_that_is_sent_up_has_a_sweeper_that_listens_to_it() -> None:
    """`enqueue` tells the sweepers; a task that none listens to would be lost with its broker."""
    sent = {
        name
        for path in (ROOT / "apps").rglob("*.py")
        for name in re.findall(r'(?<!def )\benqueue\(\s*"([^"]+)"', path.read_text())
    }
    heard = frozenset().union(*(sweeper.after for sweeper in due.sweepers.values()))
    assert len(sent) >= 6
    assert sent <= heard


def test_the_table_says_nothing_of_what_was_said() -> None:
    assert [field.name for field in Due._meta.fields] == ["id", "schema", "kind", "at"]


def test_offers_to_agents_never_wait_behind_sweepers(looked: list[Any]) -> None:
    """Two of the worker's four threads sweep at most; a third task leaves at once."""
    with sweeping.HANDS, sweeping.HANDS:
        assert sweeping.sweep_due() == 0
