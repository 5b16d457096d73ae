"""Kill the worker that sweeps between taking and doing: real processes, SIGKILL, and every task of the desk lost."""

from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest
from django.db import connection
from django.utils import timezone

from apps.agents.models import Offer, Presence
from apps.tenants import context, due
from apps.tenants.models import Due
from runtime import programs
from runtime.folder import Folder
from runtime.services import valkey
from runtime.services.service import Running, Service, free_port
from tests.agents.asking import run_out, wait
from tests.agents.conftest import hire
from tests.cast import Cast
from tests.crew import own_database
from tests.waiting import wait_for

DAWDLE = """
CREATE FUNCTION acme.dawdle() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN PERFORM pg_sleep(1.5); RETURN NEW; END $$;
CREATE TRIGGER dawdle BEFORE UPDATE ON acme.agents_offer FOR EACH ROW EXECUTE FUNCTION acme.dawdle();
"""
HURRY = "DROP TRIGGER IF EXISTS dawdle ON acme.agents_offer; DROP FUNCTION IF EXISTS acme.dawdle();"


class House:
    """A broker, a clock and workers of this test's own, on the tests' database."""

    def __init__(self, folder: Path) -> None:
        self.folder, port = Folder(folder), free_port()
        self.folder.prepare()
        url = valkey.url(self.folder, port)
        self.environment = {"DATABASE_URL": own_database(), "VALKEY_URL": url, "CELERY_BROKER_URL": url}
        broker = Running(valkey.service(self.folder, port, appendonly="no"), self.folder.logs / "valkey.log")
        broker.wait_until_ready()
        self.running = [broker, self._start("beat", programs.beat())]

    def worker(self, name: str) -> Running:
        self.running.append(self._start(name, programs.worker("housekeeping", name)))
        return self.running[-1]

    def stop(self) -> None:
        for each in reversed(self.running):
            kill(each)

    def _start(self, name: str, argv: tuple[str, ...]) -> Running:
        service = Service(name, argv, ready=lambda: True, environment=self.environment)
        return Running(service, self.folder.logs / f"{name}.log")


def kill(running: Running) -> None:
    running.process.kill()
    running.process.wait()


@pytest.fixture
def house(desk: Cast, tmp_path: Path) -> Iterator[House]:
    Presence.objects.update(seen_at=timezone.now() + timedelta(minutes=10))
    found = House(tmp_path / "house")
    yield found
    found.stop()
    with connection.cursor() as cursor:
        cursor.execute(HURRY)


def in_the_middle() -> bool:
    with connection.cursor() as cursor:
        cursor.execute("SELECT count(*) FROM pg_stat_activity WHERE wait_event = 'PgSleep'")
        return bool(cursor.fetchone()[0])


def entries(kind: str) -> int:
    with context.inside(context.PUBLIC):
        return Due.objects.filter(schema="acme", kind=kind).count()


@pytest.mark.timeout(240)
def test_an_offer_whose_sweeper_was_killed_is_offered_again_by_the_next(house: House, desk: Cast) -> None:
    carol = hire("carol")
    Presence.objects.update(seen_at=timezone.now() + timedelta(minutes=10))
    handover = wait()
    due.sweepers["agents.desk"].sweep()
    run_out(handover)
    first = Offer.objects.get(handover=handover, state="open")
    with connection.cursor() as cursor:
        cursor.execute(DAWDLE)
    with context.inside(context.PUBLIC):
        Due.objects.filter(schema="acme").delete()
    due.tell("agents.dispatch")  # the one thing that still knows of it
    victim = house.worker("victim")
    wait_for(in_the_middle, 60)
    kill(victim)
    assert entries("agents.dispatch") == 1, "what was taken stands until it is done"
    assert Offer.objects.get(handover=handover).state == "open"
    wait_for(lambda: not in_the_middle(), 30)
    with connection.cursor() as cursor:
        cursor.execute(HURRY)
    house.worker("one"), house.worker("two")
    wait_for(lambda: Offer.objects.filter(handover=handover).count() == 2, 60)
    first.refresh_from_db()
    second = Offer.objects.exclude(pk=first.pk).get()
    assert (first.state, second.state) == ("expired", "open")
    assert {first.member_id, second.member_id} == {desk.bob.pk, carol.pk}
    wait_for(lambda: not entries("agents.dispatch"), 30)
