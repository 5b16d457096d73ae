"""Fan-out between sockets: what is told after a join arrives, a broken line and a full mailbox are told as such."""

import asyncio
import uuid
from collections.abc import AsyncIterator

import pytest
from django.conf import settings
from redis import Redis

from apps.tenants.live import fanout


@pytest.fixture
async def exchange() -> AsyncIterator[fanout.Exchange]:
    yield fanout.exchange()
    await fanout.close()


def name(what: str = "group") -> str:
    """Tests that run beside this one share the Valkey."""
    return f"{what}-{uuid.uuid4().hex}"


async def heard(mailbox: fanout.Mailbox, count: int = 1) -> list[fanout.Message]:
    async with asyncio.timeout(10):
        return [await mailbox.get() for _ in range(count)]


async def test_what_is_told_after_the_join_arrives_in_order_and_only_there(exchange: fanout.Exchange) -> None:
    mine, other, group = fanout.Mailbox(), fanout.Mailbox(), name()
    await asyncio.gather(exchange.join(group, mine), exchange.join(name(), other))
    await fanout.publish([(group, {"type": "told", "n": n}) for n in range(100)])
    assert [message["n"] for message in await heard(mine, 100)] == list(range(100))
    with pytest.raises(TimeoutError):
        async with asyncio.timeout(0.2):
            await other.get()


async def test_a_hundred_who_join_at_once_are_heard_at_once(exchange: fanout.Exchange) -> None:
    groups = [name() for _ in range(100)]
    mailboxes = [fanout.Mailbox() for _ in groups]
    await asyncio.gather(*(exchange.join(group, mailbox) for group, mailbox in zip(groups, mailboxes, strict=True)))
    await fanout.publish([(group, {"type": "told"}) for group in groups])
    for mailbox in mailboxes:
        assert await heard(mailbox) == [{"type": "told"}]


async def test_who_left_hears_no_more_and_who_comes_again_does(exchange: fanout.Exchange) -> None:
    mailbox, group, other, elsewhere = fanout.Mailbox(), name(), fanout.Mailbox(), name()
    await exchange.join(elsewhere, other)
    for n in range(5):
        await exchange.join(group, mailbox)
        await fanout.publish([(group, {"n": n})])
        assert await heard(mailbox) == [{"n": n}]
        exchange.leave(group, mailbox)
    await fanout.publish([(group, {"n": "late"}), (elsewhere, {"n": "told"})])
    assert await heard(other) == [{"n": "told"}]  # what was told before it has come and gone
    await exchange.join(group, mailbox)
    await fanout.publish([(group, {"n": "again"})])
    assert await heard(mailbox) == [{"n": "again"}]


async def test_a_broken_line_is_mended_and_told_to_everybody(exchange: fanout.Exchange) -> None:
    mailbox, group = fanout.Mailbox(), name()
    await exchange.join(group, mailbox)
    valkey = Redis.from_url(settings.VALKEY_URL)
    await asyncio.to_thread(valkey.execute_command, "CLIENT", "KILL", "TYPE", "pubsub")
    messages = await heard(mailbox)
    while messages[-1] != {"type": "socket.gap"}:
        messages += await heard(mailbox)
    await fanout.publish([(group, {"type": "told"})])
    assert await heard(mailbox) == [{"type": "told"}]


async def test_who_falls_behind_is_told_to_begin_anew_instead_of_filling_the_memory() -> None:
    mailbox = fanout.Mailbox()
    for n in range(fanout.MOST_UNREAD + 1):
        mailbox.put({"n": n})
    assert await heard(mailbox) == [{"type": "socket.behind"}]
