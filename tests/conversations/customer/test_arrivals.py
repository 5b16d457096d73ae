"""Hellos and catchings-up of many sockets, looked up together: each finds their own, and nothing of anybody else."""

import asyncio
import threading
import uuid
from collections.abc import Callable
from functools import partial
from typing import TypeVar

import pytest
import structlog

from apps.conversations.customer import arrivals, visitors
from apps.conversations.customer.arrivals import Entered
from apps.conversations.ledger import catch_up, limits, pages
from apps.conversations.live import progress
from apps.conversations.models import Conversation, Event, Visitor
from apps.conversations.wire import frames
from apps.tenants import context
from apps.tenants.live import valkey
from apps.tenants.live.gathering import Gathered, Together
from apps.tenants.live.threads import in_thread
from apps.tenants.models import Tenant
from apps.tenants.refusal import Refusal
from tests.cast import ACME_HOST, GLOBEX_HOST, Cast
from tests.conversations.client import Customer, open_session

pytestmark = pytest.mark.usefixtures("sockets")
T = TypeVar("T")


async def within(tenant: Tenant, work: Callable[[], T]) -> T:
    with context.inside(tenant):
        return await in_thread(work)()


def talk(visitor: Visitor, *, words: int = 0, closed: bool = False) -> Conversation:
    row = Conversation.objects.create(visitor=visitor, release=1, language="en")
    with pages.page(row.pk) as page:
        for number in range(words):
            page.append(Event.Kind.MESSAGE, Event.Author.VISITOR, {"text": f"word {number}"})
        if closed:
            page.conversation.closed_at = page.now
    return row


async def enter(tenant: Tenant, visitor: Visitor, wanted: uuid.UUID | None = None) -> Entered:
    def token() -> str:
        return visitors.token(visitor)[0]

    with context.inside(tenant):
        return await arrivals.enter(frames.Hello(token=await in_thread(token)(), conversation=wanted, after=0))


async def test_a_rush_in_two_tenants_is_a_few_looks_and_each_finds_their_own(
    committed: Cast, monkeypatch: pytest.MonkeyPatch
) -> None:
    looks = []
    read = arrivals._entered

    def counted(wishes: set[visitors.Wish]) -> dict[visitors.Wish, Entered]:
        looks.append((context.schema(), len(wishes)))
        return read(wishes)

    monkeypatch.setattr(arrivals, "_enter", Together(counted))
    hosts = [(committed.acme, ACME_HOST), (committed.globex, GLOBEX_HOST)]
    come = []
    for tenant, host in hosts * 10:
        session = await in_thread(open_session)(tenant, host)
        come.append((tenant, Customer(host), session))
    for _tenant, customer, _session in come:
        assert await customer.connect()
    welcomes = await asyncio.gather(*(customer.hello(session["token"]) for _tenant, customer, session in come))
    assert len({welcome["conversation"] for welcome in welcomes}) == len(come)
    assert {welcome["config"]["name"] for welcome in welcomes[::2]} == {"Acme"}
    assert {welcome["config"]["name"] for welcome in welcomes[1::2]} == {"Globex"}
    assert sum(count for _schema, count in looks) == len(come)
    assert len(looks) < len(come) / 2, looks
    for tenant, customer, session in come:
        await customer.say("Hello")
        row = await within(tenant, partial(Conversation.objects.get, pk=customer.conversation))
        assert str(row.visitor_id) == session["visitor_id"]
        await customer.leave()


async def test_a_rush_wider_than_the_pool_of_valkeys_connections_is_limited_all_the_same(committed: Cast) -> None:
    """Each may come ten times at once, whoever else comes in the same moment; the eleventh time is too fast."""
    people = [uuid.uuid4() for _ in range(40)]

    async def passes(visitor: uuid.UUID) -> bool:
        try:
            await limits.acheck_visitor(visitor, "catch_up")
        except Refusal:
            return False
        return True

    with context.inside(committed.acme), structlog.testing.capture_logs() as told:
        passed = await asyncio.gather(*(passes(visitor) for visitor in people * 11))
    assert sum(passed) == 10 * len(people)
    assert not [one for one in told if one["event"] == "limits_off"]


async def test_every_command_of_a_rush_gets_its_connection(committed: Cast) -> None:
    with context.inside(committed.acme):
        found = await asyncio.gather(*(progress.partial(uuid.uuid4()) for _ in range(400)), valkey.aclient().ping())
    assert found == [None] * 400 + [True]


async def test_a_gathering_that_is_full_is_followed_by_the_next_one() -> None:
    read: list[set[int]] = []

    async def look(keys: set[int]) -> dict[int, int]:
        read.append(set(keys))
        await asyncio.sleep(0.01)
        return {key: key * key for key in keys if key != 7}

    gathered = Gathered(look, most=10)
    found = await asyncio.gather(*(gathered({key}) for key in range(45)))
    assert found == [{key: key * key} if key != 7 else {} for key in range(45)]
    assert sorted(map(len, read)) == [5, 10, 10, 10, 10]


