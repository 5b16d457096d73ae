"""Messages of many sockets committed together: in each conversation's order, each tenant's apart, none in the way of others."""

import asyncio
import uuid
from collections.abc import AsyncIterator

import pytest
from asgiref.sync import sync_to_async

from apps.conversations import group_commit
from apps.conversations.group_commit import Saying, Unavailable, Written
from apps.conversations.models import Event, Visitor
from apps.tenants import context
from tests.cast import Cast


@pytest.fixture
async def ledger() -> AsyncIterator[group_commit.GroupCommit]:
    yield group_commit.ledger()
    await group_commit.close()


def saying(schema: str, visitor: uuid.UUID, text: str, conversation: uuid.UUID) -> Saying:
    return Saying(
        schema=schema,
        conversation=conversation,
        visitor=visitor,
        client_id=uuid.uuid4(),
        body={"author": {"kind": "visitor", "name": ""}, "text": text},
        release=1,
        language="en",
        tenant_per_minute=0,
        written=asyncio.get_running_loop().create_future(),
    )


@sync_to_async
def visitors(schema: context.HasSchema, count: int) -> list[uuid.UUID]:
    with context.inside(schema):
        return [visitor.pk for visitor in Visitor.objects.bulk_create([Visitor() for _ in range(count)])]


@sync_to_async
def texts(schema: context.HasSchema, conversation: uuid.UUID) -> list[str]:
    with context.inside(schema):
        return [event.body["text"] for event in Event.objects.filter(conversation=conversation).order_by("seq")]


async def test_a_rush_in_two_tenants_keeps_each_conversations_order(committed: Cast, ledger: group_commit.GroupCommit) -> None:
    tenants = [(committed.acme, "acme"), (committed.globex, "globex")]
    talks = [(tenant, name, visitor, uuid.uuid4()) for tenant, name in tenants for visitor in await visitors(tenant, 6)]
    said = [
        saying(tenant.schema_name, visitor, f"{name} {number}", conversation)
        for number in range(8)
        for tenant, name, visitor, conversation in talks
    ]
    written: list[Written] = await asyncio.gather(*map(ledger.say, said))
    assert [each.seq for each in written] == [number for number in range(1, 9) for _ in talks]
    for tenant, name, _visitor, conversation in talks:
        assert await texts(tenant, conversation) == [f"{name} {number}" for number in range(8)]
        other = committed.globex if tenant == committed.acme else committed.acme
        assert await texts(other, conversation) == []


async def test_what_cannot_be_written_takes_no_neighbour_with_it(committed: Cast, ledger: group_commit.GroupCommit) -> None:
    good = await visitors(committed.acme, 4)
    schema = committed.acme.schema_name
    said = [saying(schema, visitor, "hello", uuid.uuid4()) for visitor in good]
    nobody = saying(schema, uuid.uuid4(), "of nobody", uuid.uuid4())
    torn = saying(schema, good[0], "half a character: \ud83d", said[0].conversation)
    found = await asyncio.gather(*map(ledger.say, [said[0], nobody, torn, *said[1:]]), return_exceptions=True)
    assert [type(each) for each in found] == [Written, Unavailable, Unavailable, Written, Written, Written]
    for each in said:
        assert await texts(committed.acme, each.conversation) == ["hello"]
