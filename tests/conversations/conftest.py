from collections.abc import AsyncIterator

import pytest

from apps.conversations.ledger import group_commit
from apps.tenants.live import fanout


@pytest.fixture
async def sockets() -> AsyncIterator[None]:
    """Ends the test loop's ledger and exchange, whose tasks would outlive it."""
    yield
    await group_commit.close()
    await fanout.close()
