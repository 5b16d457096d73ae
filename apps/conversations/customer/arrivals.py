"""Finds the door each hello opens, for all sockets of a tenant that arrive within a moment.

After a restart thousands come back at once; with ten queries each the last of them waited a minute and more.
"""

from collections.abc import Collection
from dataclasses import dataclass
from uuid import UUID

from apps.conversations import people
from apps.conversations.customer import visitors
from apps.conversations.ledger import limits
from apps.conversations.wire import events, frames
from apps.releases.publishing import active
from apps.tenants.live.gathering import Together
from apps.tenants.web import hosts
from apps.tenants.workspace.models import Site


@dataclass(frozen=True)
class Door:
    """Through which one socket speaks: its visitor and conversation, both proven to belong together."""

    visitor: UUID
    name: str
    conversation: UUID
    release: int
    language: str
    tenant_per_minute: int
    drafts: bool = False  # what is typed and not sent goes to agents, and the customer was told so


@dataclass(frozen=True)
class Entered:
    """`found`: the conversation that was asked for, if any, is this one."""

    door: Door
    owner: str
    config: events.Frame
    found: bool
    blocked: bool


async def enter(hello: frames.Hello) -> Entered:
    """Open the visitor's door by the token of `hello`. Raises Refusal, `unauthorized` when the token is not good here."""
    known = visitors.of_token(hello.token)
    if known is None:
        raise visitors.ended()
    await limits.acheck_visitor(known, "catch_up")
    entered = await _enter((known, hello.conversation))
    if entered is None:
        raise visitors.ended()
    return entered


async def site() -> Site:
    """The settings of the tenant of the moment. Raises DatabaseError."""
    found = await _site(None)
    if found is None:
        raise Site.DoesNotExist
    return found


async def per_minute() -> int | None:
    """The limit that the tenant's plan grants; None when the tenant is suspended. Raises DatabaseError."""
    return await _per_minute(None)


def _entered(wishes: Collection[visitors.Wish]) -> dict[visitors.Wish, Entered]:
    here, number, per_minute = Site.load(), active().number, hosts.messages_per_minute()
    config = events.config(here, online=people.online(), leave=people.asks(), drafts=people.read_along())
    known = visitors.found({visitor for visitor, _wanted in wishes})
    rooms = visitors.conversations_of({(known[visitor].pk, wanted) for visitor, wanted in wishes if visitor in known})
    entered = {}
    for visitor, wanted in wishes:
        if visitor not in known:
            continue
        person = known[visitor]
        conversation, found = rooms[person.pk, wanted]
        door = Door(
            visitor=person.pk,
            name=person.name,
            conversation=conversation.pk,
            release=conversation.release or number,
            language=conversation.language or person.language or here.language,
            tenant_per_minute=per_minute or 0,
            drafts=config["drafts"],
        )
        entered[visitor, wanted] = Entered(door, conversation.owner, config, found, person.blocked_at is not None)
    return entered


_enter = Together(_entered, most=200)
_per_minute: Together[None, int | None] = Together(lambda _keys: {None: hosts.messages_per_minute()})
_site: Together[None, Site] = Together(lambda _keys: {None: Site.load()})
