"""Saying something as a customer, without a socket: as any door may."""

import uuid
from collections.abc import Callable
from dataclasses import replace
from typing import TypeVar

import pytest
from django.utils import timezone

from apps.conversations.customer import arrivals, verbs, visitors
from apps.conversations.customer.arrivals import Door
from apps.conversations.ledger import pages
from apps.conversations.models import Event, Visitor
from apps.conversations.wire import frames
from apps.tenants import context
from apps.tenants.live.threads import in_thread
from apps.tenants.models import Tenant
from apps.tenants.refusal import Refusal
from tests.cast import Cast

pytestmark = pytest.mark.usefixtures("sockets")
T = TypeVar("T")


async def within(tenant: Tenant, work: Callable[[], T]) -> T:
    with context.inside(tenant):
        return await in_thread(work)()


async def door_of(tenant: Tenant, visitor: Visitor) -> Door:
    token = await within(tenant, lambda: visitors.token(visitor)[0])
    with context.inside(tenant):
        return (await arrivals.enter(frames.Hello(token, None, 0))).door


def words(text: str, *files: uuid.UUID) -> frames.Say:
    return frames.Say(uuid.uuid4(), text, None, files)


async def say(tenant: Tenant, door: Door, said: frames.Say) -> tuple[Door, int]:
    with context.inside(tenant):
        door, written = await verbs.say(door, said)
    return door, written.seq


async def test_what_was_said_is_on_disk_once(committed: Cast) -> None:
    door, said = await door_of(committed.acme, committed.vera), words("Where is my tent?")
    assert await say(committed.acme, door, said) == (door, 1)
    assert await say(committed.acme, door, said) == (door, 1)
    events = await within(committed.acme, lambda: list(Event.objects.filter(author=Event.Author.VISITOR)))
    assert [(event.client_id, event.body["text"]) for event in events] == [(said.client_id, "Where is my tent?")]


@pytest.mark.parametrize(
    ("why", "code"), [("closed", "closed"), ("blocked", "not_found"), ("file", "not_found"), ("foreign", "unavailable")]
)
async def test_what_is_not_taken_is_refused_with_nothing_written(committed: Cast, why: str, code: str) -> None:
    """A conversation that is closed, a visitor who is blocked, a file that is nobody's, a door of the other tenant."""
    acme, door = committed.acme, await door_of(committed.acme, committed.vera)
    await say(acme, door, words("Hello"))

    def close() -> None:
        with pages.page(door.conversation) as page:
            page.conversation.close(page.now)

    if why == "closed":
        await within(acme, close)
    elif why == "blocked":
        await within(acme, lambda: Visitor.objects.update(blocked_at=timezone.now()))
    files = [uuid.uuid4()] if why == "file" else []
    with pytest.raises(Refusal) as refused:
        await say(committed.globex if why == "foreign" else acme, door, words("Is anybody there?", *files))
    assert (refused.value.code, bool(str(refused.value))) == (code, True)
    for tenant in (acme, committed.globex):
        said = await within(tenant, lambda: list(Event.objects.values_list("body__text", flat=True)))
        assert "Is anybody there?" not in said


async def test_who_was_merged_meanwhile_goes_on_in_the_others_name(committed: Cast) -> None:
    acme, door = committed.acme, await door_of(committed.acme, committed.vera)
    await say(acme, door, words("Hello"))
    other = await within(acme, lambda: Visitor.objects.create(name="Vera again"))

    def merge() -> None:
        row = Visitor.objects.get(pk=committed.vera.pk)
        row.conversations.update(visitor=other)
        row.merged_into = other
        row.save()

    await within(acme, merge)
    assert await say(acme, door, words("Hello again")) == (replace(door, visitor=other.pk), 2)
