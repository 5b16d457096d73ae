"""Messages of many sockets committed together: in each conversation's order, each tenant's apart, none in the way of others."""

import asyncio
import re
import uuid
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import psycopg
import pytest
from asgiref.sync import sync_to_async
from psycopg import sql

from apps.conversations.ledger import batch, group_commit
from apps.conversations.ledger.batch import Connection, Saying, Written
from apps.conversations.models import Event, Visitor
from apps.tenants import context
from apps.tenants.db import address
from apps.tenants.models import Due
from apps.tenants.refusal import Refusal
from tests.cast import Cast
from tests.waiting import somebody_waits_for_a_lock, wait_for


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


@asynccontextmanager
async def line() -> AsyncIterator[Connection]:
    found = await Connection.connect(address.conninfo(), autocommit=True, prepare_threshold=None)
    async with found:
        await found.look_up_by_key()
        yield found


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
    assert [type(each) for each in found] == [Written, Refusal, Refusal, Written, Written, Written]
    for each in said:
        assert await texts(committed.acme, each.conversation) == ["hello"]


async def test_what_another_process_writes_meanwhile_is_seen(committed: Cast, ledger: group_commit.GroupCommit) -> None:
    """Its transaction holds the conversation; the repetition waits for it and is told where the message stands."""
    (visitor,) = await visitors(committed.acme, 1)
    first = saying(committed.acme.schema_name, visitor, "hello", uuid.uuid4())
    await ledger.say(first)
    again = saying(committed.acme.schema_name, visitor, "and more", first.conversation)
    other = await psycopg.AsyncConnection.connect(address.conninfo())
    async with other:
        schema = sql.Identifier(committed.acme.schema_name)
        change = "UPDATE {}.conversations_conversation SET last_seq = 2, epoch = 2 WHERE id = %s"
        add = (
            "INSERT INTO {}.conversations_event (conversation_id, seq, kind, author, body, client_id, epoch, at) "
            "VALUES (%s, 2, 'message', 'visitor', '{{}}', %s, 2, now())"
        )
        await other.execute(sql.SQL(change).format(schema), [first.conversation])
        await other.execute(sql.SQL(add).format(schema), [first.conversation, again.client_id])
        new = saying(committed.acme.schema_name, visitor, "and more", first.conversation)
        writing = [asyncio.create_task(ledger.say(each)) for each in (again, new)]
        await asyncio.to_thread(wait_for, somebody_waits_for_a_lock)
        assert not any(task.done() for task in writing)
    repeated, fresh = await asyncio.gather(*writing)
    assert (repeated.seq, repeated.new) == (2, False)
    assert (fresh.seq, fresh.epoch, fresh.new) == (3, 3, True)


async def test_no_plan_reads_a_whole_table_however_new_the_tenant_was(committed: Cast) -> None:
    async with line() as own:
        (visitor,) = await visitors(committed.acme, 1)
        talk = uuid.uuid4()
        for number in range(8):  # the server plans anew five times before it keeps a plan
            said = saying(committed.acme.schema_name, visitor, f"{number}", talk)
            assert (await own.write([said]))[said.place].seq == number + 1
        names = await (await own.execute("SELECT name FROM pg_prepared_statements ORDER BY name")).fetchall()
        assert [name for (name,) in names] == ["lock_1", "open_1", "write_1"]
        plans = [await (await own.execute(f"EXPLAIN (VERBOSE) EXECUTE {name}('[]')")).fetchall() for (name,) in names]
        text = "\n".join(row for plan in plans for (row,) in plan)
        assert "$1" in text  # the kept one
        assert "using one_event_a_client_id" in text
        assert "using conversations_conversation_pkey" in text
        assert not re.search(r"Seq Scan on \S*conversations|Bitmap|Hash Join|Merge Join", text), text


async def test_tenants_make_room_for_each_other_on_a_connection(committed: Cast, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("apps.conversations.ledger.batch.TENANTS_PREPARED", 1)
    talks = {
        tenant.schema_name: ((await visitors(tenant, 1))[0], uuid.uuid4()) for tenant in (committed.acme, committed.globex)
    }
    async with line() as own:
        with pytest.raises(psycopg.errors.UndefinedTable):
            await own.write([saying("nobody", uuid.uuid4(), "hello", uuid.uuid4())])
        for number in range(3):
            said = [saying(schema, visitor, f"{number}", talk) for schema, (visitor, talk) in talks.items()]
            written = await own.write(said)
            assert [written[each.place].seq for each in said] == [number + 1] * 2
        names = await (await own.execute("SELECT name FROM pg_prepared_statements WHERE name LIKE 'write%'")).fetchall()
        assert {name for (name,) in names} == {"write_3", "write_5"}  # globex kept its place, acme made room twice


@sync_to_async
def told(schema: str) -> int:
    with context.inside(context.PUBLIC):
        return Due.objects.filter(schema=schema, kind=batch.SAID).count()


async def test_a_rush_tells_the_sweepers_once_and_each_tenant_for_itself(committed: Cast) -> None:
    (vera,), (mallory,) = await visitors(committed.acme, 1), await visitors(committed.globex, 1)
    async with line() as own:
        for _ in range(5):
            await own.write([saying("acme", vera, "hello", uuid.uuid4()) for _ in range(3)])
        assert (await told("acme"), await told("globex")) == (1, 0)
        await own.write([saying("globex", mallory, "hello", uuid.uuid4()), saying("acme", vera, "more", uuid.uuid4())])
        assert (await told("acme"), await told("globex")) == (1, 1)
    async with line() as another:
        await another.write([saying("acme", vera, "on another connection", uuid.uuid4())])
    assert await told("acme") == 2, "who has told nothing trusts in nobody"


async def test_what_was_told_in_a_batch_that_failed_counts_for_nothing(committed: Cast) -> None:
    (vera,) = await visitors(committed.acme, 1)
    async with line() as own:
        with pytest.raises(psycopg.Error):
            await own.write([saying("acme", vera, "torn \ud83d", uuid.uuid4())])
        assert await told("acme") == 0
        await own.write([saying("acme", vera, "hello", uuid.uuid4())])
        assert await told("acme") == 1


async def test_a_commit_that_came_after_the_look_it_trusted_in_tells_once_more(
    committed: Cast, monkeypatch: pytest.MonkeyPatch
) -> None:
    (vera,) = await visitors(committed.acme, 1)
    talk = uuid.uuid4()
    async with line() as own, await psycopg.AsyncConnection.connect(address.conninfo()) as other:
        await own.write([saying("acme", vera, "hello", talk)])
        await other.execute("SELECT FROM acme.conversations_conversation WHERE id = %s FOR UPDATE", [talk])
        writing = asyncio.create_task(own.write([saying("acme", vera, "trusting", talk)]))
        await asyncio.to_thread(wait_for, somebody_waits_for_a_lock)
        monkeypatch.setattr(batch, "LOOKED_AFTER", 0.0)  # as if it had waited for so long
        assert await told("acme") == 1
        await other.rollback()
        await writing
    assert await told("acme") == 2
