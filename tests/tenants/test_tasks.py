"""Celery runs each task inside its tenant: a real worker, both tenants' tasks interleaved on the same threads."""

import subprocess
import sys
import time
from collections.abc import Callable, Iterator

import pytest
from celery import Celery

from apps.tenants import context
from apps.tenants.models import Tenant
from apps.tenants.tasks import HEADER, enqueue, send, tenant_task
from apps.tenants.workspace.models import Member
from config.celery import app
from tests.cast import Cast
from tests.waiting import worker

SEEN: list[tuple[str, frozenset[str]]] = []


@tenant_task(name="tests.look_around", queue="tests")
def look_around(expected: str) -> None:
    names = frozenset(Member.objects.values_list("username", flat=True))
    time.sleep(0.005)
    SEEN.append((expected, names & frozenset(Member.objects.values_list("username", flat=True))))


@pytest.fixture
def done(committed: Cast) -> Iterator[Callable[[], None]]:
    """Beside a worker: waits until every task sent to it has ended."""
    SEEN.clear()
    with worker("tests", threads=4) as done:
        yield done


def test_two_tenants_tasks_on_the_same_threads_do_not_mix(done: Callable[[], None]) -> None:
    for number in range(60):
        tenant, expected = (("acme", "alice"), ("globex", "mallory"))[number % 2]
        send("tests.look_around", tenant, {"expected": expected})
    done()
    assert len(SEEN) == 60
    whole = {"alice": {"alice", "bob"}, "mallory": {"mallory"}}
    assert all(names == whole[expected] for expected, names in SEEN)


def test_a_task_without_a_tenant_or_for_one_that_is_gone_does_nothing(done: Callable[[], None]) -> None:
    app.send_task("tests.look_around", kwargs={"expected": "nobody"}, queue="tests")
    app.send_task("tests.look_around", kwargs={"expected": "nobody"}, queue="tests", headers={HEADER: "initech"})
    send("tests.look_around", "acme", {"expected": "alice"})
    done()
    assert [expected for expected, _ in SEEN] == ["alice"]


def test_a_suspended_tenants_task_does_not_run(done: Callable[[], None]) -> None:
    with context.inside(context.PUBLIC):
        Tenant.objects.filter(slug="globex").update(suspended=True)
    try:
        send("tests.look_around", "globex", {"expected": "mallory"})
        send("tests.look_around", "acme", {"expected": "alice"})
        done()
        assert [expected for expected, _ in SEEN] == ["alice"]
    finally:
        with context.inside(context.PUBLIC):
            Tenant.objects.update(suspended=False)


def test_a_task_cannot_be_sent_outside_a_tenant(cast: Cast) -> None:
    with pytest.raises(context.OutsideTenant):
        enqueue("tests.look_around", expected="nobody")


def test_a_broker_that_is_away_costs_no_request(cast: Cast) -> None:
    elsewhere = Celery("elsewhere", broker="redis://127.0.0.1:1/0")
    elsewhere.tasks.register(app.tasks["tests.look_around"])
    elsewhere.set_current()
    try:
        send("tests.look_around", "acme", {"expected": "alice"})
    finally:
        app.set_current()
        elsewhere.close()


FIRST_TASKS = """
import django
django.setup()
from concurrent.futures import ThreadPoolExecutor
from threading import Barrier
from apps.tenants.tasks import send
together = Barrier(8)
def first(_):
    together.wait()
    send("agents.dispatch", "acme", {})
with ThreadPoolExecutor(8) as pool:
    list(pool.map(first, range(8)))
"""


def test_the_first_tasks_of_a_process_may_be_sent_by_several_threads_at_once(django_db_setup: None) -> None:
    """A web process imports the rooms' tasks when it sends the first one."""
    done = subprocess.run([sys.executable, "-c", FIRST_TASKS], capture_output=True, text=True, timeout=60)
    assert done.returncode == 0, done.stderr[-2_000:]
