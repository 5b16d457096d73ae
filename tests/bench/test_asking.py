"""The chaos trial's customer counts a number that comes again as a fault, unless a sync of its own asked for it."""

import random
from typing import Any

import pytest

from bench.arena import Company
from bench.chaos.customer import Customer


class Server:
    """Writes down what the customer sends, and sends what the test's script says."""

    def __init__(self) -> None:
        self.sent: list[str] = []
        company = Company(slug="acme", host="acme.test", site_key="", members={}, cookies={})
        self.customer = Customer(0, company, 1, ["Hello?"], random.Random(7))  # noqa: S311

    async def send(self, kind: str, **fields: Any) -> None:
        self.sent.append(f"{kind} {fields['after']}" if "after" in fields else kind)

    async def tells(self, kind: str, **fields: Any) -> None:
        await self.customer._take(self, {"type": kind, **fields})  # type: ignore[arg-type]

    async def events(self, *seqs: int) -> None:
        for seq in seqs:
            await self.tells("message", seq=seq, text="")

    async def pings(self) -> None:
        await self.customer._ping(self)  # type: ignore[arg-type]

    @property
    def repeats(self) -> int:
        return self.customer.diary.repeats


@pytest.fixture
async def server() -> Server:
    found = Server()
    await found.tells("welcome", conversation="one", seq=0)
    for _ in range(3):  # a server that stands still: their pongs come all at once
        await found.pings()
    return found


async def test_two_syncs_under_way_excuse_two_repeats_and_not_a_third(server: Server) -> None:
    """The product's pong tells of more than the line has had; both syncs leave before anything they ask for comes."""
    for _ in range(3):
        await server.tells("pong", seq=2)
    assert server.sent[3:] == ["sync 0", "sync 0"]
    await server.events(1, 2)  # live, and on their way before the first sync was read
    await server.events(1, 2, 1, 2)  # the answers
    assert server.repeats == 0
    await server.events(2)
    assert server.repeats == 1


async def test_the_first_syncs_answer_may_reach_behind_where_the_second_began(server: Server) -> None:
    for _ in range(2):
        await server.tells("pong", seq=4)
    await server.events(1)
    await server.tells("pong", seq=4)
    assert server.sent[3:] == ["sync 0", "sync 1"]
    await server.events(1, 2, 3, 4, 2, 3, 4)
    assert server.repeats == 0


async def test_a_pong_to_a_later_ping_ends_what_a_sync_excuses(server: Server) -> None:
    for _ in range(2):
        await server.tells("pong", seq=1)
    await server.events(1)  # the answer of "sync 0", or live: then its answer is still to come
    await server.tells("pong", seq=1)
    await server.pings()
    await server.tells("pong", seq=1)
    await server.events(1)
    assert server.repeats == 1


async def test_without_a_sync_nothing_comes_twice(server: Server) -> None:
    await server.events(1, 2, 2)
    assert server.repeats == 1
