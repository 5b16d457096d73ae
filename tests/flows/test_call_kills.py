"""Kill the worker in the middle of a call, and let the system do its worst: no wish has two effects, none is told wrongly."""

import random
import sys
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from uuid import uuid4

import pytest
from django.db import connection

from apps.flows import calls
from apps.flows.engine.step import Request
from apps.flows.models import Call, System
from apps.tenants import context
from runtime.services.service import Running, Service
from tests.cast import Cast
from tests.crew import own_database
from tests.ordering import order_system
from tests.waiting import wait_for

WISHES, AT_ONCE, TIMES = 60, 6, 8
FAULTS = {"stall": 0.06, "late": 0.08, "fail": 0.08, "busy": 0.05, "cut": 0.06, "lost": 0.1, "torn": 0.05, "twice": 0.1}
WORKER = """
import django
django.setup()
from apps.flows import calls
from apps.flows.engine.step import Request
from apps.tenants import context
with context.inside(context.Schema("acme")):
    calls.make(Request("run:0", "/returns", "POST", "shop", 20.0, 0, body={"order": "AC-20418"}))
"""


def wanted(key: str, reason: str, timeout: float = 0.5, retries: int = 2) -> Request:
    body = {"order": "AC-20418", "reason": reason}
    return Request(key, "/returns", "POST", "shop", timeout, retries, body=body, result={"number": "return.number"})


@pytest.mark.parametrize("how", ["stall", "late"])
def test_a_worker_killed_while_it_waits_has_one_effect(committed: Cast, tmp_path: Path, how: str) -> None:
    """Before the system did anything, and after."""
    with context.inside(committed.acme), order_system(acme="s") as orders:
        System.objects.create(name="shop", base_url=f"{orders.url}/acme", secret="s")
        orders.next(how, seconds=60.0)
        environment = {"DATABASE_URL": own_database(), "DJANGO_SETTINGS_MODULE": "config.settings"}
        victim = Running(Service("victim", (sys.executable, "-c", WORKER), lambda: True, environment), tmp_path / "victim.log")
        wait_for(lambda: not orders.plan.next and (how == "stall" or bool(orders.records)))
        victim.process.kill()
        victim.process.wait()
        assert [(call.state, call.tries) for call in Call.objects.all()] == [("begun", 1)]
        asked = Request("run:0", "/returns", "POST", "shop", 5.0, 0, body={"order": "AC-20418"}, result={"n": "return.number"})
        returned = calls.make(asked)
        wait_for(lambda: len(orders.records) == 1)
        assert returned.slots == {"n": orders.records[0]["number"]}
        connection.close()


@pytest.mark.parametrize("seed", [1, 2])
def test_no_wish_has_two_effects_whatever_the_system_does(committed: Cast, seed: int) -> None:
    """Each wish is told several times, and wanted anew where nobody knows what came of it, as flows do."""

    def walk(number: int) -> tuple[str, set[str]]:
        dice, run, told = random.Random(seed * 1_000 + number), uuid4(), set[str]()  # noqa: S311
        with context.inside(committed.acme):
            for effect in range(TIMES):
                asked = wanted(f"{run}:{effect}", f"wish {number}", retries=dice.randrange(3))
                answers = [calls.make(asked) for _ in range(dice.randrange(1, 3))]
                told |= {str(answer.slots["number"]) for answer in answers if not answer.error}
                if told:
                    break
            connection.close()
        return f"wish {number}", told

    with pytest.MonkeyPatch.context() as patch, order_system(acme="s") as orders:
        patch.setattr(calls, "FIRST_PAUSE", 0.02)
        orders.plan.change({"shares": FAULTS, "seconds": 1.0, "seed": seed})
        with context.inside(committed.acme):
            System.objects.create(name="shop", base_url=f"{orders.url}/acme", secret="s")
        with ThreadPoolExecutor(AT_ONCE) as pool:
            walks = dict(pool.map(walk, range(WISHES)))
        made = {reason: {each["number"] for each in orders.records if each["facts"]["reason"] == reason} for reason in walks}
        assert max(orders.asked.values()) > 1, "no key came twice: the faults did nothing"
    assert {reason: told for reason, told in walks.items() if told != made[reason]} == {}
    assert {len(numbers) for numbers in made.values()} == {1}
