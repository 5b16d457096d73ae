"""The desk of Acme with real commits: Alice (owner) and Bob (agent) there or not, Vera waiting."""

from collections.abc import AsyncIterator, Iterator

import pytest
from django.db import connection

from apps.agents import presence
from apps.agents.models import DeskSettings
from apps.conversations.ledger import group_commit
from apps.tenants import context
from apps.tenants.workspace.models import Member, Role
from tests.cast import Cast


@pytest.fixture
async def sockets() -> AsyncIterator[None]:
    """Ends the test loop's ledger, whose tasks would outlive it."""
    yield
    await group_commit.close()


@pytest.fixture
def desk(committed: Cast) -> Iterator[Cast]:
    """Inside Acme, Bob online."""
    with context.inside(committed.acme):
        DeskSettings.load()
        presence.choose(committed.bob, "online")
        yield committed
        Member.objects.exclude(username__in=("alice", "bob")).delete()
        Member.objects.filter(username="bob").update(role=Role.AGENT, is_active=True)
        connection.close()


def hire(name: str, role: str = Role.AGENT, *, online: bool = True) -> Member:
    member = Member.objects.create_user(name, password="correct horse battery staple", role=role)
    if online:
        presence.choose(member, "online")
    return member
