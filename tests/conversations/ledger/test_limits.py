"""Limits of a visitor and of a tenant's plan: who is refused costs others nothing, and is told a time of their own."""

import asyncio
import uuid
from collections.abc import Iterator
from dataclasses import replace

import pytest
from django.test import override_settings

from apps.conversations.ledger import limits
from apps.conversations.ledger.batch import Saying
from apps.tenants.live import valkey
from apps.tenants.refusal import Refusal
from tests.conversations.ledger.test_group_commit import saying


@pytest.fixture(autouse=True)
def paced() -> Iterator[None]:
    with override_settings(SAY_PER_SECOND=1, SAY_BURST=5):
        yield


def of(schema: str, visitor: uuid.UUID, count: int, plan: int) -> list[Saying]:
    return [replace(saying(schema, visitor, "hello", uuid.uuid4()), tenant_per_minute=plan) for _ in range(count)]


def told(batch: list[Saying]) -> list[int]:
    """The seconds after which those who were refused may come again."""
    errors = [each.written.exception() for each in batch if each.written.done()]
    return [error.retry_after for error in errors if isinstance(error, Refusal) and error.retry_after]


@override_settings(SAY_PER_SECOND=0.01)  # a busy machine's seconds earn nobody another message
async def test_a_visitor_who_floods_takes_nothing_from_the_tenants_plan() -> None:
    schema, flood = f"of_{uuid.uuid4().hex}", uuid.uuid4()
    assert len(await limits.admit(of(schema, flood, 100, plan=10))) == 5
    others = [each for _ in range(5) for each in of(schema, uuid.uuid4(), 1, plan=10)]
    assert await limits.admit(others) == others
    (late,) = of(schema, uuid.uuid4(), 1, plan=10)
    assert await limits.admit([late]) == []
    assert 3 < told([late])[0] <= 6
    assert await limits.admit(of(schema, flood, 100, plan=10)) == []  # nor does it keep others waiting longer
    (later,) = of(schema, uuid.uuid4(), 1, plan=10)
    assert await limits.admit([later]) == []
    assert 6 < told([later])[0] <= 12


async def test_who_polls_a_full_plan_uses_up_their_own_messages_first() -> None:
    schema, flood = f"of_{uuid.uuid4().hex}", uuid.uuid4()
    await limits.admit([each for _ in range(10) for each in of(schema, uuid.uuid4(), 1, plan=10)])
    assert await limits.admit(of(schema, flood, 100, plan=10)) == []
    (late,) = of(schema, uuid.uuid4(), 1, plan=10)
    assert await limits.admit([late]) == []
    assert 30 < told([late])[0] <= 36  # behind five, not a hundred


async def test_a_large_plan_grants_what_it_says() -> None:
    schema = f"of_{uuid.uuid4().hex}"
    batch = [each for _ in range(400) for each in of(schema, uuid.uuid4(), 1, plan=40_000)]
    assert await limits.admit(batch) == batch
    left = await valkey.aclient().get(valkey.key("plan", schema=schema))
    seconds, micro = await valkey.aclient().time()
    assert left is not None
    assert float(left) - (seconds * 1000 + micro / 1000) <= 400 * 1.5


async def test_who_is_refused_by_the_plan_is_told_a_time_of_their_own_and_other_tenants_pass() -> None:
    crowded, other = (f"of_{uuid.uuid4().hex}" for _ in range(2))
    batch = [each for _ in range(40) for each in of(crowded, uuid.uuid4(), 1, plan=20)]
    assert len(await limits.admit(batch)) == 20
    assert told(batch) == [*range(3, 60, 3), 60]
    (beyond,) = of(crowded, uuid.uuid4(), 1, plan=20)
    await limits.admit([beyond])
    assert told([beyond]) == [60]
    (passing,) = of(other, uuid.uuid4(), 1, plan=20)
    assert await limits.admit([passing]) == [passing]


async def test_without_valkey_everyone_passes(monkeypatch: pytest.MonkeyPatch) -> None:
    broken = valkey.aclient()
    monkeypatch.setattr(type(broken), "eval", lambda *_args: asyncio.open_connection("127.0.0.1", 1))
    batch = of("nobody", uuid.uuid4(), 9, plan=1)
    assert await limits.admit(batch) == batch