async def test_a_reading_that_fails_is_told_to_all_who_asked_and_the_next_one_is_made() -> None:
    async def look(keys: set[int]) -> dict[int, int]:
        if 1 in keys:
            raise OSError("away")
        return dict.fromkeys(keys, 0)

    gathered = Gathered(look)
    failed = await asyncio.gather(gathered({1}), gathered({2}), return_exceptions=True)
    assert [type(one) for one in failed] == [OSError, OSError]
    assert await gathered({2}) == {2: 0}


async def test_each_enters_the_wanted_conversation_or_their_open_one(committed: Cast) -> None:
    def people() -> tuple[Visitor, Visitor, Conversation, Conversation, Conversation]:
        one, other = Visitor.objects.create(name="One"), Visitor.objects.create(name="Other")
        return one, other, talk(one, words=1, closed=True), talk(one, words=1), talk(other, words=1)

    one, other, earlier, now, others = await within(committed.acme, people)
    wishes = [(one, None), (one, earlier.pk), (one, others.pk), (one, uuid.uuid4()), (other, None), (other, now.pk)]
    entered = await asyncio.gather(*(enter(committed.acme, visitor, wanted) for visitor, wanted in wishes))
    rooms = [(each.door.conversation, each.found) for each in entered]
    own, theirs = (now.pk, True), (others.pk, True)
    assert rooms == [own, (earlier.pk, True), (now.pk, False), (now.pk, False), theirs, (others.pk, False)]


async def test_whose_conversations_are_all_closed_begins_the_same_new_one_in_each_tab(committed: Cast) -> None:
    def person() -> tuple[Visitor, Conversation]:
        visitor = Visitor.objects.create(name="One")
        return visitor, talk(visitor, words=1, closed=True)

    visitor, earlier = await within(committed.acme, person)
    wishes = (None, uuid.uuid4(), None, earlier.pk)
    *tabs, back = await asyncio.gather(*(enter(committed.acme, visitor, wanted) for wanted in wishes))
    assert (back.door.conversation, back.found) == (earlier.pk, True), "who asks for the closed one comes into it"
    fresh = {each.door.conversation for each in tabs}
    assert len(fresh) == 1
    assert earlier.pk not in fresh
    assert [each.found for each in tabs] == [True, False, True]


async def test_a_visitor_of_the_other_tenant_is_nobody(committed: Cast) -> None:
    """Even with a token that this tenant signed: there is no such visitor here."""
    stranger = await within(committed.globex, lambda: Visitor.objects.create(name="Gus"))
    assert (await enter(committed.globex, stranger)).door.visitor == stranger.pk
    with pytest.raises(Refusal, match="Your visit has ended"):
        await enter(committed.acme, stranger)


async def test_what_many_catch_up_on_together_is_each_ones_own(committed: Cast) -> None:
    def talks() -> list[uuid.UUID]:
        return [talk(Visitor.objects.create(), words=words).pk for words in (3, 0, 120)]

    (three, none, many), (foreign,) = await within(committed.acme, talks), (await within(committed.globex, talks))[:1]
    asked = [(three, 0), (three, 2), (three, 3), (none, 0), (many, 0), (foreign, 0), (uuid.uuid4(), 0)]
    with context.inside(committed.acme):
        found = await asyncio.gather(*(catch_up.later(*one) for one in asked))
    assert [([frame["seq"] for frame in later.frames], later.newest) for later in found] == [
        ([1, 2, 3], 3),
        ([3], 3),
        ([], 3),
        ([], 0),
        (list(range(1, 121)), 120),
        ([], 0),
        ([], 0),
    ]


async def test_a_team_note_is_counted_and_not_shown(committed: Cast) -> None:
    def noted() -> uuid.UUID:
        row = talk(Visitor.objects.create(), words=1)
        with pages.page(row.pk) as page:
            page.append(Event.Kind.NOTE, Event.Author.AGENT, {"text": "between us"})
        return row.pk

    conversation = await within(committed.acme, noted)
    with context.inside(committed.acme):
        later = await catch_up.later(conversation, 0)
    assert [frame["type"] for frame in later.frames] == ["message"]
    assert later.newest == 2


async def test_what_is_committed_while_one_catches_up_is_in_it_or_not_counted(committed: Cast) -> None:
    """An event that is counted as seen and not in the frames would never be sent."""
    conversation = (await within(committed.acme, lambda: talk(Visitor.objects.create(), words=1))).pk

    def write() -> None:
        with context.inside(committed.acme):
            for number in range(60):
                with pages.page(conversation) as page:
                    page.append(Event.Kind.MESSAGE, Event.Author.VISITOR, {"text": str(number)})

    writer = threading.Thread(target=write)
    writer.start()
    seen, looks = 0, 0
    with context.inside(committed.acme):
        while seen < 61:
            later = await catch_up.later(conversation, seen)
            assert [frame["seq"] for frame in later.frames] == list(range(seen + 1, later.newest + 1))
            seen, looks = later.newest, looks + 1
    writer.join()
    assert looks > 1
